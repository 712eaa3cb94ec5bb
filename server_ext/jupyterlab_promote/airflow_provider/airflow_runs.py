"""What the plugin reads of runs in Airflow's database: few columns, one query for each table however many runs.

Nothing is written here, and nothing is kept: what is told is what Airflow has at that moment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from jupyterlab_promote.airflow_provider.airflow_internals import (
    DagModel,
    DagRun,
    DagRunState,
    DagRunType,
    TaskInstance,
    TaskInstanceHistory,
    create_session,
)
from jupyterlab_promote.airflow_provider.cancelled_runs import ended_early, failed_tries
from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import BUNDLE
from jupyterlab_promote.model.run_states import (
    FailedRun,
    RecentRun,
    RunState,
    RunStates,
    TaskState,
)

_RECENT = 300
_NEWEST_FIRST = (DagRun.run_after.desc(), DagRun.id.desc())


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which runs of a pipeline; all of a kind where none is named."""

    run_ids: Sequence[str] = ()
    states: Sequence[DagRunState] = ()
    kinds: Sequence[DagRunType] = ()
    limit: int = 10
    offset: int = 0

    def clauses(self, dag_id: str) -> list[ColumnElement[bool]]:
        """The conditions on a run."""
        chosen = (
            (DagRun.run_id, self.run_ids),
            (DagRun.state, self.states),
            (DagRun.run_type, self.kinds),
        )
        return [DagRun.dag_id == dag_id, *(column.in_(some) for column, some in chosen if some)]


def run_states(dag_id: str, wanted: Wanted) -> RunStates:
    """Runs of a pipeline with their task instances, newest first. Raises NotFound where Airflow has no such DAG."""
    where = wanted.clauses(dag_id)
    query = (
        select(
            DagRun.run_id,
            DagRun.state,
            DagRun.run_type,
            DagRun.triggering_user_name,
            DagRun.run_after,
            DagRun.logical_date,
            DagRun.queued_at,
            DagRun.start_date,
            DagRun.end_date,
            DagRun.conf,
            DagRun.bundle_version,
            DagRun.clear_number,
        )
        .where(*where)
        .order_by(*_NEWEST_FIRST)
        .limit(wanted.limit)
        .offset(wanted.offset)
    )
    with create_session(scoped=False) as session:
        total = int(session.scalar(select(func.count()).select_from(DagRun).where(*where)) or 0)
        if not total and session.get(DagModel, dag_id) is None:
            raise NotFound("pipeline", dag_id)
        found = list(session.execute(query))
        tasks = _tasks(session, dag_id, [row.run_id for row in found])
        began = _first_starts(session, ((dag_id, r.run_id) for r in found if r.clear_number))
        cancelled = ended_early(session, failed_tries(found, dag_id))
    runs = (
        _run(dag_id, row, tasks.get(row.run_id, ()), began.get((dag_id, row.run_id))).model_copy(
            update={"cancelled": (dag_id, row.run_id) in cancelled}
        )
        for row in found
    )
    return RunStates(runs=tuple(runs), total=total)


def recent_runs() -> list[RecentRun]:
    """The newest runs of all pipelines, newest first."""
    query = _of_pipelines(
        DagRun.dag_id,
        DagRun.run_id,
        DagRun.state,
        DagRun.queued_at,
        DagRun.start_date,
        DagRun.end_date,
        DagRun.clear_number,
    ).limit(_RECENT)
    with create_session(scoped=False) as session:
        found = list(session.execute(query))
        began = _first_starts(session, ((r.dag_id, r.run_id) for r in found if r.clear_number))
        cancelled = ended_early(session, failed_tries(found))
    return [
        RecentRun(
            dag_id=row.dag_id,
            run_id=row.run_id,
            state=str(row.state),
            cancelled=(row.dag_id, row.run_id) in cancelled,
            started=_started(row, began.get((row.dag_id, row.run_id))),
            seconds=_seconds(row.start_date, row.end_date),
        )
        for row in found
    ]


def failed_runs(dag_ids: Collection[str], *, limit: int) -> list[FailedRun]:
    """The newest failed runs of these pipelines, newest first, however often other DAGs fail.

    Those that somebody ended are left out, so there may be fewer than the limit.
    """
    query = (
        _of_pipelines(
            DagRun.dag_id,
            DagModel.dag_display_name,
            DagRun.run_id,
            DagRun.state,
            DagRun.queued_at,
            DagRun.start_date,
            DagRun.end_date,
        )
        .where(
            DagRun.dag_id.in_(dag_ids),
            DagRun.state == DagRunState.FAILED,
            DagRun.end_date.is_not(None),
        )
        .limit(limit)
    )
    with create_session(scoped=False) as session:
        found = list(session.execute(query))
        cancelled = ended_early(session, failed_tries(found))
    return [
        FailedRun(
            dag_id=row.dag_id, name=row.dag_display_name, run_id=row.run_id, ended=row.end_date
        )
        for row in found
        if (row.dag_id, row.run_id) not in cancelled
    ]


def _of_pipelines(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(DagModel, DagModel.dag_id == DagRun.dag_id)
        .where(DagModel.bundle_name == BUNDLE)
        .order_by(*_NEWEST_FIRST)
    )


def _tasks(
    session: Session, dag_id: str, run_ids: Collection[str]
) -> Mapping[str, Sequence[TaskState]]:
    query = select(
        TaskInstance.run_id,
        TaskInstance.task_id,
        TaskInstance.map_index,
        TaskInstance.state,
        TaskInstance.try_number,
        TaskInstance.start_date,
        TaskInstance.duration,
    ).where(TaskInstance.dag_id == dag_id, TaskInstance.run_id.in_(run_ids))
    found: dict[str, list[TaskState]] = {}
    for run_id, task_id, map_index, state, number, start, seconds in session.execute(query):
        task = TaskState(
            task_id=task_id,
            map_index=map_index,
            state=None if state is None else str(state),
            try_number=number or 0,
            started=start,
            seconds=seconds,
        )
        found.setdefault(run_id, []).append(task)
    return found


def _first_starts(
    session: Session, cleared: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], datetime]:
    """When the first task of each of these runs began: clearing a run gives it a start of its own."""
    by_dag: dict[str, list[str]] = {}
    for dag_id, run_id in cleared:
        by_dag.setdefault(dag_id, []).append(run_id)
    first: dict[tuple[str, str], datetime] = {}
    for table in (TaskInstance, TaskInstanceHistory) if by_dag else ():
        query = (
            select(table.dag_id, table.run_id, func.min(table.start_date))
            .where(or_(*(_runs_of(table, dag_id, ids) for dag_id, ids in by_dag.items())))
            .where(table.start_date.is_not(None))
            .group_by(table.dag_id, table.run_id)
        )
        for dag_id, run_id, start in session.execute(query):
            key = (dag_id, run_id)
            first[key] = min(start, first.get(key, start))
    return first


def _runs_of(table: Any, dag_id: str, run_ids: Sequence[str]) -> ColumnElement[bool]:
    return and_(table.dag_id == dag_id, table.run_id.in_(run_ids))


def _run(dag_id: str, row: Any, tasks: Sequence[TaskState], first: datetime | None) -> RunState:
    again = first is not None and row.start_date is not None and first < row.start_date
    return RunState(
        dag_id=dag_id,
        run_id=row.run_id,
        state=str(row.state),
        kind=str(row.run_type or "manual"),
        by=row.triggering_user_name or "",
        due=row.run_after,
        logical_date=row.logical_date,
        started=_started(row, first),
        resumed=row.start_date if again else None,
        ended=row.end_date,
        parameters=row.conf or {},
        bundle_version=row.bundle_version or "",
        tasks=tuple(tasks),
    )


def _started(row: Any, first: datetime | None) -> datetime | None:
    known: datetime | None = row.start_date or row.queued_at
    return known if first is None or known is None else min(first, known)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None
