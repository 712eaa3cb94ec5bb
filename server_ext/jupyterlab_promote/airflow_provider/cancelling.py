"""Ending an attempt from the Airflow side: so that it never begins, or stops, and leaves an outcome."""

import time

from jupyterlab_promote.airflow_provider.ray_jobs import JobStatus
from jupyterlab_promote.airflow_provider.runner import Runner
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.store import lost
from jupyterlab_promote.store.runs import (
    AttemptRef,
    claim,
    read_outcome,
)
from jupyterlab_promote.store.store import Store

_LAST_WORDS = 2.5
"""Seconds that a stopped worker gets to write its outcome; Airflow kills a task after five."""

SILENT_SECONDS = 8.0
"""Seconds that a worker whose starter on Ray is gone gets to notice it, end its kernel and write its outcome."""

_SIGNS = (
    ("running low on memory", Cause.OUT_OF_MEMORY),
    ("node has died", Cause.NODE_LOST),
    ("node died", Cause.NODE_LOST),
    ("node is dead", Cause.NODE_LOST),
    ("node it was running on is dead", Cause.NODE_LOST),
)
"""What Ray's Job API says in its sentence only."""

_AGAIN = "Airflow tries the step again"
_HINTS = {
    Cause.NODE_LOST: f"{_AGAIN}, on another node if there is one.",
    Cause.RAY_RESTARTED: f"{_AGAIN}.",
    Cause.INFRASTRUCTURE: f"{_AGAIN}; if that repeats, look at Ray's logs with `jupyter promote doctor`.",
    Cause.STORE_ERROR: f"{_AGAIN}.",
    Cause.OUT_OF_MEMORY: lost.ASK_FOR_MEMORY,
    Cause.QUEUE_TIMEOUT: "Ask for less, allow a longer wait, or run it when less runs on Ray.",
    Cause.IMPOSSIBLE_RESOURCES: "Ask for less in the step's resources, or add a node that has it.",
    Cause.STEP_TIMEOUT: "Raise the execution timeout in Airflow, or split the step.",
}
"""What to do, by cause; nothing is to be done for a step that somebody cancelled."""

_OFTEN = 0.1


def cancel(
    store: Store,
    ref: AttemptRef,
    *,
    version: str,
    job_id: str,
    runner: Runner,
    cause: Cause = Cause.CANCELLED,
) -> Outcome:
    """Stop an attempt: one that has not begun never will, one that runs gets a moment to report.

    Returns:
        The attempt's outcome, the worker's own if it was quick enough.
    """
    begun = not may_be_ended(store, ref, job_id=job_id)
    confirmed = runner.stop(job_id)
    if begun:
        _moment_for_outcome(store, ref, _LAST_WORDS)
    text = "The step was cancelled."
    if cause == Cause.STEP_TIMEOUT:
        text = "The step took longer than Airflow allows it."
    if not confirmed:
        text += " Ray did not confirm that it stopped."
    return end(store, ref, version=version, cause=cause, message=text)


def end(store: Store, ref: AttemptRef, *, version: str, cause: Cause, message: str) -> Outcome:
    """As `store.lost.end`, with what to do about it."""
    hint = _HINTS.get(cause, "")
    return lost.end(store, ref, version=version, cause=cause, message=message, hint=hint)


def end_silent(
    store: Store, ref: AttemptRef, *, version: str, job_id: str, status: JobStatus
) -> Outcome:
    """The outcome of an attempt that is over on Ray: the worker's own if it comes in time, else ours."""
    if not may_be_ended(store, ref, job_id=job_id):
        _moment_for_outcome(store, ref, SILENT_SECONDS)
    cause, message = ended_silently(status)
    return end(store, ref, version=version, cause=cause, message=message)


def may_be_ended(store: Store, ref: AttemptRef, *, job_id: str) -> bool:
    """See to it that an attempt that has not begun never will; False for one that has, and may still report."""
    return claim(store, ref, "abandoned", by=f"operator {job_id}")


def ended_silently(status: JobStatus) -> tuple[Cause, str]:
    """Cause and sentence for an execution that is over without an outcome."""
    if status.state == "STOPPED":
        return Cause.CANCELLED, "The step was stopped on Ray."
    if status.state == "LOST" and status.message:
        return Cause.INFRASTRUCTURE, status.message
    if status.state == "LOST":
        return (
            Cause.RAY_RESTARTED,
            "The Ray cluster was restarted and does not know the step any more.",
        )
    said = status.message.lower()
    cause = status.cause or next((found for sign, found in _SIGNS if sign in said), None)
    if cause in lost.LOST:
        return cause, lost.LOST[cause]
    words = [line.strip() for line in status.message.splitlines() if line.strip()]
    detail = f": {words[-1][:300]}" if words else "."
    return Cause.INFRASTRUCTURE, f"The step ended on Ray without leaving an outcome{detail}"


def _moment_for_outcome(store: Store, ref: AttemptRef, seconds: float) -> None:
    end_of_patience = time.monotonic() + seconds
    while time.monotonic() < end_of_patience:
        try:
            if read_outcome(store, ref) is not None:
                return
        except Unavailable:
            return
        time.sleep(_OFTEN)
