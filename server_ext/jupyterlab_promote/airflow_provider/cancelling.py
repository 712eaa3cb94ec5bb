"""Ending an attempt from the Airflow side: so that it never begins, or stops, and leaves an outcome."""

import time

from jupyterlab_promote.airflow_provider.runner import Runner
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.store.runs import AttemptRef, claim, commit_outcome, read_outcome
from jupyterlab_promote.store.store import Store

_LAST_WORDS = 2.5
"""Seconds that a stopped worker gets to write its outcome; Airflow kills a task after five."""

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
    begun = not claim(store, ref, "abandoned", by=f"operator {job_id}")
    confirmed = runner.stop(job_id)
    if begun:
        _moment_for_outcome(store, ref)
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


def _moment_for_outcome(store: Store, ref: AttemptRef) -> None:
    end_of_patience = time.monotonic() + _LAST_WORDS
    while time.monotonic() < end_of_patience:
        try:
            if read_outcome(store, ref) is not None:
                return
        except Unavailable:
            return
        time.sleep(_OFTEN)
