"""One Airflow as one user: both of its APIs and what need not be asked twice."""

from dataclasses import dataclass, field

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.model.registration import PipelineHead
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.server.airflow_api import AirflowApi
from jupyterlab_promote.server.registration_client import RegistrationClient
from jupyterlab_promote.server.settings import Settings
from jupyterlab_promote.server.sign_in import Tokens

_KEPT_MANIFESTS = 200


@dataclass(frozen=True)
class Session:
    """What the use cases work with."""

    settings: Settings
    registration: RegistrationClient
    api: AirflowApi
    _manifests: dict[tuple[str, str], Manifest] = field(default_factory=dict)

    def manifest(self, dag_id: str, version: str) -> Manifest:
        """A version's manifest; versions never change, so each is fetched once."""
        key = (dag_id, version)
        if key not in self._manifests:
            if len(self._manifests) >= _KEPT_MANIFESTS:
                self._manifests.clear()
            self._manifests[key] = self.registration.manifest(dag_id, version)
        return self._manifests[key]

    def head(self, dag_id: str) -> PipelineHead:
        """The registration of a pipeline. Raises NotFound."""
        head = self.registration.head(dag_id)
        if head is None:
            raise NotFound(
                "pipeline", dag_id, hint="`jupyter promote versions` lists what is there."
            )
        return head

    def serving(self, dag_id: str) -> Manifest:
        """The manifest of the version that serves. Raises NotFound."""
        return self.manifest(dag_id, self.head(dag_id).entry.version)


def connect(settings: Settings) -> Session:
    """A session; nothing is asked of Airflow yet."""
    tokens = Tokens(settings)
    url = settings.airflow_url.rstrip("/")
    return Session(
        settings=settings,
        registration=RegistrationClient(url, tokens),
        api=AirflowApi(url, tokens),
    )
