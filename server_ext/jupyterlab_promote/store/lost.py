"""The outcome of an attempt whose worker cannot write it any more: whoever started it says how it ended."""

from datetime import UTC, datetime

from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.remains import remains_of
from jupyterlab_promote.store.runs import AttemptRef, commit_outcome, read_claim
from jupyterlab_promote.store.store import Store

LOST = {
    Cause.NODE_LOST: "The Ray node that ran the step was lost.",
    Cause.OUT_OF_MEMORY: "Ray ended the step, because its node ran out of memory.",
}
"""What is said of an attempt, by what Ray knows of its worker."""

ASK_FOR_MEMORY = "Ask for memory in the step's resources, so that it gets a node with enough."


def end(
    store: Store, ref: AttemptRef, *, version: str, cause: Cause, message: str, hint: str
) -> Outcome:
    """Write the outcome of an attempt that left none, with how far it came; the worker's own wins.

    Raises:
        Unavailable: the store cannot be used.
    """
    remains = remains_of(store, ref, version=version)
    if remains.cell_index is not None:
        message = f"{message.rstrip('.')}; it stood in cell {remains.cell_index + 1}."
    # Space that the attempt held for its own outcome.
    store.hold(ref.path(layout.RESERVE), 0)
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
        hint=hint,
        cell=remains.cell,
        cell_index=remains.cell_index,
        cells=remains.cells,
        seconds=max(remains.seconds, _seconds_since_claim(store, ref)),
    )
    return commit_outcome(store, outcome)[0]


def _seconds_since_claim(store: Store, ref: AttemptRef) -> float:
    """How long a worker had the attempt, as far as its clock and ours agree."""
    held = read_claim(store, ref)
    if held is None or held.state != "started":
        return 0.0
    return round((datetime.now(UTC) - held.at).total_seconds(), 3)
