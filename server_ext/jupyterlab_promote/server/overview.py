"""All pipelines at a glance: their last results, and the failures that somebody should see.

The number of calls to Airflow does not grow with the number of pipelines or runs, unless other DAGs' failures
stand before theirs.
"""

from collections.abc import Callable, Collection, Iterable

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.registration import RecentRun
from jupyterlab_promote.model.review import Failure
from jupyterlab_promote.model.run import shown_state
from jupyterlab_promote.model.run_views import PipelineRow, Run, RunMark
from jupyterlab_promote.server import pipelines, run_paths, runs
from jupyterlab_promote.server.airflow_api import PAGE, Json
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.server.site import Site

ALL = "~"
"""Airflow's id for all DAGs; also what is watched while somebody looks at the list."""

_MARKS = 12
_FAILURES = 20
_ASKED_AT_ONCE = 50
"""Ids in the address of one call, which has a limited length."""


def rows(
    session: Session, *, exists: Callable[[str], bool], shown: Callable[[str], str]
) -> tuple[PipelineRow, ...]:
    """All pipelines that the user may see, each with its last results."""
    marks: dict[str, list[RunMark]] = {}
    for run in session.registration.recent():
        marks.setdefault(run.dag_id, []).append(_mark(run))
    return tuple(
        row.model_copy(update={"last_runs": tuple(marks.get(row.dag_id, ())[:_MARKS])})
        for row in pipelines.rows(session, exists=exists, shown=shown)
    )


def failures(site: Site) -> tuple[Failure, ...]:
    """The newest failed runs of the pipelines that the user published; cancelled ones did not fail."""
    session = site.session()
    user = session.registration.info().user
    mine = {
        head.dag_id: head.name
        for head in session.registration.pipelines()
        if head.entry.by == user and not head.entry.retired
    }
    if not mine:
        return ()
    failed = newest_failed(session, mine)
    told = (_failure(site, session, run, mine[run["dag_id"]]) for run in failed)
    return tuple(failure for failure in told if failure is not None)


def newest_failed(session: Session, dag_ids: Collection[str]) -> list[Json]:
    """The newest failed runs of these pipelines, also where other DAGs of the Airflow fail all the time."""
    found, total = session.api.runs(ALL, limit=PAGE, states=("failed",))
    if total > len(found) and len(_ended(found, dag_ids)) < _FAILURES:
        asked = sorted(dag_ids)
        for first in range(0, len(asked), _ASKED_AT_ONCE):
            of = asked[first : first + _ASKED_AT_ONCE]
            found += session.api.runs(ALL, limit=_FAILURES, states=("failed",), of=of)[0]
    once = {(run["dag_id"], run["dag_run_id"]): run for run in _ended(found, dag_ids)}
    newest = sorted(once.values(), key=lambda run: runs.moment(run["run_after"]), reverse=True)
    return newest[:_FAILURES]


def _ended(found: Iterable[Json], dag_ids: Collection[str]) -> list[Json]:
    return [run for run in found if run["dag_id"] in dag_ids and run.get("end_date")]


def _failure(site: Site, session: Session, run: Json, name: str) -> Failure | None:
    """None for a run that was cancelled. What has ended is asked for once."""
    key = (run["dag_id"], run["dag_run_id"], str(run["end_date"]))
    if key not in site.failures:
        try:
            site.failures[key] = _told(runs.show(session, run["dag_id"], run["dag_run_id"]), name)
        except NotFound:
            return None
    return site.failures[key]


def _told(run: Run, name: str) -> Failure | None:
    if run.state != "failed" or run.ended is None:
        return None
    step = next((step for step in run.steps if step.state == "failed"), None)
    return Failure(
        dag_id=run.dag_id,
        name=name or run.dag_id,
        run_id=run.run_id,
        at=run.ended,
        step=step.step if step else "",
        map_index=step.map_index if step else UNMAPPED,
        cell_index=step.failed_cell_index if step else None,
        message=step.message if step else "",
        hint=step.hint if step else "",
        whole=run.whole or run_paths.whole(run.dag_id, run.run_id),
    )


def _mark(run: RecentRun) -> RunMark:
    return RunMark(
        run_id=run.run_id,
        state=shown_state(run.state, None),
        started=run.started,
        seconds=run.seconds,
    )
