"""The registration API of our Airflow plugin, call by call; it decides nothing. The HTTP is in `plugin_http.py`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import is_dag_id
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.registration import (
    REGISTRATION_API,
    Activate,
    Activated,
    Capacity,
    Derive,
    Info,
    PipelineHead,
    PutVersion,
    Retire,
    Swept,
)
from jupyterlab_promote.model.run import AttemptInfo, Event, HandoffGroup, Preview
from jupyterlab_promote.model.run_states import FailedRun, RecentRun, RunStates
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.server.plugin_http import INFO, PluginHttp, Query, release_of
from jupyterlab_promote.server.releases import other_release
from jupyterlab_promote.server.sign_in import Tokens

_UPLOAD_SECONDS = 600.0


class RegistrationClient:
    """The registration API of one Airflow, as one user."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self._http = PluginHttp(url, tokens)

    def info(self) -> Info:
        """Whether one may publish here. Raises Unavailable when the plugin is missing or another one."""
        told = self._http.send("GET", INFO).json()
        spoken = told.get("api") if isinstance(told, dict) else None
        if spoken != REGISTRATION_API:
            reason = f"they speak versions {REGISTRATION_API} and {spoken} of the registration API"
            raise other_release(self.url, release_of(told), reason)
        return self._http.read(told, Info)

    def pipelines(self) -> tuple[PipelineHead, ...]:
        """All registered pipelines that the user may see."""
        return self._http.get("/pipelines", tuple[PipelineHead, ...])

    def head(self, dag_id: str) -> PipelineHead | None:
        """The registration of a pipeline; None when there is none."""
        if not is_dag_id(dag_id):
            return None
        try:
            return self._http.get(f"/pipelines/{dag_id}", PipelineHead)
        except NotFound:
            return None

    def versions(self, dag_id: str) -> tuple[VersionInfo, ...]:
        """The pipeline's history, newest first."""
        return self._http.get(f"/pipelines/{dag_id}/versions", tuple[VersionInfo, ...])

    def manifest(self, dag_id: str, version: str) -> Manifest:
        """What a version is made of."""
        return self._http.get(f"/pipelines/{dag_id}/versions/{version}", Manifest)

    def source(self, dag_id: str, version: str) -> dict[str, Any]:
        """The notebook that was published."""
        return self._http.notebook(f"/pipelines/{dag_id}/versions/{version}/source", {})

    def put_version(self, dag_id: str, version: str, data: bytes) -> PutVersion:
        """Upload a version."""
        answer = self._http.send(
            "PUT",
            f"/pipelines/{dag_id}/versions/{version}",
            content=data,
            headers={"content-type": "application/zip"},
            timeout=_UPLOAD_SECONDS,
        )
        return self._http.read(answer.json(), PutVersion)

    def derive(self, dag_id: str, version: str, *, settings_of: str) -> PutVersion:
        """Make a version of one version's code and another one's settings."""
        body = dump(Derive(settings_of=settings_of))
        answer = self._http.send(
            "POST", f"/pipelines/{dag_id}/versions/{version}/derive", json=body
        )
        return self._http.read(answer.json(), PutVersion)

    def activate(self, dag_id: str, wish: Activate) -> Activated:
        """Let a version serve; raises Conflict when the pipeline changed meanwhile."""
        answer = self._http.send("POST", f"/pipelines/{dag_id}/activate", json=dump(wish))
        return self._http.read(answer.json(), Activated)

    def retire(self, dag_id: str, revision: int) -> Activated:
        """Unpublish."""
        body = dump(Retire(expected_revision=revision))
        answer = self._http.send("POST", f"/pipelines/{dag_id}/retire", json=body)
        return self._http.read(answer.json(), Activated)

    def parse(self, dag_id: str) -> None:
        """Ask Airflow once more to read the version that serves."""
        self._http.send("POST", f"/pipelines/{dag_id}/parse")

    def forget(self, dag_id: str) -> None:
        """Free the id of an unpublished pipeline; raises Conflict while runs are live."""
        self._http.send("POST", f"/pipelines/{dag_id}/forget")

    def housekeeping(self) -> Swept:
        """Let Airflow let go of retired pipelines without live runs, at once."""
        return self._http.read(self._http.send("POST", "/housekeeping").json(), Swept)

    def attempts(self, dag_id: str, run_id: str) -> tuple[AttemptInfo, ...]:
        """All attempts of a run."""
        return self._http.get(f"{_run(dag_id, run_id)}/attempts", tuple[AttemptInfo, ...])

    def attempts_of(
        self, dag_id: str, run_ids: Sequence[str]
    ) -> dict[str, tuple[AttemptInfo, ...]]:
        """All attempts of several runs, by run id."""
        query = {"run": tuple(run_ids)}
        return self._http.get(f"/runs/{dag_id}/attempts", dict[str, tuple[AttemptInfo, ...]], query)

    def runs(
        self,
        dag_id: str,
        *,
        run_ids: Sequence[str] = (),
        states: Sequence[str] = (),
        kinds: Sequence[str] = (),
        limit: int = 10,
        offset: int = 0,
    ) -> RunStates:
        """A page of a pipeline's runs as Airflow has them now, newest first. Raises NotFound."""
        query: Query = {
            "run": tuple(run_ids),
            "state": tuple(states),
            "kind": tuple(kinds),
            "limit": limit,
            "offset": offset,
        }
        return self._http.get(f"/runs/{dag_id}", RunStates, query)

    def failed(self, *, limit: int = 20) -> tuple[FailedRun, ...]:
        """The newest failed runs of the pipelines that the user published, newest first."""
        return self._http.get("/failed", tuple[FailedRun, ...], {"limit": limit})

    def capacity(self) -> Capacity:
        """The most that one node of Ray has of each."""
        return self._http.get("/capacity", Capacity)

    def recent(self) -> tuple[RecentRun, ...]:
        """The newest runs of all pipelines that the user may see, newest first."""
        return self._http.get("/recent", tuple[RecentRun, ...])

    def whole(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """The user's notebook with the run's outputs in its cells."""
        return self._http.notebook(f"{_run(dag_id, run_id)}/whole", {})

    def notebook(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int | None
    ) -> dict[str, Any]:
        """The executed notebook of a step."""
        return self._http.notebook(
            f"{_run(dag_id, run_id)}/steps/{step}/notebook", _attempt(map_index, attempt)
        )

    def events(
        self,
        dag_id: str,
        run_id: str,
        step: str,
        *,
        map_index: int,
        attempt: int | None,
        after: int,
    ) -> tuple[Event, ...]:
        """What a step reported after event number `after`."""
        query = {**_attempt(map_index, attempt), "after": after}
        return self._http.get(
            f"{_run(dag_id, run_id)}/steps/{step}/events", tuple[Event, ...], query
        )

    def previews(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int | None
    ) -> tuple[Preview, ...]:
        """What the values look like that a step left."""
        return self._http.get(
            f"{_run(dag_id, run_id)}/steps/{step}/previews",
            tuple[Preview, ...],
            _attempt(map_index, attempt),
        )

    def handoff_groups(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int
    ) -> tuple[HandoffGroup, ...]:
        """How large the values are that an attempt left, by what is loaded together."""
        return self._http.get(
            f"{_run(dag_id, run_id)}/steps/{step}/handoff/groups",
            tuple[HandoffGroup, ...],
            _attempt(map_index, attempt),
        )

    def handoff(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int
    ) -> bytes:
        """The values that an attempt left, as a zip."""
        return self._http.send(
            "GET",
            f"{_run(dag_id, run_id)}/steps/{step}/handoff",
            params=_attempt(map_index, attempt),
            timeout=_UPLOAD_SECONDS,
        ).content

    def written_file(
        self,
        dag_id: str,
        run_id: str,
        step: str,
        path: str,
        *,
        map_index: int,
        attempt: int | None,
        to: Path,
    ) -> None:
        """Fetch a file that a step wrote, into a local file."""
        answer = self._http.send(
            "GET",
            f"{_run(dag_id, run_id)}/steps/{step}/file",
            params={"path": path, **_attempt(map_index, attempt)},
            timeout=_UPLOAD_SECONDS,
        )
        to.write_bytes(answer.content)


def _run(dag_id: str, run_id: str) -> str:
    return f"/runs/{dag_id}/{quote(run_id, safe='')}"


def _attempt(map_index: int, attempt: int | None) -> dict[str, int]:
    return {"map_index": map_index} | ({} if attempt is None else {"attempt": attempt})
