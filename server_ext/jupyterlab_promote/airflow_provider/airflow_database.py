"""What the plugin asks and tells Airflow's own database. Each is small, and the API server's business."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from jupyterlab_promote.airflow_provider.airflow_internals import (
    BaseUser,
    DagModel,
    DagPriorityParsingRequest,
    DagRun,
    DagRunState,
    Log,
    Pool,
    create_session,
)
from jupyterlab_promote.airflow_provider.cancelled_runs import told_end
from jupyterlab_promote.airflow_provider.names import POOL, POOL_SLOTS, dag_file
from jupyterlab_promote.ids import BUNDLE
from jupyterlab_promote.model.registration import ShownDag

log = logging.getLogger(__name__)

_LIVE = (DagRunState.QUEUED, DagRunState.RUNNING)


def other_owner(dag_id: str) -> str | None:
    """Where this id is defined when it is not ours: `bundle:file`."""
    with create_session(scoped=False) as session:
        found = session.get(DagModel, dag_id)
        if found is None or found.is_stale:
            return None
        owner = (found.bundle_name, found.relative_fileloc)
    return None if owner == (BUNDLE, dag_file(dag_id)) else f"{owner[0]}:{owner[1]}"


def request_parse(dag_id: str) -> bool:
    """Ask the DAG processor to parse the pipeline's file at once.

    Returns:
        Whether it was asked; otherwise its next regular refresh finds the file.
    """
    request = DagPriorityParsingRequest(bundle_name=BUNDLE, relative_fileloc=dag_file(dag_id))
    try:
        with create_session(scoped=False) as session:
            session.add(request)
    except IntegrityError:
        return True
    except SQLAlchemyError:
        log.exception("No immediate parse: pipeline=%s", dag_id)
        return False
    return True


def audit(user: BaseUser, event: str, dag_id: str, details: Mapping[str, object]) -> None:
    """Leave a row in Airflow's event log; a full log does not stop anybody's work."""
    name = user.get_name()
    row = Log(
        event=event, dag_id=dag_id, owner=name, owner_display_name=name, extra=json.dumps(details)
    )
    try:
        with create_session(scoped=False) as session:
            session.add(row)
    except SQLAlchemyError:
        log.exception("No audit row: event=%s pipeline=%s", event, dag_id)


def shown_dags() -> dict[str, ShownDag]:
    """What Airflow has of all pipelines, in one query however many there are."""
    query = select(
        DagModel.dag_id,
        DagModel.dag_display_name,
        DagModel.is_paused,
        DagModel.timetable_summary,
        DagModel.timetable_description,
        DagModel.asset_expression,
        DagModel.next_dagrun_create_after,
    ).where(DagModel.bundle_name == BUNDLE)
    with create_session(scoped=False) as session:
        return {
            dag_id: ShownDag(
                name=name,
                paused=bool(paused),
                # A pipeline that runs by hand has a timetable too, which Airflow calls `None`.
                schedule="" if summary in (None, "None") else words or "",
                assets=_awaited(assets),
                next_run=following,
            )
            for dag_id, name, paused, summary, words, assets, following in session.execute(query)
        }


def _awaited(expression: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The names in what Airflow keeps of a list of assets."""
    parts = (expression or {}).get("all", ())
    return tuple(part["asset"]["name"] for part in parts if "asset" in part)


def pause(dag_id: str) -> None:
    """Stop the schedule of a pipeline; nothing happens when Airflow does not know it."""
    with create_session(scoped=False) as session:
        found = session.get(DagModel, dag_id)
        if found is not None:
            found.is_paused = True


def end_waiting(dag_id: str) -> None:
    """End the runs of an unpublished pipeline that have not begun: Airflow starts none of a paused DAG, ever."""
    query = select(DagRun).where(DagRun.dag_id == dag_id, DagRun.state == DagRunState.QUEUED)
    with create_session(scoped=False) as session:
        for run in session.scalars(query):
            session.add(told_end(dag_id, run.run_id))
            run.set_state(DagRunState.FAILED)


def live_runs(dag_id: str) -> int:
    """How many runs of the pipeline are queued or running."""
    query = select(func.count()).where(DagRun.dag_id == dag_id, DagRun.state.in_(_LIVE))
    with create_session(scoped=False) as session:
        return int(session.scalar(query) or 0)


def ensure_pool() -> str:
    """Make the pool that throttles steps, if it is missing: a missing pool blocks tasks for ever.

    Returns:
        The pool's name, or nothing when it is missing and cannot be made.
    """
    try:
        if Pool.get_pool(POOL) is None:
            text = "Steps of notebook pipelines that run on Ray at once"
            Pool.create_or_update_pool(POOL, POOL_SLOTS, text, include_deferred=True)
    except SQLAlchemyError:
        log.exception("The pool %s is missing and could not be made", POOL)
        return ""
    return POOL
