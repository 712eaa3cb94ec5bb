"""`run_step(request) -> Outcome`: one attempt of a step, from its claim to its outcome.

A plain function: Ray's job, Ray's tasks, the gateway and the tests call it alike. It always leaves an outcome, unless
the process is killed; then whoever started it says so. What happens in between is `attempt.py`'s.
"""

import os
import socket
import uuid
from collections.abc import Mapping
from pathlib import Path

from jupyterlab_promote.errors import Conflict, InvalidInput
from jupyterlab_promote.model.run import Outcome, StepRequest
from jupyterlab_promote.store.cache import remember, take
from jupyterlab_promote.store.runs import claim, commit_outcome, read_outcome, ref_of
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.worker.attempt import Attempt, Place
from jupyterlab_promote.worker.cached import result_key
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.scratch import STEP, Scratch
from jupyterlab_promote.worker.stopping import Stop


def run_step(
    request: StepRequest,
    *,
    environment: Mapping[str, str],
    ray_address: str | None = None,
    ready: StepKernel | None = None,
    stop: Stop | None = None,
    watched: Path | None = None,
) -> Outcome:
    """Run one attempt.

    Args:
        request: what to run; its store is opened here.
        environment: variables of the worker's process, of which the kernel gets an allow-list.
        ray_address: what `ray.init()` in a cell joins.
        ready: a kernel started ahead, used if it is of the right kind and ended in any case.
        stop: where a wish to end the step before its time is noted.
        watched: the file that takes the fingerprints of the notebook's variables, for `verify` only.

    Returns:
        The attempt's outcome; the winner's, when this attempt was run before.

    Raises:
        Conflict: the attempt belongs to somebody else who has not finished (code `attempt_taken`).
        Unavailable: the store cannot be used, so that no outcome could be left.
    """
    store = open_store(request.store)
    finished = _claimed_before(store, request)
    if finished is not None:
        return finished
    key = result_key(store, request, environment)
    cached = take(store, request, key=key) if key is not None and not request.fresh else None
    if cached is not None:
        return commit_outcome(store, cached)[0]
    scratch = Scratch(STEP)
    place = Place(scratch.path, environment, ray_address, ready, stop or Stop(), watched)
    try:
        outcome = Attempt(store, request, place).run()
    finally:
        scratch.remove()
    committed, ours = commit_outcome(store, outcome)
    if key is not None and ours and committed.ok:
        remember(store, committed, key=key)
    return committed


def _claimed_before(store: Store, request: StepRequest) -> Outcome | None:
    """None for an attempt that is ours from now on, else the outcome of whose it was; raises Conflict."""
    ref = ref_of(request)
    by = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    if claim(store, ref, "started", by=by):
        return None
    finished = read_outcome(store, ref)
    if finished is None:
        raise Conflict(
            f"Attempt {request.attempt} of step {request.step!r} is taken by another worker.",
            hint="Nothing is to be done: the other one goes on, or the next attempt starts.",
            code="attempt_taken",
        )
    return finished


def read_request(data: bytes) -> StepRequest:
    """The request that a file holds; raises InvalidInput."""
    try:
        return StepRequest.model_validate_json(data)
    except ValueError as error:
        raise InvalidInput("request", f"cannot be read ({error})") from error
