"""Brings the components up, in parallel where possible, and says truthfully which one failed."""

import contextlib
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.stack import processes
from jupyterlab_promote.stack.components import (
    RAY,
    Component,
    airflow_components,
    migrate_command,
    ray_component,
)
from jupyterlab_promote.stack.environment import airflow_environment, ray_environment
from jupyterlab_promote.stack.places import Places
from jupyterlab_promote.stack.probes import ready_components
from jupyterlab_promote.stack.secrets import Secrets
from jupyterlab_promote.stack.state import State, info, save_state

_START_SECONDS = 180.0
_POLL_SECONDS = 0.25
_SHOWN_LINES = 15
_DATABASE = "database"


@dataclass
class _Start:
    """A start that is under way: the state on disk always names what has been started."""

    where: Places
    state: State
    progress: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    started: dict[str, tuple[Component, subprocess.Popen[bytes]]] = field(default_factory=dict)
    ray_again: bool = False

    def spawn(self, component: Component) -> subprocess.Popen[bytes]:
        record, process = processes.start(
            component.name,
            component.command,
            env=component.environment,
            cwd=self.where.root,
            log=self.where.log(component.name),
        )
        others = tuple(each for each in self.state.components if each.name != component.name)
        self.state = replace(self.state, components=(*others, record))
        save_state(self.where, self.state)
        self.started[component.name] = (component, process)
        return process

    def tell(self, text: str) -> None:
        self.progress(f"{text} ({time.monotonic() - self.began:.0f} s)")

    def check(self) -> None:
        """Raises Unavailable when a started component has ended; Ray is started once more.

        Ray gives its own processes 30 seconds, which nothing can set; on a busy computer that is too short.
        """
        for component, process in tuple(self.started.values()):
            code = process.poll()
            if code is None:
                continue
            if component.name != RAY or self.ray_again:
                raise self._failure(component, f"it ended with exit code {code}")
            self.ray_again = True
            self.tell(f"{component.title} did not start in its own time, so once more")
            self.spawn(component)

    def overdue(self) -> bool:
        return time.monotonic() - self.began > _START_SECONDS

    def _failure(self, component: Component, what: str) -> Unavailable:
        log = self.where.log(component.name)
        return Unavailable(
            component.title,
            str(log),
            f"{what}. Its last lines:\n{_tail(log)}",
            hint=component.advice,
        )

    def late(self, names: frozenset[str]) -> Unavailable:
        first = next(component for name, (component, _) in self.started.items() if name in names)
        return self._failure(first, f"it was not ready after {_START_SECONDS:.0f} s")


def start_all(
    where: Places,
    state: State,
    *,
    secrets: Secrets,
    cpus: int | None,
    progress: Callable[[str], None],
) -> State:
    """Start everything and wait until everything answers; gives the state with all processes.

    Raises Unavailable, and leaves ending what runs to the caller.
    """
    under_way = _Start(where, state, progress)
    environment = airflow_environment(where, state.ports, secrets)
    ray = ray_component(
        ray_environment(state.ports, secrets), ports=state.ports, cpus=cpus, temp=state.ray_temp
    )
    under_way.spawn(ray)
    _migrate(under_way, environment)
    for component in airflow_components(environment):
        under_way.spawn(component)
    _wait(under_way, secrets)
    return under_way.state


def _migrate(under_way: _Start, environment: dict[str, str]) -> None:
    """Bring the database to the installed Airflow; skipped when that was done before, it takes seconds."""
    where = under_way.where
    marker = where.airflow_home / "migrated"
    current = version("apache-airflow-core")
    with contextlib.suppress(OSError):
        if marker.read_text() == current and where.database.exists():
            return
    command = migrate_command()
    component = Component(
        _DATABASE,
        "Airflow's database",
        command,
        environment,
        "Read the log. A database of a newer Airflow cannot be used: install that one, "
        "or move the directory `airflow` of the stack away.",
    )
    process = under_way.spawn(component)
    while process.poll() is None:
        if under_way.overdue():
            raise under_way.late(frozenset({_DATABASE}))
        time.sleep(_POLL_SECONDS)
    if process.returncode != 0:
        under_way.check()
    del under_way.started[_DATABASE]
    kept = tuple(each for each in under_way.state.components if each.name != _DATABASE)
    under_way.state = replace(under_way.state, components=kept)
    _let_readers_read(where)
    marker.write_text(current)
    under_way.tell("Airflow's database is ready")


def _let_readers_read(where: Places) -> None:
    """Switch the database, for good, to the mode in which a writer does not block the readers."""
    with contextlib.closing(sqlite3.connect(where.database)) as database:
        database.execute("PRAGMA journal_mode=WAL")


def _wait(under_way: _Start, secrets: Secrets) -> None:
    waiting = frozenset(under_way.started)
    reached = info(under_way.where, under_way.state, secrets)
    while waiting:
        under_way.check()
        ready = waiting & ready_components(reached)
        for name in sorted(ready):
            under_way.tell(f"{under_way.started[name][0].title} is ready")
        waiting -= ready
        if waiting and under_way.overdue():
            raise under_way.late(waiting)
        if waiting:
            time.sleep(_POLL_SECONDS)


def _tail(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_SHOWN_LINES:])
    return "(no log)"
