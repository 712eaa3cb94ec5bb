"""How our Airflow plugin is spoken to: signed in, by plain HTTP. Answers are validated, refusals are our errors."""

from collections.abc import Mapping
from typing import Any, TypeVar

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
from jupyterlab_promote.server.releases import is_of_another_release, other_release, readable
from jupyterlab_promote.server.sign_in import Tokens, not_accepted, trusts_environment

T = TypeVar("T")
Query = Mapping[str, int | tuple[str, ...]]

INFO = "/info"
_KINDS: dict[int, type[PromoteError]] = {403: Forbidden, 409: Conflict}
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_NO_PLUGIN = (
    "Install jupyterlab-promote[airflow] in Airflow's environment and restart its API server."
)


class PluginHttp:
    """The plugin of one Airflow, as one user. Methods raise PromoteError."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self._tokens = tokens
        self._client = httpx.Client(
            base_url=f"{url}/promote", timeout=_TIMEOUT, trust_env=trusts_environment(url)
        )

    def get(self, path: str, kind: type[T], query: Query | None = None) -> T:
        """A document, by the class of it."""
        return self.read(self.send("GET", path, params=query or {}).json(), kind)

    def read(self, body: Any, kind: type[T]) -> T:
        """The document of an answer; raises Unavailable, naming both releases, when it is none."""
        try:
            return readable(body, kind)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            reason = f"its answer cannot be read ({place}: {first['msg']})"
            raise other_release(self.url, self._theirs(), reason) from error

    def _theirs(self) -> str:
        """The release of the plugin; asked only when something does not fit."""
        return release_of(self.send("GET", INFO).json())

    def notebook(self, path: str, query: dict[str, int]) -> dict[str, Any]:
        """A notebook's JSON."""
        content = self.send("GET", path, params=query).json()
        return dict(content)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """An answer that is no refusal; a token that is too old is got anew once."""
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
        if is_of_another_release(status, body) and not answer.url.path.endswith(INFO):
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


def release_of(info: object) -> str:
    """The release that the plugin's answer names; empty for none."""
    return str(info.get("version", "")) if isinstance(info, dict) else ""
