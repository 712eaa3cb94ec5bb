"""The driver of `jupyter promote run`: one Ray task for each step, wired by Ray's own object references.

No scheduler of ours: a task gets the references of the steps that it needs as arguments, so Ray starts it when they
are there. What the run looks like meanwhile is read from the store.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ray

from jupyterlab_promote.errors import InvalidInput, PromoteError, Unavailable
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.capacity import Node, shortage
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import Event, Outcome, RunRecord, StepRequest
from jupyterlab_promote.model.settings import Resources
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store.attempts import map_indices
from jupyterlab_promote.store.items import provider_of_items
from jupyterlab_promote.store.runs import AttemptRef, read_events, write_run
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.worker.handoff.users_code import failure
from jupyterlab_promote.worker.lost_process import outcome_of_lost
from jupyterlab_promote.worker.mapped import Ended, Source
from jupyterlab_promote.worker.ray_steps import NEVER_BEGAN, start_items, start_step

_POLL = 0.3
_OBJECT_STORE = 100 * 2**20
"""Values travel through the handoff, so Ray's own store stays small."""

_NOT_STARTED = (OSError, RuntimeError, ValueError, ray.exceptions.RayError)
"""How Ray says that there is no cluster, or that none could be started."""

Progress = Callable[[str, Event], None]
"""Called with the step's name (`name[3]` for an item) and each of its events."""


@dataclass(frozen=True)
class Run:
    """What is to be run.

    Attributes:
        parameters: the values that were given.
        finished: how the steps ended that are not run again, by step.
        steps: names of the steps to run, in notebook order.
        attempts: number of the attempt to be made, by step.
        fresh: no step is answered from the cache.
    """

    store: Store
    manifest: Manifest
    version: str
    run_id: str
    parameters: Mapping[str, Any]
    steps: tuple[str, ...]
    finished: Mapping[str, Ended]
    attempts: Mapping[str, int]
    fresh: bool = False


@contextlib.contextmanager
def joined(address: str | None) -> Iterator[str]:
    """Join a Ray cluster, or start one on this computer that ends with the context; gives its address.

    Raises:
        Unavailable: there is no cluster at the address, or none can be started.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    options: dict[str, Any] = {
        "log_to_driver": False,
        "logging_level": "ERROR",
        "configure_logging": True,
    }
    folder = None
    if address is None:
        # Loopback only, and no token file left in the user's home.
        os.environ["RAY_AUTH_MODE"] = "disabled"
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        folder = tempfile.mkdtemp(prefix="pray-", dir="/tmp")
        options |= {
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE,
            "_temp_dir": folder,
        }
    try:
        _init(address, options)
        yield str(ray.get_runtime_context().gcs_address)
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _init(address: str | None, options: Mapping[str, Any]) -> None:
    """Start or join; a start that takes too long on a busy machine, which Ray says barely, is tried again."""
    for last in (address is not None, True):
        error = failure(lambda: ray.init(address=address or "local", **options))
        if error is None:
            return
        ray.shutdown()
        # For a node that does not start in time Ray raises the plain class.
        if type(error) is not Exception and not isinstance(error, _NOT_STARTED):
            raise error
        if last:
            hint = "Check the address with `ray status`, or wait until the machine is less busy."
            where = address or "this computer"
            raise Unavailable("Ray", where, str(error), hint=hint) from error


def check_resources(manifest: Manifest, steps: tuple[str, ...]) -> None:
    """Refuse at once what no node of the cluster could ever give.

    Raises:
        InvalidInput: names the step and what is short.
    """
    nodes = [
        Node(node["Resources"], node.get("Labels") or {}) for node in ray.nodes() if node["Alive"]
    ]
    for name in steps:
        short = shortage(manifest.step(name).settings.resources, nodes)
        if short is not None:
            raise InvalidInput(
                f"resources of step {name}",
                short,
                hint="Ask for less, or add a node that has it.",
            )


def run_pipeline(run: Run, *, ray_address: str, progress: Progress) -> dict[str, Ended]:
    """Run the steps; gives how each ended.

    Raises:
        InvalidInput: what a step is to be mapped over is no list.
        Unavailable: the store cannot be written.
    """
    write_run(
        run.store,
        RunRecord(dag_id=run.manifest.dag_id, run_id=run.run_id, version=run.version),
    )
    references: dict[str, Any] = {name: ray.put(ended) for name, ended in run.finished.items()}
    for name in run.steps:
        given = [references[n] for n in run.manifest.ancestors(name) if n in references]
        references[name] = _started(run, run.manifest.step(name), ray_address, given)
    _follow(run, {references[name]: name for name in run.steps}, progress)
    ended = dict(run.finished)
    for name in run.steps:
        ended[name] = _ended(run, name, references[name], ended)
    return {name: ended[name] for name in run.steps}


def _follow(run: Run, pending: dict[Any, str], progress: Progress) -> None:
    """Tell what the steps say until the last has ended; `pending` holds their names by reference."""
    seen: dict[tuple[str, int], int] = {}
    while pending:
        done, _ = ray.wait(list(pending), num_returns=1, timeout=_POLL)
        for name in run.steps:
            _tell(run, name, seen, progress)
        for reference in done:
            pending.pop(reference)


def _ended(run: Run, name: str, reference: Any, earlier: Mapping[str, Ended]) -> Ended:
    """How a step ended; one whose process Ray lost gets its outcome here, as it could not write one."""
    step = run.manifest.step(name)
    try:
        ended: Ended = ray.get(reference)
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None)
        if isinstance(cause, PromoteError):
            raise cause from error
        # Ray gives the error of a task also for those that were to take its result.
        if not all(earlier[n].usable for n in run.manifest.ancestors(name) if n in earlier):
            return NEVER_BEGAN
        if isinstance(error, ray.exceptions.RayTaskError):
            raise
        return Ended.of([outcome_of_lost(_request(run, step), error)], step.settings.map_over)
    return ended


def _started(run: Run, step: Step, ray_address: str, given: list[Any]) -> Any:
    """The reference to how a step will have ended."""
    options = _options(step.settings.resources)
    request = _request(run, step)
    if step.settings.map_over is None:
        return start_step(request, ray_address, given, options=options)
    source = Source.of(run.manifest, step, run.parameters)
    return start_items(request, ray_address, given, options=options, source=source)


def finished_before(
    store: Store,
    manifest: Manifest,
    outcomes: Mapping[str, Mapping[int, Outcome]],
    *,
    parameters: Mapping[str, Any],
) -> dict[str, Ended]:
    """The steps of an earlier run that need not run again.

    Args:
        outcomes: the latest outcome by step and map index.
    """
    found: dict[str, Ended] = {}
    for step in manifest.steps if outcomes else ():
        had, mapping = outcomes.get(step.name, {}), step.settings.map_over
        wanted: Iterable[int] = (UNMAPPED,)
        if mapping is not None:
            if provider_of_items(step) not in (None, *found):
                continue
            source = Source.of(manifest, step, parameters)
            wanted = range(source.count(store, found.values()))
        ended = Ended.of([had[i] for i in wanted if i in had], mapping)
        if ended.usable and all(i in had for i in wanted):
            found[step.name] = ended
    return found


def _tell(run: Run, name: str, seen: dict[tuple[str, int], int], progress: Progress) -> None:
    """What the step, or each of its items, has said since it was last looked at."""
    dag_id, mapped = run.manifest.dag_id, run.manifest.step(name).settings.map_over
    indices = map_indices(run.store, dag_id, run.run_id, name) if mapped else (UNMAPPED,)
    for index in indices:
        ref = AttemptRef(
            dag_id=dag_id,
            run_id=run.run_id,
            step=name,
            map_index=index,
            attempt=run.attempts.get(name, 1),
        )
        for event in read_events(run.store, ref, after=seen.get((name, index), -1)):
            progress(f"{name}[{index}]" if mapped else name, event)
            seen[name, index] = event.seq


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
    if resources.labels:
        options["label_selector"] = dict(resources.labels)
    return options


def _request(run: Run, step: Step) -> StepRequest:
    """The request of a step, without inputs and items: they are known when it begins."""
    return StepRequest(
        store=run.store.url,
        dag_id=run.manifest.dag_id,
        version=run.version,
        run_id=run.run_id,
        step=step.name,
        attempt=run.attempts.get(step.name, 1),
        job_id="",
        parameters=dict(run.parameters),
        resources=step.settings.resources,
        environment=step.settings.environment,
        timeout=step.settings.timeout,
        cache=step.settings.cache,
        fresh=run.fresh,
    )


def new_run_id() -> str:
    """A run id that no earlier run has: the time and the process."""
    return time.strftime("local__%Y-%m-%dT%H-%M-%S") + f"-{os.getpid()}"
