"""The settings of the Jupyter side, frozen. The only module of the server that reads the environment."""

import os
import shlex
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

SignIn = Literal["stack", "user", "token", "command", "hook", "none"]
TokenHook = Callable[[str], str]


@dataclass(frozen=True, repr=False)
class Settings:
    """How to reach Airflow.

    Attributes:
        airflow_url: base URL of Airflow's API server; empty for the embedded stack.
        token_command: shell words whose output is a token.
        token_hook: gives the token of a Jupyter user, for JupyterHub.
        jupyter_user: the user that the hook is asked for, recorded as a notebook's owner.
        embedded_allowed: the embedded stack may be started on first need.
        ray_url: Ray's dashboard, for links; empty where it is not known.
    """

    airflow_url: str = ""
    user: str = ""
    password: str = ""
    token: str = ""
    token_command: tuple[str, ...] = ()
    token_hook: TokenHook | None = None
    jupyter_user: str = ""
    embedded_allowed: bool = True
    ray_url: str = ""

    @property
    def embedded(self) -> bool:
        """Nothing is set, so the embedded stack is meant."""
        return not self.airflow_url

    @property
    def sign_in(self) -> SignIn:
        """Which way of signing in is used; the most personal one that is set."""
        if self.embedded:
            return "stack"
        if self.token_hook is not None:
            return "hook"
        if self.token_command:
            return "command"
        if self.token:
            return "token"
        return "user" if self.user else "none"


def from_environment(
    environment: Mapping[str, str] | None = None, *, airflow_url: str = ""
) -> Settings:
    """Settings from `PROMOTE_AIRFLOW_URL`, `_USER`, `_PASSWORD`, `_TOKEN` and `_TOKEN_COMMAND`."""
    env = os.environ if environment is None else environment
    return Settings(
        airflow_url=(airflow_url or env.get("PROMOTE_AIRFLOW_URL", "")).rstrip("/"),
        user=env.get("PROMOTE_AIRFLOW_USER", ""),
        password=env.get("PROMOTE_AIRFLOW_PASSWORD", ""),
        token=env.get("PROMOTE_AIRFLOW_TOKEN", ""),
        token_command=tuple(shlex.split(env.get("PROMOTE_AIRFLOW_TOKEN_COMMAND", ""))),
        jupyter_user=env.get("JUPYTERHUB_USER") or env.get("USER", ""),
        embedded_allowed="JUPYTERHUB_USER" not in env,
    )


def local_timezone(environment: Mapping[str, str] | None = None) -> str:
    """The IANA name of this computer's timezone: `TZ`, else that of /etc/localtime, else UTC."""
    env = os.environ if environment is None else environment
    linked = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    for name in (env.get("TZ", "").removeprefix(":"), linked):
        if name in zoneinfo.available_timezones():
            return name
    return "UTC"
