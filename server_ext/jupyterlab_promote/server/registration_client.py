"""The client of our own Airflow plugin, by plain HTTP. It validates every answer; it decides nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from jupyterlab_promote._version import __version__
from jupyterlab_promote.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    PromoteError,
    Unavailable,
)
from jupyterlab_promote.ids import is_dag_id
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.registration import (
    REGISTRATION_API,
    Activate,
    Activated,
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
from jupyterlab_promote.server.releases import is_of_another_release, other_release, readable
from jupyterlab_promote.server.sign_in import Tokens, not_accepted, trusts_environment

T = TypeVar("T")
_Query = Mapping[str, int | tuple[str, ...]]

_KINDS: dict[int, type[PromoteError]] = {403: Forbidden, 409: Conflict}
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_UPLOAD_SECONDS = 600.0
_INFO = "/info"
_NO_PLUGIN = (
    "Install jupyterlab-promote[airflow] in Airflow's environment and restart its API server."
)


class RegistrationClient:
    """The registration API of one Airflow, as one user."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self._tokens = tokens
        self._client = httpx.Client(
            base_url=f"{url}/promote", timeout=_TIMEOUT, trust_env=trusts_environment(url)
        )

    def info(self) -> Info:
        """Whether one may publish here. Raises Unavailable when the plugin is missing or another one."""
        told = self._send("GET", _INFO).json()
        spoken = told.get("api") if isinstance(told, dict) else None
        if spoken != REGISTRATION_API:
            reason = f"they speak versions {REGISTRATION_API} and {spoken} of the registration API"
            raise other_release(self.url, _release(told), reason)
        return self._read(told, Info)

    def pipelines(self) -> tuple[PipelineHead, ...]:
        """All registered pipelines that the user may see."""
        return self._get("/pipelines", tuple[PipelineHead, ...])

    def head(self, dag_id: str) -> PipelineHead | None:
        """The registration of a pipeline; None when there is none."""
        if not is_dag_id(dag_id):
            return None
        try:
            return self._get(f"/pipelines/{dag_id}", PipelineHead)
        except NotFound:
            return None

    def versions(self, dag_id: str) -> tuple[VersionInfo, ...]:
        """The pipeline's history, newest first."""
        return self._get(f"/pipelines/{dag_id}/versions", tuple[VersionInfo, ...])

    def manifest(self, dag_id: str, version: str) -> Manifest:
        """What a version is made of."""
        return self._get(f"/pipelines/{dag_id}/versions/{version}", Manifest)

    def source(self, dag_id: str, version: str) -> dict[str, Any]:
        """The notebook that was published."""
        return self._notebook(f"/pipelines/{dag_id}/versions/{version}/source", {})

    def put_version(self, dag_id: str, version: str, data: bytes) -> PutVersion:
        """Upload a version."""
        answer = self._send(
            "PUT",
            f"/pipelines/{dag_id}/versions/{version}",
            content=data,
            headers={"content-type": "application/zip"},
            timeout=_UPLOAD_SECONDS,
        )
        return self._read(answer.json(), PutVersion)

    def derive(self, dag_id: str, version: str, *, settings_of: str) -> PutVersion:
        """Make a version of one version's code and another one's settings."""
        body = dump(Derive(settings_of=settings_of))
        answer = self._send("POST", f"/pipelines/{dag_id}/versions/{version}/derive", json=body)
        return self._read(answer.json(), PutVersion)

    def activate(self, dag_id: str, wish: Activate) -> Activated:
        """Let a version serve; raises Conflict when the pipeline changed meanwhile."""
        answer = self._send("POST", f"/pipelines/{dag_id}/activate", json=dump(wish))
        return self._read(answer.json(), Activated)

    def retire(self, dag_id: str, revision: int) -> Activated:
        """Unpublish."""
        body = dump(Retire(expected_revision=revision))
        answer = self._send("POST", f"/pipelines/{dag_id}/retire", json=body)
        return self._read(answer.json(), Activated)

    def forget(self, dag_id: str) -> None:
        """Free the id of an unpublished pipeline; raises Conflict while runs are live."""
        self._send("POST", f"/pipelines/{dag_id}/forget")

    def housekeeping(self) -> Swept:
        """Let Airflow let go of retired pipelines without live runs, at once."""
        return self._read(self._send("POST", "/housekeeping").json(), Swept)

    def attempts(self, dag_id: str, run_id: str) -> tuple[AttemptInfo, ...]:
        """All attempts of a run."""
        return self._get(f"{_run(dag_id, run_id)}/attempts", tuple[AttemptInfo, ...])

    def attempts_of(
        self, dag_id: str, run_ids: Sequence[str]
    ) -> dict[str, tuple[AttemptInfo, ...]]:
        """All attempts of several runs, by run id."""
        query = {"run": tuple(run_ids)}
        return self._get(f"/runs/{dag_id}/attempts", dict[str, tuple[AttemptInfo, ...]], query)

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
        query: _Query = {
            "run": tuple(run_ids),
            "state": tuple(states),
            "kind": tuple(kinds),
            "limit": limit,
            "offset": offset,
        }
        return self._get(f"/runs/{dag_id}", RunStates, query)

    def failed(self, *, limit: int = 20) -> tuple[FailedRun, ...]:
        """The newest failed runs of the pipelines that the user published, newest first."""
        return self._get("/failed", tuple[FailedRun, ...], {"limit": limit})

    def recent(self) -> tuple[RecentRun, ...]:
        """The newest runs of all pipelines that the user may see, newest first."""
        return self._get("/recent", tuple[RecentRun, ...])

    def whole(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """The user's notebook with the run's outputs in its cells."""
        return self._notebook(f"{_run(dag_id, run_id)}/whole", {})

    def notebook(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int | None
    ) -> dict[str, Any]:
        """The executed notebook of a step."""
        return self._notebook(
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
        return self._get(f"{_run(dag_id, run_id)}/steps/{step}/events", tuple[Event, ...], query)

    def previews(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int | None
    ) -> tuple[Preview, ...]:
        """What the values look like that a step left."""
        return self._get(
            f"{_run(dag_id, run_id)}/steps/{step}/previews",
            tuple[Preview, ...],
            _attempt(map_index, attempt),
        )

    def handoff_groups(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int
    ) -> tuple[HandoffGroup, ...]:
        """How large the values are that an attempt left, by what is loaded together."""
        return self._get(
            f"{_run(dag_id, run_id)}/steps/{step}/handoff/groups",
            tuple[HandoffGroup, ...],
            _attempt(map_index, attempt),
        )

    def handoff(
        self, dag_id: str, run_id: str, step: str, *, map_index: int, attempt: int
    ) -> bytes:
        """The values that an attempt left, as a zip."""
        return self._send(
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
        answer = self._send(
            "GET",
            f"{_run(dag_id, run_id)}/steps/{step}/file",
            params={"path": path, **_attempt(map_index, attempt)},
            timeout=_UPLOAD_SECONDS,
        )
        to.write_bytes(answer.content)

    def _get(self, path: str, kind: type[T], query: _Query | None = None) -> T:
        return self._read(self._send("GET", path, params=query or {}).json(), kind)

    def _read(self, body: Any, kind: type[T]) -> T:
        try:
            return readable(body, kind)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            reason = f"its answer cannot be read ({place}: {first['msg']})"
            raise other_release(self.url, self._theirs(), reason) from error

    def _theirs(self) -> str:
        """The release of the plugin; asked only when something does not fit."""
        return _release(self._send("GET", _INFO).json())

    def _notebook(self, path: str, query: dict[str, int]) -> dict[str, Any]:
        content = self._send("GET", path, params=query).json()
        return dict(content)

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._once(method, path, options)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget()
            answer = self._once(method, path, options)
        kind = answer.headers.get("content-type", "")
        if "html" in kind or answer.status_code == httpx.codes.METHOD_NOT_ALLOWED:
            # Without the plugin Airflow answers every address with the page of its own UI.
            raise Unavailable(
                "The plugin jupyterlab-promote", self.url, "it is not there", hint=_NO_PLUGIN
            )
        if not answer.is_success:
            raise self._problem(answer)
        return answer

    def _once(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        headers = {
            **options.get("headers", {}),
            "authorization": f"Bearer {self._tokens.current()}",
        }
        try:
            return self._client.request(method, path, **{**options, "headers": headers})
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    def _problem(self, answer: httpx.Response) -> PromoteError:
        try:
            body = answer.json()
        except ValueError:
            body = {}
        body = body if isinstance(body, dict) else {}
        message = str(body.get("message") or body.get("detail") or answer.reason_phrase)
        hint, fields = str(body.get("hint", "")), dict(body.get("fields") or {})
        code, status = body.get("code"), answer.status_code
        if status == httpx.codes.UNAUTHORIZED or "JWT" in message:
            return not_accepted(self.url, message)
        if is_of_another_release(status, body) and not answer.url.path.endswith(_INFO):
            theirs = self._theirs()
            if theirs != __version__:
                return other_release(self.url, theirs, f"it refuses the request ({message})")
        if status == httpx.codes.NOT_FOUND:
            missing = NotFound("document", answer.url.path, hint=hint)
            missing.message = message
            return missing
        if status in (400, 413, 422):
            field = str(fields.get("field", "request"))
            return InvalidInput(field, message.removeprefix(f"{field}: "), hint=hint)
        if status in _KINDS:
            return _KINDS[status](message, hint=hint, code=str(code) if code else None, **fields)
        return Unavailable("Airflow's plugin", self.url, message, hint=hint)


def unreachable(url: str, error: Exception) -> Unavailable:
    """Airflow does not answer."""
    reason = str(error) or type(error).__name__
    return Unavailable("Airflow", url, reason, hint="Check that it runs and that the URL is right.")


def _run(dag_id: str, run_id: str) -> str:
    return f"/runs/{dag_id}/{quote(run_id, safe='')}"


def _attempt(map_index: int, attempt: int | None) -> dict[str, int]:
    return {"map_index": map_index} | ({} if attempt is None else {"attempt": attempt})


def _release(info: object) -> str:
    return str(info.get("version", "")) if isinstance(info, dict) else ""
