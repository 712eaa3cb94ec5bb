"""Which runs were ended before they ended themselves: Airflow calls them failed, and its audit log knows better.

Airflow writes a row of the log in the transaction that ends the run, whichever way a person takes: its pages, its
API, or ours, which calls it; so do we for what an unpublished pipeline left waiting. `airflow db clean` takes these
rows away, and then the run is a failed one again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jupyterlab_promote.airflow_provider.airflow_internals import DagRunState, Log
from jupyterlab_promote.airflow_provider.names import TAG

ONE, SEVERAL = "patch_dag_run", "bulk_dag_runs"
"""What the log calls a change of one run and of several: Airflow takes the names of its routes' functions."""

OURS = "promote.end_run"
"""A run that the plugin itself ended."""


@dataclass(frozen=True, kw_only=True)
class FailedTry:
    """A try of a run that Airflow calls failed; `began` is when it was queued, where it never began."""

    dag_id: str
    run_id: str
    began: datetime
    ended: datetime


def failed_tries(rows: Iterable[Any], dag_id: str = "") -> Iterator[FailedTry]:
    """Those of these runs that failed. Rows with the run's columns; one pipeline's need not name it."""
    for row in rows:
        began = row.start_date or row.queued_at
        if row.state == DagRunState.FAILED and began is not None and row.end_date is not None:
            of = dag_id or row.dag_id
            yield FailedTry(dag_id=of, run_id=row.run_id, began=began, ended=row.end_date)


def ended_early(session: Session, tries: Iterable[FailedTry]) -> frozenset[tuple[str, str]]:
    """Pipeline and run of each try that was ended while it went on; asks nothing where there are no tries."""
    asked = list(tries)
    if not asked:
        return frozenset()
    query = select(Log.dttm, Log.dag_id, Log.run_id, Log.extra).where(
        Log.event.in_((ONE, SEVERAL, OURS)),
        Log.dttm >= min(one.began for one in asked),
        Log.dttm <= max(one.ended for one in asked),
    )
    moments: dict[tuple[str, str], list[datetime]] = {}
    for at, dag_id, run_id, extra in session.execute(query):
        for key in runs_ended(dag_id, run_id, extra):
            moments.setdefault(key, []).append(at)
    return frozenset(
        (one.dag_id, one.run_id)
        for one in asked
        if any(one.began <= at <= one.ended for at in moments.get((one.dag_id, one.run_id), ()))
    )


def told_end(dag_id: str, run_id: str) -> Log:
    """The row of the log that says that the plugin ends a run; to be made before the run is ended."""
    extra = json.dumps({"state": DagRunState.FAILED})
    return Log(event=OURS, dag_id=dag_id, run_id=run_id, owner=TAG, extra=extra)


def runs_ended(
    dag_id: str | None, run_id: str | None, extra: str | None
) -> Iterator[tuple[str, str]]:
    """The runs that a row of the log says were to fail; `extra` holds the body of the request as JSON."""
    said = _json(extra)
    if dag_id and run_id and said.get("state") == DagRunState.FAILED:
        yield dag_id, run_id
    for action in _objects(said.get("actions")):
        for run in _objects(action.get("entities")):
            of, named = run.get("dag_id") or dag_id, run.get("dag_run_id")
            if of and named and run.get("state") == DagRunState.FAILED:
                yield str(of), str(named)


def _json(text: str | None) -> Mapping[str, Any]:
    try:
        said = json.loads(text or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _objects(values: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in (values if isinstance(values, list) else ()) if isinstance(one, dict))
