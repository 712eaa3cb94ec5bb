"""Use cases about runs: list, show, trigger, cancel, repair, backfill, logs. Airflow holds their state."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.registration import PipelineHead
from jupyterlab_promote.model.run import AttemptInfo
from jupyterlab_promote.model.run_views import (
    Backfill,
    BackfillRequest,
    RepairRequest,
    Run,
    RunPage,
)
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.server.airflow_api import Json
from jupyterlab_promote.server.run_views import LIVE, run_view, version_of
from jupyterlab_promote.server.session import Session

_CANCEL_SECONDS = 45.0
_BEGIN_SECONDS = 8.0
"""What a step's process has for making its attempt known, when it was cancelled just as it began."""
_LOOK_SECONDS = 0.3
_SETTLED = frozenset({"success", "skipped"})


def page(
    session: Session,
    dag_id: str,
    *,
    limit: int = 10,
    offset: int = 0,
    states: Sequence[str] = (),
    kinds: Sequence[str] = (),
) -> RunPage:
    """A page of a pipeline's runs, newest first.

    Args:
        states, kinds: Airflow's run states and run types; all where none is named.
    """
    found, total = session.api.runs(dag_id, limit=limit, offset=offset, states=states, kinds=kinds)
    tasks: dict[str, list[Json]] = {run["dag_run_id"]: [] for run in found}
    for task in session.api.tasks_of(dag_id, found):
        tasks[task["dag_run_id"]].append(task)
    if not found:
        return RunPage(runs=(), total=total)
    history = session.registration.versions(dag_id)
    attempts = session.registration.attempts_of(dag_id, tuple(tasks))
    views = [
        _view(session, run, tasks[name], attempts[name], history=history)
        for name, run in zip(tasks, found, strict=True)
    ]
    return RunPage(runs=tuple(views), total=total)


def show(session: Session, dag_id: str, run_id: str) -> Run:
    """One run with its steps."""
    run, tasks = session.api.run(dag_id, run_id), session.api.tasks(dag_id, run_id)
    attempts = _attempts(session, dag_id, run_id)
    return _view(session, run, tasks, attempts, history=session.registration.versions(dag_id))


def find(session: Session, run_id: str) -> Run:
    """A run by `<pipeline>/<run id>`, or by a run id that only one pipeline has. Raises NotFound."""
    dag_id, slash, rest = run_id.partition("/")
    if slash and session.registration.head(dag_id) is not None:
        return show(session, dag_id, _latest(session, dag_id) if rest == "latest" else rest)
    if session.registration.head(run_id) is not None:
        return show(session, run_id, _latest(session, run_id))
    found = []
    for head in session.registration.pipelines():
        try:
            found.append(show(session, head.dag_id, run_id))
        except NotFound:
            continue
    if len(found) != 1:
        raise NotFound(
            "run", run_id, hint="Name it as PIPELINE/RUN; `jupyter promote runs` lists them."
        )
    return found[0]


def moment(text: str) -> datetime:
    """A moment as Airflow writes it."""
    return datetime.fromisoformat(text)


def _latest(session: Session, dag_id: str) -> str:
    found, _ = session.api.runs(dag_id, limit=1)
    if not found:
        raise NotFound(
            "run", f"{dag_id}/latest", hint=f"Start one: jupyter promote trigger {dag_id}"
        )
    return str(found[0]["dag_run_id"])


def _view(
    session: Session,
    run: Json,
    tasks: list[Json],
    attempts: Sequence[AttemptInfo],
    *,
    history: Sequence[VersionInfo],
) -> Run:
    dag_id = run["dag_id"]
    version = version_of(run, attempts, history)
    manifest = session.manifest(dag_id, version.version) if version else None
    return run_view(
        run,
        tasks,
        attempts,
        history=history,
        manifest=manifest,
        url=session.api.url,
        ray_url=session.settings.ray_url,
    )


def _attempts(session: Session, dag_id: str, run_id: str) -> tuple[AttemptInfo, ...]:
    try:
        return session.registration.attempts(dag_id, run_id)
    except NotFound:
        return ()


def trigger(
    session: Session, dag_id: str, parameters: Mapping[str, JsonValue], *, note: str = ""
) -> Run:
    """Start a run.

    Raises:
        InvalidInput: an unknown parameter (with the list of those that exist) or a wrong type.
        Conflict: the pipeline is `retired` (unpublished) or `paused`: its run would wait for ever.
    """
    head = _serving(session, dag_id)
    if session.api.dag(dag_id)["is_paused"]:
        raise Conflict(
            f"{dag_id!r} is paused, and Airflow starts no run of a paused pipeline, also none by hand.",
            hint=f"Switch it on first: jupyter promote unpause {dag_id}",
            code="paused",
        )
    check_parameters(session.manifest(dag_id, head.entry.version), parameters)
    made = session.api.trigger(dag_id, parameters, note=note)
    return show(session, dag_id, made["dag_run_id"])


def _serving(session: Session, dag_id: str) -> PipelineHead:
    head = session.head(dag_id)
    if head.entry.retired:
        raise Conflict(
            f"{dag_id!r} is unpublished.", hint="Publish it again to run it.", code="retired"
        )
    return head


def check_parameters(manifest: Manifest, given: Mapping[str, JsonValue]) -> None:
    """Refuse unknown names, saying which there are; types are Airflow's to check. Raises InvalidInput."""
    known = {parameter.name: parameter for parameter in manifest.parameters}
    for name in given:
        if name not in known:
            there = ", ".join(f"{p.name} ({p.type})" for p in known.values()) or "none"
            raise InvalidInput(
                name, f"is no parameter of {manifest.dag_id}", hint=f"There are: {there}."
            )
    missing = [
        p.name for p in known.values() if p.required and p.name not in given and not p.binding
    ]
    if missing:
        raise InvalidInput(missing[0], "is required and was not given", hint="Give it a value.")


def cancel(session: Session, dag_id: str, run_id: str) -> Run:
    """End a run and wait until its steps have stopped.

    Raises:
        Conflict: it has ended.
        Unavailable: that its Ray jobs stopped could not be confirmed in time.
    """
    before = show(session, dag_id, run_id)
    if before.state not in LIVE:
        raise Conflict(
            f"Run {run_id} has ended ({before.state}).",
            hint="Nothing is left to cancel.",
            code="ended",
        )
    going = {(s.step, s.map_index) for s in before.steps if s.state in ("running", "waiting")}
    session.api.fail_run(dag_id, run_id)
    began = time.monotonic()
    while (waited := time.monotonic() - began) < _CANCEL_SECONDS:
        # Before the view: an outcome that lands between the two must be in what is shown.
        latest = _latest_attempts(session, dag_id, run_id)
        unborn = going - latest.keys() if waited < _BEGIN_SECONDS else set()
        if not unborn and all(info.outcome is not None for info in latest.values()):
            view = show(session, dag_id, run_id)
            if not any(step.state in LIVE for step in view.steps):
                return view
        time.sleep(_LOOK_SECONDS)
    raise Unavailable(
        "Ray",
        session.api.url,
        f"that run {run_id} stopped could not be confirmed within {_CANCEL_SECONDS:.0f} s",
        hint="Airflow has ended the run; look at Ray's jobs.",
    )


def _latest_attempts(
    session: Session, dag_id: str, run_id: str
) -> dict[tuple[str, int], AttemptInfo]:
    """The newest attempt of each step and item; they come in the order of their numbers."""
    return {(info.step, info.map_index): info for info in _attempts(session, dag_id, run_id)}


def repair(session: Session, dag_id: str, run_id: str, request: RepairRequest) -> tuple[str, ...]:
    """Run again what failed and what depends on it; gives the names of those steps.

    Raises:
        Conflict: it is still going, or unpublished; nothing failed, or the latest version needs another
            step first (`repair_from`).
    """
    _serving(session, dag_id)
    view = show(session, dag_id, run_id)
    if view.state in LIVE:
        raise Conflict(
            f"Run {run_id} is still going.", hint="Wait, or cancel it first.", code="live"
        )
    failed = {step.step for step in view.steps if step.state not in _SETTLED | {"cached"}}
    if not failed and request.step is None and not request.everything:
        raise Conflict(
            f"Nothing failed in run {run_id}.",
            hint="Name the step to run again from, or run it anew.",
            code="nothing_failed",
        )
    latest = request.version == "latest"
    if latest and not request.everything:
        _check_inputs(session, view, again=failed, begin=request.step)
    cleared = session.api.clear(
        dag_id, run_id, step=request.step, everything=request.everything, latest=latest
    )
    return tuple(dict.fromkeys(str(task["task_id"]) for task in cleared))


def _check_inputs(session: Session, run: Run, *, again: set[str], begin: str | None) -> None:
    """The kept steps must be what the latest version's steps expect: same code, and the names are there."""
    newer = session.manifest(run.dag_id, session.head(run.dag_id).entry.version)
    if not run.version_id:
        return
    older = session.manifest(run.dag_id, run.version_id)
    rerun = _downstream(newer, {begin} if begin else again)
    for step in newer.steps:
        if step.name in rerun:
            continue
        known = older.notebooks.get(step.name)
        if known != newer.notebooks[step.name]:
            raise Conflict(
                f"Step {step.name!r} has changed since run {run.run_id}, so later steps cannot use what "
                "it left.",
                hint=f"Repair from there: jupyter promote repair RUN --version latest --from {step.name}",
                code="repair_from",
                step=step.name,
            )


def _downstream(manifest: Manifest, begin: set[str]) -> set[str]:
    found = set(begin)
    for step in manifest.steps:
        if found & set(manifest.upstream(step.name)):
            found.add(step.name)
    return found


def backfill(session: Session, dag_id: str, request: BackfillRequest) -> Backfill:
    """Run past dates; a dry run unless confirmed."""
    manifest = session.manifest(dag_id, _serving(session, dag_id).entry.version)
    if manifest.schedule.cron is None:
        raise InvalidInput(
            "schedule",
            f"{dag_id} has no times at which it runs, so there are no past dates",
            hint="Give the notebook a cron schedule and publish it, or trigger runs with parameters.",
        )
    steps = len(manifest.steps)
    arguments = {
        "start": request.start,
        "end": request.end,
        "conf": request.parameters,
        "parallel": request.parallel,
        "backwards": request.backwards,
    }
    planned = session.api.backfill(dag_id, dry_run=True, **arguments)  # type: ignore[arg-type]
    dates = tuple(item["logical_date"] for item in planned["backfills"])
    made: Json = {}
    if request.confirm:
        made = session.api.backfill(dag_id, dry_run=False, **arguments)  # type: ignore[arg-type]
    return Backfill(
        id=made.get("id"), dates=dates, steps=steps, mean_seconds=_mean(session, dag_id)
    )


def _mean(session: Session, dag_id: str) -> float | None:
    found, _ = session.api.runs(dag_id, limit=10)
    known = [run["duration"] for run in found if run["state"] == "success" and run.get("duration")]
    return round(sum(known) / len(known), 1) if known else None


def log(
    session: Session, dag_id: str, run_id: str, step: str, *, map_index: int, try_number: int | None
) -> str:
    """Airflow's log of a step: of one try, or of the latest."""
    number = try_number
    if number is None:
        tasks = session.api.tasks(dag_id, run_id)
        mine = [t for t in tasks if t["task_id"] == step and t["map_index"] == map_index]
        if not mine:
            raise NotFound(
                "step", f"{step} of run {run_id}", hint="`jupyter promote show` lists them."
            )
        number = max(int(mine[0].get("try_number") or 1), 1)
    return session.api.log(dag_id, run_id, step, try_number=number, map_index=map_index)
