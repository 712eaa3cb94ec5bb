"""The embedded stack as the Jupyter side uses it. The only module of the server that knows it."""

from collections.abc import Callable
from dataclasses import replace

import psutil

from jupyterlab_promote.errors import Forbidden, Unavailable
from jupyterlab_promote.model.api import ClusterOffer
from jupyterlab_promote.server.settings import Settings
from jupyterlab_promote.stack import StackInfo, cores, down, status, up, was_started


def running(settings: Settings) -> Settings | None:
    """Settings that lead to the running stack; None when it does not run as a whole."""
    info = status()
    return None if info is None or info.missing else _settings(settings, info)


def standstill() -> str:
    """Why there is no Airflow while the stack does not run as a whole: one sentence or two."""
    info = status()
    if info is None:
        means = ", and nothing runs at its times until it does" if was_started() else ""
        return f"Airflow does not run{means}. It can run on this computer."
    ended = f"Airflow and Ray of this computer do not run as a whole: {info.ended} ended."
    return f"{ended} What ran before can be seen." if info.readable else ended


def start(settings: Settings, progress: Callable[[str], None]) -> Settings:
    """Start the stack, or find it.

    Raises:
        Forbidden: the administrator has not allowed it here.
        Unavailable: a part did not start.
    """
    if not settings.embedded_allowed:
        raise Forbidden(
            "An own Airflow may not be started here.",
            hint="Ask the administrator to set PromoteApp.airflow_url or PromoteApp.embedded_allowed.",
        )
    return _settings(settings, up(progress))


def stop(*, force: bool = False) -> tuple[str, ...]:
    """End the stack; raises Conflict naming the runs that would be cut off."""
    return down(force=force)


def required(settings: Settings, *, reading: bool = False) -> Settings:
    """The settings of the Airflow that is meant; raises Unavailable when the stack does not run.

    Args:
        reading: only what is there already is asked for, which Airflow's API server answers without the others.
    """
    if not settings.embedded:
        return settings
    info = status()
    if info is None or (not info.readable if reading else info.missing):
        raise Unavailable(
            "The embedded Airflow and Ray",
            "this computer",
            "it does not run" if info is None else f"{info.ended} ended",
            hint="Start it with `jupyter promote up`, or set PROMOTE_AIRFLOW_URL.",
        )
    return _settings(settings, info)


def is_new(settings: Settings) -> bool:
    """Whether an own stack is meant, and none was ever started: there is nothing to ask it for."""
    return settings.embedded and not was_started()


def largest_node() -> ClusterOffer:
    """The one node of the embedded Ray: this computer."""
    return ClusterOffer(cpus=cores(), memory=psutil.virtual_memory().total)


def _settings(settings: Settings, info: StackInfo) -> Settings:
    return replace(
        settings,
        airflow_url=info.airflow_url,
        user=info.user,
        password=info.password,
        ray_url=info.ray_url,
    )
