"""Tokens of Airflow: got, kept while they are good, and got again before they expire."""

import base64
import json
import subprocess
import threading
import time
from urllib.parse import urlsplit

import httpx

from jupyterlab_promote.errors import Forbidden, Unavailable
from jupyterlab_promote.server.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MARGIN_SECONDS = 300.0
_UNKNOWN_LIFE_SECONDS = 900.0
_COMMAND_SECONDS = 30.0


def trusts_environment(url: str) -> bool:
    """Whether a proxy from the environment may see the traffic: never that of this computer."""
    return urlsplit(url).hostname not in _LOOPBACK


class Tokens:
    """The tokens of one settings value; used by several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def current(self) -> str:
        """A token that is good for some minutes.

        Raises:
            Forbidden: code `signed_out`; the sign-in was refused.
            Unavailable: Airflow or the token command does not answer, or what is set is no URL.
        """
        _check_url(self._settings.airflow_url)
        with self._lock:
            if not self._token or time.time() > self._good_until:
                self._token = self._fetch()
                self._good_until = _good_until(self._token)
            return self._token

    def forget(self) -> None:
        """Airflow refused the token: get another one next time."""
        with self._lock:
            self._token = ""

    def _fetch(self) -> str:
        settings = self._settings
        match settings.sign_in:
            case "hook":
                assert settings.token_hook is not None  # noqa: S101 - what `sign_in` says
                return settings.token_hook(settings.jupyter_user)
            case "command":
                return _from_command(settings.token_command)
            case "token":
                return settings.token
            case "user":
                return _from_password(settings)
            case _:
                raise Forbidden(
                    f"No sign-in for {settings.airflow_url} is set.",
                    hint="Set PromoteApp.token, or user and password; for the command line, "
                    "PROMOTE_AIRFLOW_TOKEN, or PROMOTE_AIRFLOW_USER and _PASSWORD.",
                    code="signed_out",
                )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unavailable(
            "Airflow",
            repr(url),
            "it is no web address",
            hint="Write the whole URL, such as https://airflow.example.org, in --airflow-url, "
            "PROMOTE_AIRFLOW_URL or PromoteApp.airflow_url.",
        )


def not_accepted(url: str, said: str = "") -> Forbidden:
    """Airflow does not take the token."""
    reason = f": {said}" if said else ""
    return Forbidden(
        f"Airflow at {url} does not accept the sign-in{reason}.",
        hint="Sign in again; where a token is set, it may have expired.",
        code="signed_out",
    )


def _from_command(words: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command
            words, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        reason = str(error)
        if isinstance(error, subprocess.CalledProcessError):
            reason = f"it ended with exit status {error.returncode}"
        raise Unavailable(
            "The token command",
            words[0],
            reason,
            hint="Check PromoteApp.token_command, or PROMOTE_AIRFLOW_TOKEN_COMMAND on the command line.",
        ) from error
    return done.stdout.strip()


def _from_password(settings: Settings) -> str:
    url = settings.airflow_url
    body = {"username": settings.user, "password": settings.password}
    try:
        with httpx.Client(timeout=60, trust_env=trusts_environment(url)) as client:
            answer = client.post(f"{url}/auth/token", json=body)
            if answer.status_code in (401, 403):
                raise Forbidden(
                    f"Airflow at {url} refuses the sign-in of {settings.user!r}.",
                    hint="Correct the user name or the password.",
                    code="signed_out",
                )
            return str(answer.raise_for_status().json()["access_token"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(
            "Airflow", url, f"the sign-in failed ({error})", hint="Check the address."
        ) from error


def _good_until(token: str) -> float:
    try:
        payload = token.split(".")[1]
        expires = float(json.loads(base64.urlsafe_b64decode(payload + "=" * 3))["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        return time.time() + _UNKNOWN_LIFE_SECONDS
    return max(expires - _MARGIN_SECONDS, time.time() + (expires - time.time()) / 2)
