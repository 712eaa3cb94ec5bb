"""The driver of `jupyter promote run`: one Ray task for each step, wired by Ray's own object references.

No scheduler of ours: a task gets the references of the steps that it needs as arguments, so Ray starts it when they
are there. What the run looks like meanwhile is read from the store.
"""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ray

from jupyterlab_promote.errors import InvalidInput, Unavailable
from jupyterlab_promote.ids import job_id, job_stem
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import Event, InputRef, Outcome, RunRecord, StepRequest
from jupyterlab_promote.model.settings import Resources, format_bytes
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store.runs import (
    AttemptRef,
    outcome_sha256,
    read_events,
    write_request,
    write_run,
)
from jupyterlab_promote.store.store import Store

_POLL = 0.3
_OBJECT_STORE = 100 * 2**20
"""Values travel through the handoff, so Ray's own store stays small."""

Progress = Callable[[str, Event], None]
"""Called with the step's name and each of its events."""


@dataclass(frozen=True)
class Run:
    """What is to be run.

    Attributes:
        finished: outcomes of steps that are not run again, by step.
        steps: names of the steps to run, in notebook order.
    """

    store: Store
    manifest: Manifest
    version: str
    run_id: str
    parameters: Mapping[str, Any]
    steps: tuple[str, ...]
    finished: Mapping[str, Outcome]
    attempts: Mapping[str, int]


def start_ray(address: str | None) -> str:
    """Join a Ray cluster, or start one on this computer that ends with this process; gives its address."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if address is None:
        # Loopback only, and no token file left in the user's home.
        os.environ["RAY_AUTH_MODE"] = "disabled"
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    options: dict[str, Any] = {
        "log_to_driver": False,
        "logging_level": "ERROR",
        "configure_logging": True,
    }
    if address is None:
        options |= {
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE,
            "_temp_dir": tempfile.mkdtemp(prefix="pray-", dir="/tmp"),
        }
    try:
        ray.init(address=address or "local", **options)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise Unavailable(
            "Ray",
            address or "this computer",
            str(error),
            hint="Check the address with `ray status`.",
        ) from error
    return str(ray.get_runtime_context().gcs_address)


def stop_ray() -> None:
    """Leave the cluster; one that `start_ray` started ends."""
    ray.shutdown()


def check_resources(manifest: Manifest, steps: tuple[str, ...]) -> None:
    """Refuse at once what no node of the cluster could ever give.

    Raises:
        InvalidInput: names the step and what is short.
    """
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    for name in steps:
        wanted = manifest.step(name).settings.resources
        needs = _ray_needs(wanted)
        if not any(all(node.get(k, 0) >= v for k, v in needs.items()) for node in nodes):
            raise InvalidInput(
                f"resources of step {name}",
                _short_of(needs, nodes),
                hint="Ask for less, or add a node that has it.",
            )


def _ray_needs(wanted: Resources) -> dict[str, float]:
    needs: dict[str, float] = {"CPU": wanted.cpus, **wanted.custom}
    if wanted.gpus:
        needs["GPU"] = wanted.gpus
    if wanted.memory:
        needs["memory"] = wanted.memory
    if wanted.accelerator:
        needs[f"accelerator_type:{wanted.accelerator}"] = 0.001
    return needs


def _short_of(needs: Mapping[str, float], nodes: list[dict[str, float]]) -> str:
    def amount(name: str, value: float) -> str:
        return format_bytes(value) if name == "memory" else f"{value:g}"

    for name, value in needs.items():
        most = max((node.get(name, 0) for node in nodes), default=0)
        if most < value:
            return f"needs {amount(name, value)} {name}, the largest node has {amount(name, most)}"
    return "no single node has all of " + ", ".join(f"{amount(n, v)} {n}" for n, v in needs.items())


def run_pipeline(run: Run, *, ray_address: str, progress: Progress) -> dict[str, Outcome | None]:
    """Run the steps; gives the outcome of each, None for a step that a failed one kept from starting.

    Raises:
        Unavailable: the store cannot be written.
    """
    write_run(
        run.store,
        RunRecord(dag_id=run.manifest.dag_id, run_id=run.run_id, version=run.version),
    )
    references: dict[str, Any] = {name: ray.put(dump(o)) for name, o in run.finished.items()}
    for name in run.steps:
        step = run.manifest.step(name)
        given = [references[n] for n in _ancestors(run.manifest, name) if n in references]
        references[name] = (
            _step.options(**_options(step.settings.resources))
            .remote(dump(_request(run, step)), ray_address, *given)
        )  # fmt: skip
    pending = {references[name]: name for name in run.steps}
    seen = dict.fromkeys(run.steps, -1)
    while pending:
        done, _ = ray.wait(list(pending), num_returns=1, timeout=_POLL)
        for name in run.steps:
            seen[name] = _tell(run, name, seen[name], progress)
        for reference in done:
            pending.pop(reference)
    return {name: _outcome(ray.get(references[name])) for name in run.steps}


def _outcome(told: dict[str, Any] | None) -> Outcome | None:
    return Outcome.model_validate(told) if told is not None else None


def _tell(run: Run, name: str, after: int, progress: Progress) -> int:
    ref = AttemptRef(
        dag_id=run.manifest.dag_id, run_id=run.run_id, step=name, attempt=run.attempts.get(name, 1)
    )
    for event in read_events(run.store, ref, after=after):
        progress(name, event)
        after = event.seq
    return after


def _ancestors(manifest: Manifest, name: str) -> tuple[str, ...]:
    """All steps before a step, in notebook order: their changes of the working directory add up."""
    found: set[str] = set()
    waiting = list(manifest.upstream(name))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += manifest.upstream(one)
    return tuple(step.name for step in manifest.steps if step.name in found)


def _options(resources: Resources) -> dict[str, Any]:
    options: dict[str, Any] = {
        "num_cpus": resources.cpus,
        "num_gpus": resources.gpus,
        "max_retries": 0,
    }
    if resources.memory:
        options["memory"] = resources.memory
    custom = dict(resources.custom)
    if resources.accelerator:
        options["accelerator_type"] = resources.accelerator
    if custom:
        options["resources"] = custom
    return options


def _request(run: Run, step: Step) -> StepRequest:
    number = run.attempts.get(step.name, 1)
    stem = job_stem(run.store.uid, run.manifest.dag_id, run.run_id, step.name, -1)
    return StepRequest(
        store=run.store.url,
        dag_id=run.manifest.dag_id,
        version=run.version,
        run_id=run.run_id,
        step=step.name,
        attempt=number,
        job_id=job_id(stem, number),
        parameters=dict(run.parameters),
        resources=step.settings.resources,
        environment=step.settings.environment,
        timeout=step.settings.timeout,
    )


@ray.remote  # type: ignore[untyped-decorator]
def _step(
    request: dict[str, Any], ray_address: str, *given: dict[str, Any] | None
) -> dict[str, Any] | None:
    """One step as a Ray task; None when an earlier step did not succeed."""
    from jupyterlab_promote.store.store import open_store
    from jupyterlab_promote.worker.run_step import run_step

    outcomes = [_outcome(told) for told in given]
    if any(outcome is None or not outcome.ok for outcome in outcomes):
        return None
    inputs = tuple(
        InputRef(
            step=outcome.step,
            map_index=outcome.map_index,
            attempt=outcome.attempt,
            version=outcome.version,
            run_id=outcome.run_id if outcome.run_id != request["run_id"] else None,
            outcome_sha256=outcome_sha256(outcome),
        )
        for outcome in outcomes
        if outcome is not None
    )
    wanted = StepRequest.model_validate({**request, "inputs": [dump(one) for one in inputs]})
    write_request(open_store(wanted.store), wanted)
    return dump(run_step(wanted, environment=os.environ, ray_address=ray_address))


def new_run_id() -> str:
    """A run id that no earlier run has: the time and the process."""
    return time.strftime("local__%Y-%m-%dT%H-%M-%S") + f"-{os.getpid()}"
