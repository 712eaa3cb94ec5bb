"""Starts, finds and ends the embedded stack. Every wait here has an end."""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from jupyterlab_promote.airflow_provider.names import POOL, POOL_SLOTS
from jupyterlab_promote.errors import Conflict, InvalidInput, Unavailable
from jupyterlab_promote.stack import probes, processes
from jupyterlab_promote.stack.environment import runners
from jupyterlab_promote.stack.gateway import gateway_answers, start_gateway
from jupyterlab_promote.stack.places import Places, places, prepare
from jupyterlab_promote.stack.ports import choose_ports
from jupyterlab_promote.stack.secrets import Secrets, load_secrets
from jupyterlab_promote.stack.start import start_all
from jupyterlab_promote.stack.state import StackInfo, State, info, load_state, now, save_state

Progress = Callable[[str], None]

_LOCK_SECONDS = 240.0
_GRACE_SECONDS = 8.0
_BUSY_SECONDS = 60.0
CPUS_VARIABLE = "PROMOTE_STACK_CPUS"
"""How many CPUs the local Ray offers to steps; all of the computer's when unset."""


def up(progress: Progress) -> StackInfo:
    """Start the stack, or find that it runs; returns when all of it is ready.

    Args:
        progress: told one line for each component.

    Raises:
        Unavailable: a component did not start; says which, and all that was started has been ended.
    """
    if sys.platform == "win32":
        raise Unavailable(
            "The embedded stack",
            "this computer",
            "Airflow does not run on Windows",
            hint="Use WSL, or point JupyterLab at an existing Airflow.",
        )
    where = places()
    prepare(where)
    with _locked(where):
        secrets = load_secrets(where)
        earlier = load_state(where)
        if earlier and _whole(where, earlier, secrets):
            _restart_gateway(where, earlier, secrets, progress)
            progress("The stack runs already.")
            return info(where, earlier, secrets)
        if earlier and (earlier.living or earlier.children):
            progress("Ending what is left of an earlier start.")
            _end(where, earlier)
        return _start(where, secrets, progress)


def _start(where: Places, secrets: Secrets, progress: Progress) -> StackInfo:
    ports = choose_ports(where)
    # Ray's sockets have paths of at most 107 bytes, and TMPDIR may be long.
    temp = tempfile.mkdtemp(prefix="promote-ray-", dir="/tmp")
    state = State(ports=ports, started=now(), components=(), ray_temp=temp)
    save_state(where, state)
    with ExitStack() as undo:
        undo.callback(lambda: _end(where, load_state(where) or state))
        state = start_all(where, state, secrets=secrets, cpus=_cpus(), progress=progress)
        reached = info(where, state, secrets)
        probes.ensure_pool(reached, name=POOL, slots=POOL_SLOTS)
        if runners() != "jobs":
            start_gateway(reached, progress=progress)
        undo.pop_all()
    state = replace(state, ready=True, children=processes.descendants(state.components))
    save_state(where, state)
    return reached


def _restart_gateway(where: Places, state: State, secrets: Secrets, progress: Progress) -> None:
    """The gateway is a Ray job, which may end by itself: for want of memory, say."""
    reached = info(where, state, secrets)
    if runners() == "jobs" or gateway_answers(reached):
        return
    start_gateway(reached, progress=progress)
    save_state(where, replace(state, children=processes.descendants(state.components)))


def _cpus() -> int | None:
    text = os.environ.get(CPUS_VARIABLE)
    if not text:
        return None
    if not text.isdecimal():
        raise InvalidInput(
            CPUS_VARIABLE,
            f"{text!r} is not a whole number",
            hint="Write for example 4, or unset it.",
        )
    return int(text)


def cores() -> int:
    """How many cores Ray has on this computer: what `PROMOTE_STACK_CPUS` says, else all.

    Raises:
        InvalidInput: the variable is not a whole number.
    """
    return _cpus() or os.cpu_count() or 1


def _whole(where: Places, state: State, secrets: Secrets) -> bool:
    names = {each.name for each in state.components}
    if not state.ready or names != set(state.living):
        return False
    reached = info(where, state, secrets)
    deadline = time.monotonic() + _BUSY_SECONDS
    # Its processes live, so one that does not answer is busy: ending it would cut off what it runs.
    while not names <= probes.ready_components(reached):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def status() -> StackInfo | None:
    """The stack as it runs, or None. Components that have ended since are in `missing`."""
    where = places()
    state = load_state(where)
    if state is None or not state.living:
        return None
    return info(where, state, load_secrets(where))


def was_started() -> bool:
    """Whether a stack of this user was ever started here, so that there may be pipelines."""
    return places().database.exists()


def down(*, force: bool = False) -> tuple[str, ...]:
    """End the stack and give the names of the components that were ended; none when nothing ran.

    Raises:
        Conflict: runs are live and `force` is False; nothing was ended.
    """
    where = places()
    if not where.root.is_dir():
        return ()
    with _locked(where):
        state = load_state(where)
        if state is None:
            return ()
        living = state.living
        if living and not force:
            _refuse_while_runs_live(info(where, state, load_secrets(where)))
        _end(where, state)
        return living


def _refuse_while_runs_live(reached: StackInfo) -> None:
    try:
        runs = probes.live_runs(reached)
    except Unavailable:
        return  # an Airflow that does not answer runs nothing that could be waited for
    if runs:
        names = ", ".join(str(run) for run in runs)
        raise Conflict(
            f"{len(runs)} live runs would be cut off: {names}.",
            hint="Wait for them, cancel them, or run `jupyter promote down --force`.",
            code="live_runs",
            runs=[{"dag_id": run.dag_id, "run_id": run.run_id} for run in runs],
        )


def _end(where: Places, state: State) -> None:
    known = (*state.components, *state.children)
    processes.end(known, parents=len(state.components), grace=_GRACE_SECONDS)
    if state.ray_temp:
        shutil.rmtree(state.ray_temp, ignore_errors=True)
    where.state.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(where: Places) -> Iterator[None]:
    """Held while the stack starts or ends, so that two starts at once give one stack."""
    import fcntl

    with Path(where.lock).open("w") as file:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Unavailable(
                        "The stack",
                        str(where.root),
                        "another process has been starting or ending it for minutes",
                        hint="End that process, then try again.",
                    ) from None
                time.sleep(0.2)
        yield
