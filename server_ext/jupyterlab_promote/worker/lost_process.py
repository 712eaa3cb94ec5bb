"""How an attempt ended whose process on Ray is gone, by the error that Ray gives for its task."""

import ray

from jupyterlab_promote.model.run import Cause, Outcome, StepRequest
from jupyterlab_promote.store.lost import ASK_FOR_MEMORY, LOST, end
from jupyterlab_promote.store.runs import ref_of
from jupyterlab_promote.store.store import open_store

CAUSES = {
    ray.exceptions.NodeDiedError: Cause.NODE_LOST,
    ray.exceptions.LocalRayletDiedError: Cause.NODE_LOST,
    ray.exceptions.OutOfMemoryError: Cause.OUT_OF_MEMORY,
}

_KILLED = (
    "Often the computer ran out of memory: ask for memory in the step's resources, so that fewer steps run "
    "beside it. Then run the step again."
)


def outcome_of_lost(request: StepRequest, error: ray.exceptions.RayError) -> Outcome:
    """The attempt's outcome: its worker's own where it was written, else one that says what Ray says.

    Raises:
        Unavailable: the store cannot be used.
    """
    cause = CAUSES.get(type(error), Cause.INFRASTRUCTURE)
    if isinstance(error, ray.exceptions.WorkerCrashedError):
        message = "Ray's process that ran the step was killed, and the step with it."
    else:
        said = next(filter(None, map(str.strip, str(error).splitlines())), type(error).__name__)
        message = LOST.get(cause, f"The step ended on Ray without leaving an outcome: {said[:300]}")
    hints = {
        Cause.NODE_LOST: "Run the step again.",
        Cause.OUT_OF_MEMORY: ASK_FOR_MEMORY,
        Cause.INFRASTRUCTURE: _KILLED,
    }
    store = open_store(request.store)
    return end(
        store,
        ref_of(request),
        version=request.version,
        cause=cause,
        message=message,
        hint=hints[cause],
    )
