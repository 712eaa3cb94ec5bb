"""Use cases that read runs: list, show, find, logs. Airflow holds their state; `run_control.py` changes it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import TASK_PREFIX, UNMAPPED
from jupyterlab_promote.model.run import AttemptInfo
from jupyterlab_promote.model.run_states import RunState
from jupyterlab_promote.model.run_views import Run, RunPage
from jupyterlab_promote.model.version import VersionInfo
from jupyterlab_promote.server.run_views import run_view, version_of
from jupyterlab_promote.server.session import Session


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

    Raises:
        NotFound: Airflow has no such pipeline.
    """
    try:
        found = session.registration.runs(
            dag_id, limit=limit, offset=offset, states=states, kinds=kinds
        )
    except NotFound as missing:
        raise NotFound("pipeline", dag_id, hint="All pipelines are in the list.") from missing
    return RunPage(runs=_views(session, dag_id, found.runs), total=found.total)


def show(session: Session, dag_id: str, run_id: str) -> Run:
    """One run with its steps. Raises NotFound."""
    hint = f"`jupyter promote runs {dag_id}` lists those that there are."
    try:
        found = session.registration.runs(dag_id, run_ids=(run_id,)).runs
    except NotFound as error:
        raise NotFound("run", f"{dag_id}/{run_id}", hint=hint) from error
    if not found:
        raise NotFound("run", f"{dag_id}/{run_id}", hint=hint)
    [view] = _views(session, dag_id, found)
    return view


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
    found = session.registration.runs(dag_id, limit=1).runs
    if not found:
        raise NotFound(
            "run", f"{dag_id}/latest", hint=f"Start one: jupyter promote trigger {dag_id}"
        )
    return found[0].run_id


def _views(session: Session, dag_id: str, found: Sequence[RunState]) -> tuple[Run, ...]:
    """What is known of the runs, asked for after their states, so that no state is newer than its outcome."""
    if not found:
        return ()
    attempts = session.registration.attempts_of(dag_id, tuple(run.run_id for run in found))
    history = session.registration.versions(dag_id)
    return tuple(_view(session, run, attempts[run.run_id], history=history) for run in found)


def _view(
    session: Session,
    run: RunState,
    attempts: Sequence[AttemptInfo],
    *,
    history: Sequence[VersionInfo],
) -> Run:
    version = version_of(run, attempts, history)
    manifest = session.manifest(run.dag_id, version.version) if version else None
    return run_view(
        run,
        attempts,
        version=version,
        manifest=manifest,
        url=session.api.url,
        ray_url=session.settings.ray_url,
    )


def attempts_of(session: Session, dag_id: str, run_id: str) -> tuple[AttemptInfo, ...]:
    """What the run left, in the order of its attempts; nothing where it left nothing yet."""
    try:
        return session.registration.attempts(dag_id, run_id)
    except NotFound:
        return ()


def log(
    session: Session,
    dag_id: str,
    run_id: str,
    step: str,
    *,
    map_index: int,
    try_number: int | None = None,
    attempt: int | None = None,
) -> str:
    """Airflow's log of a step: of one try, of the try that began an attempt, or of the latest.

    Raises:
        NotFound: there is no such log; it says what there is.
    """
    latest = _tries(session, dag_id, run_id, step, map_index)
    number = latest if try_number is None else try_number
    if not 1 <= number <= latest:
        raise missing("try", str(number), of=f"step {step!r}", there=map(str, range(1, latest + 1)))

    def read(number: int) -> str:
        return session.api.log(dag_id, run_id, step, try_number=number, map_index=map_index)

    if try_number is not None or attempt is None:
        return read(number)
    numbers = [
        info.attempt
        for info in attempts_of(session, dag_id, run_id)
        if (info.step, info.map_index) == (step, map_index)
    ]
    return (
        read(latest)
        if attempt >= max(numbers, default=0)
        else log_of_attempt(attempt, latest, read)
    )


def _tries(session: Session, dag_id: str, run_id: str, step: str, map_index: int) -> int:
    """How often Airflow has tried a step.

    Raises:
        NotFound: the run has no such step or item, or has not begun it.
    """
    tasks = session.api.tasks(dag_id, run_id)
    mine = {t["map_index"]: t for t in tasks if t["task_id"] == step}
    run = f"run {dag_id}/{run_id}"
    if not mine:
        names = dict.fromkeys(str(task["task_id"]) for task in tasks)
        own = [name for name in names if not name.startswith(TASK_PREFIX)]
        raise missing("step", step, of=run, there=own)
    if map_index not in mine:
        raise _wrong_item(step, map_index, of=run, there=tuple(mine))
    found = int(mine[map_index].get("try_number") or 0)
    if found == 0:
        raise _never_ran(step, mine[map_index].get("state"), of=run)
    return found


def log_of_attempt(attempt: int, latest: int, read: Callable[[int], str]) -> str:
    """The log of the try that began an attempt; the latest where none says so.

    Airflow counts more tries than there are attempts: after a fault of its own it takes one up again.
    """
    began = f"Attempt {attempt} of step "
    logs = (read(number) for number in range(latest, 0, -1))
    return next((text for text in logs if began in text), "") or read(latest)


def _never_ran(step: str, state: object, *, of: str) -> NotFound:
    error = NotFound("log", step)
    error.message = f"Step {step!r} of {of} has no log, since it has not run."
    if state == "upstream_failed":
        error.message = (
            f"Step {step!r} of {of} has no log: it did not run, since an earlier one failed."
        )
        error.hint = (
            f"Look at the step that failed: `jupyter promote show {of.removeprefix('run ')}`."
        )
    return error


def missing(kind: str, name: str, *, of: str, there: Iterable[str]) -> NotFound:
    """Nothing has that name; the hint says which have one."""
    error = NotFound(kind, name, hint=f"There are: {', '.join(there) or 'none'}.")
    error.message = f"There is no {kind} {name!r} in {of}."
    return error


def _wrong_item(step: str, item: int, *, of: str, there: tuple[int, ...]) -> NotFound:
    error = NotFound("item", f"{item} of {step}")
    if there == (UNMAPPED,):
        error.message = f"Step {step!r} of {of} runs once, not for items."
        error.hint = "Leave the item out."
    else:
        error.message = f"Step {step!r} of {of} runs for items, of which {item} is none."
        error.hint = f"Choose one from {min(there)} to {max(there)}."
    return error
