"""All pipelines at a glance: their last results, and the failures that somebody should see.

The number of calls to Airflow does not grow with the number of pipelines or runs.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.review import Failure
from jupyterlab_promote.model.run import Cause, shown_state
from jupyterlab_promote.model.run_states import FailedRun, RecentRun
from jupyterlab_promote.model.run_views import PipelineRow, Run, RunMark
from jupyterlab_promote.server import local_stack, pipelines, run_paths, runs
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.server.site import Site

ALL = "~"
"""What is watched while somebody looks at the list of all pipelines, instead of one pipeline's id."""

_MARKS = 12
_OUTCOME_WITHIN = timedelta(seconds=30)
"""How much later than Airflow's own end of a step its outcome may come, which says why it failed."""


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
    """The newest failed runs of the pipelines that the user published; cancelled ones did not fail.

    None before an Airflow of one's own was ever started, so that nobody is told then that it cannot be asked.
    """
    if local_stack.is_new(site.settings):
        return ()
    session = site.session(reading=True)
    told = (_failure(site, session, run) for run in session.registration.failed())
    return tuple(failure for failure in told if failure is not None)


def _failure(site: Site, session: Session, run: FailedRun) -> Failure | None:
    """None for a run that goes on again, or of which it is not known yet why it failed. The rest is asked for once."""
    key = (run.dag_id, run.run_id, run.ended.isoformat())
    if key not in site.failures:
        try:
            shown = runs.show(session, run.dag_id, run.run_id)
        except NotFound:
            return None
        if is_open(shown, datetime.now(UTC)):
            return None
        site.failures[key] = _told(shown, run.name)
    return site.failures[key]


def is_open(run: Run, now: datetime) -> bool:
    """Whether it may still turn out why a run failed: a step's outcome is on its way."""
    just = run.ended is not None and now - run.ended < _OUTCOME_WITHIN
    return just and any(step.state == "failed" and not step.message for step in run.steps)


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
        state=shown_state(run.state, Cause.CANCELLED if run.cancelled else None),
        started=run.started,
        seconds=run.seconds,
    )
