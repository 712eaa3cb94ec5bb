"""Airflow's run and task instances, our attempts -> the views that people see. Values in, values out."""

from collections.abc import Mapping, Sequence

from jupyterlab_promote.ids import TASK_PREFIX
from jupyterlab_promote.model.run import (
    INFRASTRUCTURE_CAUSES,
    AttemptInfo,
    Cause,
    Event,
    ShownState,
    shown_state,
)
from jupyterlab_promote.model.run_states import RunState, TaskState
from jupyterlab_promote.model.run_views import CellOf, Run, StepRun
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.server import run_paths

LIVE: frozenset[str] = frozenset({"queued", "waiting", "running"})
_OUTPUT_LINES = 4
_OVERLAPPED = "Skipped, since an earlier run was still going."


def run_view(
    run: RunState,
    attempts: Sequence[AttemptInfo],
    *,
    version: VersionInfo | None,
    manifest: Manifest | None,
    url: str,
    ray_url: str = "",
) -> Run:
    """One run.

    Args:
        version, manifest: of the version that it ran, where that is known.
        url: base URL of Airflow's pages.
        ray_url: of Ray's dashboard.
    """
    dag_id, run_id = run.dag_id, run.run_id
    retries = {step.name: step.settings.retries for step in manifest.steps} if manifest else {}
    steps = step_views(run.tasks, attempts, dag_id=dag_id, run_id=run_id, order=tuple(retries))
    if run.resumed is None:
        steps = tuple(_with_possible(step, attempts, retries) for step in steps)
    state = _run_state(run, steps)
    if state == "skipped":
        steps = tuple(step.model_copy(update={"message": _OVERLAPPED}) for step in steps)
    if state == "cancelled":
        steps = tuple(_stopped(step) for step in steps)
    return Run(
        dag_id=dag_id,
        run_id=run_id,
        state=state,
        version=version.number if version else None,
        version_id=version.version if version else "",
        kind=run.kind,
        started_by=run.by,
        logical_date=run.logical_date,
        started=run.started,
        resumed=run.resumed,
        ended=run.ended,
        parameters=run.parameters,
        steps=steps,
        edges=tuple((e.source, e.target) for e in manifest.edges) if manifest else (),
        whole=run_paths.whole(dag_id, run_id) if attempts else "",
        url=f"{url}/dags/{dag_id}/runs/{run_id}",
        ray_url=ray_url,
    )


def step_views(
    tasks: Sequence[TaskState],
    attempts: Sequence[AttemptInfo],
    *,
    dag_id: str,
    run_id: str,
    order: Sequence[str],
) -> tuple[StepRun, ...]:
    """The steps in notebook order; small tasks of ours are left out."""
    latest: dict[tuple[str, int], AttemptInfo] = {}
    for info in attempts:
        key = (info.step, info.map_index)
        if key not in latest or info.attempt > latest[key].attempt:
            latest[key] = info
    places = {name: place for place, name in enumerate(order)}
    mine = [task for task in tasks if not task.task_id.startswith(TASK_PREFIX)]
    mine.sort(key=lambda t: (places.get(t.task_id, len(places)), t.task_id, t.map_index))
    return tuple(
        _step(task, latest.get((task.task_id, task.map_index)), dag_id=dag_id, run_id=run_id)
        for task in mine
    )


def _with_possible(
    step: StepRun, attempts: Sequence[AttemptInfo], retries: Mapping[str, int]
) -> StepRun:
    """With how many attempts there may be: only failures of the user's own code count against the retries."""
    allowed = retries.get(step.step)
    if allowed is None or step.attempt == 0:
        return step
    place = (step.step, step.map_index)
    before = (a for a in attempts if (a.step, a.map_index) == place and a.attempt < step.attempt)
    used = sum(
        a.outcome is not None and a.outcome.cause not in INFRASTRUCTURE_CAUSES for a in before
    )
    return step.model_copy(update={"possible": step.attempt + max(0, allowed - used)})


def version_of(
    run: RunState, attempts: Sequence[AttemptInfo], history: Sequence[VersionInfo]
) -> VersionInfo | None:
    """The version of a run: what its attempts say, else what served at its bundle version.

    Args:
        history: the pipeline's versions, newest first.
    """
    ran = {info.outcome.version for info in attempts if info.outcome is not None}
    if ran:
        return next((info for info in history if info.version in ran), None)
    if not run.bundle_version.isdecimal():
        return None
    return next((info for info in history if info.since <= int(run.bundle_version)), None)


def _step(task: TaskState, info: AttemptInfo | None, *, dag_id: str, run_id: str) -> StepRun:
    # An outcome of an earlier attempt says nothing of a task that runs again.
    state = task.state
    finished = state in ("success", "failed", "skipped")
    outcome = info.outcome if info is not None and finished else None
    progress = info.progress if info is not None and not finished else None
    waiting = progress is not None and progress.kind == "waiting"
    cause = str(outcome.cause) if outcome else "waiting" if waiting else None
    step, index = task.task_id, task.map_index
    return StepRun(
        step=step,
        map_index=index,
        state=shown_state(state, cause, cached=bool(outcome and outcome.cached_from is not None)),
        attempt=info.attempt if info else 0,
        attempts=info.attempt if info else 0,
        try_number=task.try_number,
        started=task.started,
        seconds=outcome.seconds if outcome else task.seconds,
        queued_seconds=outcome.queued_seconds if outcome else None,
        cell=_cell(progress),
        failed_cell=outcome.cell if outcome and outcome.state == "failed" else None,
        failed_cell_index=outcome.cell_index if outcome and outcome.state == "failed" else None,
        message=outcome.message if outcome else (progress.text if waiting and progress else ""),
        hint=outcome.hint if outcome else "",
        learned=outcome.learned if outcome else None,
        peak_memory=outcome.peak_memory if outcome else None,
        handoff_bytes=outcome.handoff_bytes if outcome else 0,
        metrics=outcome.metrics if outcome else {},
        notebook=run_paths.step_notebook(dag_id, run_id, step, index) if info else "",
    )


def _cell(progress: Event | None) -> CellOf | None:
    if progress is None or not progress.k or not progress.n:
        return None
    output = progress.text if progress.kind == "output" else ""
    return CellOf(k=progress.k, n=progress.n, output=_last_lines(output))


def _last_lines(text: str) -> str:
    """What a terminal would show of them: a progress bar writes over its line."""
    lines = [line.rstrip().rpartition("\r")[2] for line in text.rstrip().split("\n")]
    return "\n".join(lines[-_OUTPUT_LINES:])


def _run_state(run: RunState, steps: Sequence[StepRun]) -> ShownState:
    if run.state == "success" and steps and all(s.state == "skipped" for s in steps):
        return "skipped"
    if run.state == "running" and steps and all(s.state in ("queued", "waiting") for s in steps):
        return "waiting" if any(s.state == "waiting" for s in steps) else "queued"
    return shown_state(run.state, Cause.CANCELLED if run.cancelled else None)


def _says_why(step: StepRun) -> bool:
    return step.state == "failed" and step.message != ""


def _stopped(step: StepRun) -> StepRun:
    """A step of a cancelled run, whose outcome may be on its way."""
    ended = step.state == "failed" and not _says_why(step)
    return step.model_copy(update={"state": "cancelled"}) if ended else step
