"""Use cases that change runs: trigger, cancel, repair, backfill. Reading them is in `runs.py`."""

import time
from collections.abc import Mapping
from functools import partial

from pydantic import JsonValue

from jupyterlab_promote.errors import Conflict, InvalidInput, Unavailable
from jupyterlab_promote.model.registration import PipelineHead
from jupyterlab_promote.model.run import AttemptInfo
from jupyterlab_promote.model.run_views import Backfill, BackfillRequest, RepairRequest, Run
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.notebook.values import check_values, wanted
from jupyterlab_promote.server.airflow_api import Json
from jupyterlab_promote.server.run_views import LIVE
from jupyterlab_promote.server.runs import attempts_of, missing, show
from jupyterlab_promote.server.session import Session

_CANCEL_SECONDS = 45.0
_BEGIN_SECONDS = 8.0
"""What a step's process has for making its attempt known, when it was cancelled just as it began."""
_LOOK_SECONDS = 0.3
_SETTLED = frozenset({"success", "skipped"})


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
    """Refuse unknown names, wrong types and missing values, saying what there is. Raises InvalidInput."""
    check_values(manifest.parameters, given, of=manifest.dag_id)
    for parameter in manifest.parameters:
        if parameter.required and parameter.name not in given and not parameter.binding:
            hint = f"Give it a value: {wanted(parameter)}."
            raise InvalidInput(parameter.name, "is required and was not given", hint=hint)


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
    return {(info.step, info.map_index): info for info in attempts_of(session, dag_id, run_id)}


def repair(session: Session, dag_id: str, run_id: str, request: RepairRequest) -> tuple[str, ...]:
    """Run again what failed and what depends on it; gives the names of those steps.

    Raises:
        Conflict: it is still going, or unpublished; nothing failed, or the latest version needs another
            step first (`repair_from`).
        NotFound: there is no such step.
    """
    version = _serving(session, dag_id).entry.version
    view = show(session, dag_id, run_id)
    if view.state in LIVE:
        raise Conflict(
            f"Run {run_id} is still going.", hint="Wait, or cancel it first.", code="live"
        )
    if request.step is not None and request.step not in {step.step for step in view.steps}:
        there = dict.fromkeys(step.step for step in view.steps)
        raise missing("step", request.step, of=f"run {dag_id}/{run_id}", there=there)
    failed = {step.step for step in view.steps if step.state not in _SETTLED | {"cached"}}
    if not failed and request.step is None and not request.everything:
        raise Conflict(
            f"Nothing failed in run {run_id}.",
            hint="Clear it to run all of it again, or say at which step to begin.",
            code="nothing_failed",
        )
    latest = request.version == "latest"
    if latest and not request.everything:
        again = {request.step} if request.step is not None else failed
        _check_inputs(view, session.manifest(dag_id, version), session, again=again)
    cleared = session.api.clear(
        dag_id, run_id, step=request.step, everything=request.everything, latest=latest
    )
    return tuple(dict.fromkeys(str(task["task_id"]) for task in cleared))


def _check_inputs(run: Run, newer: Manifest, session: Session, *, again: set[str]) -> None:
    """What later steps build on must be what the latest version expects: same code, and the names are there."""
    if not run.version_id:
        return
    older = session.manifest(run.dag_id, run.version_id)
    rerun = _downstream(newer, again)
    kept = _ancestors(newer, rerun) - rerun
    for step in newer.steps:
        if step.name in kept and older.notebooks.get(step.name) != newer.notebooks[step.name]:
            raise Conflict(
                f"{_why_not(step.name, older, newer)}, so later steps of the latest version cannot use "
                f"what it left in run {run.run_id}.",
                hint="Repair from there: jupyter promote repair "
                f"{run.dag_id}/{run.run_id} --version latest --from {step.name}",
                code="repair_from",
                step=step.name,
            )


def _why_not(name: str, older: Manifest, newer: Manifest) -> str:
    if name not in {step.name for step in older.steps}:
        return f"Step {name!r} is new"
    left, wanted_now = (_left_by(name, manifest) for manifest in (older, newer))
    if more := sorted(wanted_now - left):
        return f"Step {name!r} has to leave {', '.join(more)} as well"
    return f"Step {name!r} has changed"


def _left_by(name: str, manifest: Manifest) -> set[str]:
    """The names that other steps receive from a step."""
    given = (i for step in manifest.steps for i in step.inputs if i.step == name)
    return {each for i in given for each in i.names}


def _ancestors(manifest: Manifest, of: set[str]) -> set[str]:
    found: set[str] = set()
    for step in reversed(manifest.steps):
        if step.name in of | found:
            found |= set(manifest.upstream(step.name))
    return found


def _downstream(manifest: Manifest, begin: set[str]) -> set[str]:
    found = set(begin)
    for step in manifest.steps:
        if found & set(manifest.upstream(step.name)):
            found.add(step.name)
    return found


def backfill(session: Session, dag_id: str, request: BackfillRequest) -> Backfill:
    """Run past dates; a dry run unless confirmed.

    Raises:
        InvalidInput: the pipeline has no times at which it runs, or a parameter cannot be used.
        NotFound, Unavailable: the pipeline is not registered, or Airflow does not answer.
    """
    manifest = session.manifest(dag_id, _serving(session, dag_id).entry.version)
    if manifest.schedule.cron is None:
        raise InvalidInput(
            "schedule",
            f"{dag_id} has no times at which it runs, so there are no past dates",
            hint="Give the notebook a cron schedule and publish it, or trigger runs with parameters.",
        )
    if request.start > request.end:
        raise InvalidInput("from", "is after the last date", hint="Name the earlier date first.")
    check_parameters(manifest, request.parameters)
    steps = len(manifest.steps)
    ask = partial(
        session.api.backfill,
        dag_id,
        start=request.start,
        end=request.end,
        conf=request.parameters,
        parallel=request.parallel,
        backwards=request.backwards,
    )
    planned = ask(dry_run=True)
    dates = tuple(item["logical_date"] for item in planned["backfills"])
    made: Json = {}
    if request.confirm:
        made = ask(dry_run=False)
    return Backfill(
        id=made.get("id"), dates=dates, steps=steps, mean_seconds=_mean(session, dag_id)
    )


def _mean(session: Session, dag_id: str) -> float | None:
    found, _ = session.api.runs(dag_id, limit=10)
    known = [run["duration"] for run in found if run["state"] == "success" and run.get("duration")]
    return round(sum(known) / len(known), 1) if known else None
