"""Which earlier run a run is compared with, however many others there are. Not how they are compared."""

from datetime import datetime, timedelta
from typing import Any

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.server import runs
from jupyterlab_promote.server.airflow_api import PAGE
from jupyterlab_promote.server.session import Session

_ENDED = ("success", "failed")
_WORDS = {
    "previous": "earlier run",
    "success": "earlier successful run",
    "weekday": "run on the same weekday a week before",
}
KINDS = frozenset(_WORDS)


def earlier_run(session: Session, dag_id: str, run_id: str, kind: str) -> str:
    """The id of the run before it (`previous`), the last success before it, or that of a week before.

    Raises:
        NotFound: there is none.
    """
    own = runs.moment(session.api.run(dag_id, run_id)["run_after"])
    if kind == "weekday":
        found = _a_week_before(session, dag_id, own)
    else:
        states = ("success",) if kind == "success" else _ENDED
        found, _ = session.api.runs(dag_id, limit=1, states=states, before=own)
    if not found:
        missing = NotFound(_WORDS[kind], run_id, hint="Choose another run to compare with.")
        missing.message = f"There is no {_WORDS[kind]}."
        raise missing
    return str(found[0]["dag_run_id"])


def _a_week_before(session: Session, dag_id: str, own: datetime) -> list[dict[str, Any]]:
    """The run of that day at the same time or next before it, else the first one after it."""
    week = own - timedelta(days=7)
    until, _ = session.api.runs(
        dag_id, limit=1, states=_ENDED, before=week + timedelta(microseconds=1)
    )
    after, _ = session.api.runs(
        dag_id, limit=PAGE, states=_ENDED, before=week + timedelta(hours=12)
    )
    return [
        run
        for run in (*until, *reversed(after))
        if runs.moment(run["run_after"]).date() == week.date()
    ]
