"""The Ray tasks of `jupyter promote run`: one for a step, or one that starts one for each item of a mapped step.

What travels between them is how a step ended; its values travel through the handoff.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import ray

from jupyterlab_promote.ids import job_id, job_stem
from jupyterlab_promote.model.run import InputRef, Outcome, StepRequest
from jupyterlab_promote.store.runs import outcome_sha256, ref_of, write_request
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.worker.lost_process import outcome_of_lost
from jupyterlab_promote.worker.mapped import Ended, Source
from jupyterlab_promote.worker.run_step import run_step

NEVER_BEGAN = Ended((), usable=False)
"""How a step ended that builds on one that did not succeed."""


def start_step(
    request: StepRequest, ray_address: str, given: Sequence[Any], *, options: Mapping[str, Any]
) -> Any:
    """Start a step as soon as the references `given` are there; gives the reference to its `Ended`."""
    return _step.options(**options).remote(request, ray_address, *given)


def start_items(
    request: StepRequest,
    ray_address: str,
    given: Sequence[Any],
    *,
    options: Mapping[str, Any],
    source: Source,
) -> Any:
    """Start a mapped step likewise, once for each element of its list."""
    return _items.remote(request, ray_address, dict(options), source, *given)


@ray.remote  # type: ignore[untyped-decorator]
def _step(request: StepRequest, ray_address: str, *given: Ended) -> Ended:
    """One step; it does not begin when an earlier one did not succeed."""
    if not all(ended.usable for ended in given):
        return NEVER_BEGAN
    return Ended.of([_outcome(request, ray_address, given)], None)


@ray.remote(num_cpus=0)  # type: ignore[untyped-decorator]
def _items(
    request: StepRequest,
    ray_address: str,
    options: dict[str, Any],
    source: Source,
    *given: Ended,
) -> Ended:
    """Counts the items when their list is there, starts them and waits; it holds no CPU meanwhile."""
    if not all(ended.usable for ended in given):
        return NEVER_BEGAN
    count = source.count(open_store(request.store), given)
    items = [request.model_copy(update={"map_index": index}) for index in range(count)]
    started = [_item.options(**options).remote(item, ray_address, *given) for item in items]
    outcomes = [_ended(item, reference) for item, reference in zip(items, started, strict=True)]
    return Ended.of(outcomes, source.step.settings.map_over)


def _ended(item: StepRequest, reference: Any) -> Outcome:
    try:
        outcome: Outcome = ray.get(reference)
    except ray.exceptions.RayTaskError:
        raise
    except ray.exceptions.RayError as error:
        return outcome_of_lost(item, error)
    return outcome


@ray.remote  # type: ignore[untyped-decorator]
def _item(request: StepRequest, ray_address: str, *given: Ended) -> Outcome:
    return _outcome(request, ray_address, given)


def _outcome(request: StepRequest, ray_address: str, given: Sequence[Ended]) -> Outcome:
    store = open_store(request.store)
    stem = job_stem(store.uid, request.dag_id, request.run_id, request.step, request.map_index)
    wanted = request.model_copy(
        update={
            "job_id": job_id(stem, request.attempt),
            "inputs": tuple(
                _input(store, outcome, request)
                for ended in given
                for outcome in ended.outcomes
                if outcome.ok
            ),
        }
    )
    write_request(store, wanted)
    return run_step(wanted, environment=os.environ, ray_address=ray_address)


def _input(store: Store, outcome: Outcome, request: StepRequest) -> InputRef:
    return InputRef(
        step=outcome.step,
        map_index=outcome.map_index,
        attempt=outcome.attempt,
        version=outcome.version,
        run_id=outcome.run_id if outcome.run_id != request.run_id else None,
        outcome_sha256=outcome_sha256(store, ref_of(outcome)),
    )
