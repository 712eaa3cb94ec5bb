"""Ending an attempt from the Airflow side: so that it never begins, or stops, and leaves an outcome."""

import time

from jupyterlab_promote.airflow_provider.ray_jobs import JobStatus
from jupyterlab_promote.airflow_provider.runner import Runner
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.store.runs import AttemptRef, claim, commit_outcome, read_outcome
from jupyterlab_promote.store.store import Store

_LAST_WORDS = 2.5
"""Seconds that a stopped worker gets to write its outcome; Airflow kills a task after five."""

SILENT_SECONDS = 8.0
"""Seconds that a worker whose starter on Ray is gone gets to notice it, end its kernel and write its outcome."""

_NODE_LOST = ("node died", "actor died", "actor is dead", "node is dead")
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
    """Write the outcome of an attempt that left none; the worker's own wins."""
    outcome = Outcome(
        dag_id=ref.dag_id,
        version=version,
        run_id=ref.run_id,
        step=ref.step,
        map_index=ref.map_index,
        attempt=ref.attempt,
        state="cancelled" if cause == Cause.CANCELLED else "failed",
        cause=cause,
        message=message,
    )
    return commit_outcome(store, outcome)[0]


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
    words = [line.strip() for line in status.message.splitlines() if line.strip()]
    last = words[-1][:300] if words else ""
    lost = any(sign in last.lower() for sign in _NODE_LOST)
    detail = f": {last}" if last else "."
    cause = Cause.NODE_LOST if lost else Cause.INFRASTRUCTURE
    return cause, f"The step ended on Ray without leaving an outcome{detail}"


def _moment_for_outcome(store: Store, ref: AttemptRef, seconds: float) -> None:
    end_of_patience = time.monotonic() + seconds
    while time.monotonic() < end_of_patience:
        try:
            if read_outcome(store, ref) is not None:
                return
        except Unavailable:
            return
        time.sleep(_OFTEN)
