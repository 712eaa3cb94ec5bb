"""How an attempt ended, as one sentence for a person: the same in Airflow's log, the command line and the Lab."""

import re
import signal
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.errors import InvalidInput, NotFound, PromoteError
from jupyterlab_promote.model.run import Cause, Learned, StepRequest
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.store.lost import ASK_FOR_MEMORY
from jupyterlab_promote.worker.stopping import Wish


@dataclass(frozen=True)
class Ending:
    """What goes into the outcome.

    Attributes:
        cell: id of the failing or running cell, when it is one of the user's.
    """

    state: str
    cause: Cause
    message: str = ""
    hint: str = ""
    cell: str | None = None
    line: int | None = None
    ename: str | None = None
    evalue: str | None = None
    name: str | None = None
    learned: Learned | None = None


SUCCESS = Ending("success", Cause.OK)


def cell_raised(where: str, ename: str, evalue: str, cell: str | None, line: int | None) -> Ending:
    """A cell ended with an exception."""
    if ename in ("SystemExit", "exit", "quit"):
        told = f"{ename}: {evalue}" if evalue else ename
        return Ending(
            "failed", Cause.EXITED, f"{where} ended the kernel on purpose ({told}).",
            "Remove the call to exit, or raise an error with a message.", cell, line, ename, evalue,
        )  # fmt: skip
    short = evalue if len(evalue) <= 300 else evalue[:297] + "..."
    told = f"{where} raised {ename}: {short}" if evalue else f"{where} raised {ename}."
    return Ending(
        "failed", Cause.CELL_ERROR, told,
        "Open the executed notebook at the failing cell.", cell, line, ename, evalue[:2000],
    )  # fmt: skip


def line_of(traceback: str) -> int | None:
    """The line of the cell at which it failed, from IPython's traceback."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    found = re.findall(r"Cell In\[\d+\], line (\d+)", plain)
    return int(found[-1]) if found else None


def kernel_died(where: str, exit_code: int | None, cell: str | None, *, oom: bool) -> Ending:
    """The kernel's process ended by itself."""
    if oom:
        return Ending(
            "failed", Cause.OUT_OF_MEMORY,
            f"{where} was ended by the machine, which ran out of memory.",
            ASK_FOR_MEMORY, cell,
        )  # fmt: skip
    how = "ended"
    if exit_code is not None and exit_code < 0:
        try:
            how = f"was killed by {signal.Signals(-exit_code).name}"
        except ValueError:
            how = f"was killed by signal {-exit_code}"
    elif exit_code is not None:
        how = f"ended with exit code {exit_code}"
    return Ending(
        "failed", Cause.KERNEL_DIED, f"The kernel {how} in {_within(where)}.",
        "A crash in native code or os._exit ends a kernel; SIGKILL often means that memory ran out.", cell,
    )  # fmt: skip


def over_limit(
    reason: Cause, request: StepRequest, where: str, peak: int, cell: str | None
) -> Ending:
    """The watch ended the kernel."""
    if reason is Cause.OUT_OF_MEMORY:
        asked = request.resources.memory or 0
        better = format_bytes(_rounded(max(peak, asked) * 1.3))
        return Ending(
            "failed", reason,
            f"Step `{request.step}` used {format_bytes(peak)} of {format_bytes(asked)} asked, in {_within(where)}.",
            f"Raise the step's memory to about {better}.", cell,
        )  # fmt: skip
    return Ending(
        "failed", reason,
        f"Step `{request.step}` ran longer than its {request.timeout:g} s, and stood in {_within(where)}.",
        "Raise the step's timeout, or split the step there.", cell,
    )  # fmt: skip


def cancelled(where: str, cell: str | None) -> Ending:
    """Somebody ended the run."""
    message = f"Cancelled while it stood in {_within(where)}."
    return Ending("cancelled", Cause.CANCELLED, message, "", cell)


_GONE = {
    Wish.ABANDONED: (
        Cause.INFRASTRUCTURE,
        "What had started the step on Ray ended (the gateway, or Ray's own process)",
        "Airflow tries it again; if that repeats, look at the gateway's log with `jupyter promote doctor`.",
    ),
    Wish.NODE_LOST: (
        Cause.NODE_LOST,
        "Ray's process of the node that ran the step ended",
        "Airflow tries it again, on another node if there is one.",
    ),
    Wish.RAY_ENDED: (
        Cause.RAY_RESTARTED,
        "Ray ended, or was started anew, while the step ran",
        "Airflow tries it again.",
    ),
}


def stopped(wish: Wish, where: str, cell: str | None) -> Ending:
    """The worker was told to end, or nobody is left who could tell it."""
    if wish is Wish.CANCELLED:
        return cancelled(where, cell)
    cause, gone, hint = _GONE[wish]
    return Ending(
        "failed", cause, f"{gone}, so the step was ended in {_within(where)}.", hint, cell
    )


def handoff_problem(problem: dict[str, Any], step: str, cell: str | None) -> Ending:
    """One of the two calls of the handoff failed, and left why.

    Args:
        cell: id of the only cell of the step that can be the reason; None where it is any.
    """
    told = problem.get("learned")
    learned = Learned.model_validate(told) if told else None
    hint = str(problem.get("hint", ""))
    if learned is not None:
        hint = f"{hint} Or let the settings say so, and publish again: `{learned.command(step)}`."
    return Ending(
        "failed", Cause(problem["cause"]), problem["message"], hint, cell,
        name=problem.get("name") or None, ename=problem.get("kind"), learned=learned,
    )  # fmt: skip


def other_packages(told: str) -> Ending:
    """The worker's packages are not those of the publisher, and the step is strict about it."""
    return Ending(
        "failed", Cause.ENVIRONMENT, told,
        "Publish from an environment like the worker's, name the versions in the step's packages, "
        "or switch off the strict check.", None,
    )  # fmt: skip


def of_error(error: PromoteError) -> Ending:
    """The worker itself could not do something."""
    causes = {
        "environment": Cause.ENVIRONMENT,
        "kernel_missing": Cause.KERNEL_MISSING,
        "kernel_died": Cause.KERNEL_DIED,
        "store_full": Cause.STORE_FULL,
        "unavailable": Cause.STORE_ERROR,
    }
    cause = causes.get(error.code, Cause.INFRASTRUCTURE)
    if isinstance(error, NotFound):
        cause = Cause.INPUT_MISSING
    elif isinstance(error, InvalidInput):
        cause = Cause.ENVIRONMENT
    return Ending("failed", cause, error.message, error.hint)


def _within(where: str) -> str:
    """A place within a sentence."""
    return where[:1].lower() + where[1:]


def _rounded(size: float) -> int:
    """A size that a person would write: up to the next half GiB, or 64 MiB below one."""
    unit = 2**29 if size >= 2**30 else 2**26
    return int(-(-size // unit) * unit)
