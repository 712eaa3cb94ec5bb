"""What the server tells the browser without being asked: only that something changed, and what."""

import logging
from typing import Any

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.run_states import RunStates, TaskState
from jupyterlab_promote.server.overview import ALL
from jupyterlab_promote.server.site import Site

log = logging.getLogger(__name__)

CHANGED = "https://events.jupyterlab-promote.dev/changed/v1"

SCHEMA: dict[str, Any] = {
    "$id": CHANGED,
    "version": "1",
    "title": "Something of jupyterlab-promote changed",
    "personal-data": False,
    "type": "object",
    "required": ["kind", "id", "state"],
    "properties": {
        "kind": {"type": "string", "enum": ["operation", "runs", "connection"]},
        "id": {"type": "string", "description": "Id of the operation, or of the pipeline."},
        "state": {"type": "string"},
    },
}

_WATCHED_RUNS = 10

_LIVE = ("queued", "running")
"""States of Airflow in which a run may still come further."""


def changed(site: Site) -> tuple[dict[str, str], ...]:
    """What changed since the last look; that Airflow went away or came back is told once."""
    told: tuple[dict[str, str], ...] = ()
    try:
        told = changed_runs(site)
    except PromoteError as error:
        log.debug("looking at runs: %s", error)
        answers = False
    else:
        answers = True
    if site.answers not in (None, answers):
        state = "connected" if answers else "unreachable"
        told = (*told, {"kind": "connection", "id": "airflow", "state": state})
    site.answers = answers
    return told


def changed_runs(site: Site) -> tuple[dict[str, str], ...]:
    """One event for each watched pipeline whose newest runs, or what serves, are not as they were at the last look."""
    registration = site.session(reading=True).registration
    told = []
    site.live = False
    for dag_id in site.watching():
        # Of all pipelines only the runs are looked at: their steps are not shown in the list.
        if dag_id == ALL:
            found = str([(run.dag_id, run.run_id, run.state) for run in registration.recent()])
        else:
            page = registration.runs(dag_id, limit=_WATCHED_RUNS)
            live = tuple(run.run_id for run in page.runs if run.state in _LIVE)
            site.live = site.live or bool(live)
            # Which cell runs is known to the attempts alone.
            progress = registration.attempts_of(dag_id, live) if live else {}
            # What serves, whoever published it and from where; while a run is live its end is told in any case.
            head = None if live else registration.head(dag_id)
            found = f"{_seen(page)} {progress} {head and head.entry.revision}"
        if site.seen.get(dag_id, found) != found:
            told.append({"kind": "runs", "id": dag_id, "state": "changed"})
        site.seen[dag_id] = found
    return tuple(told)


def _seen(page: RunStates) -> str:
    """What a change of is told."""
    runs = [(run.run_id, run.state, sorted(map(_task, run.tasks))) for run in page.runs]
    return str((page.total, runs))


def _task(task: TaskState) -> tuple[str, int, str, int]:
    return task.task_id, task.map_index, str(task.state), task.try_number
