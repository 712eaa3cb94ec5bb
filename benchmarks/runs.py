"""What the Lab waits for with many runs and pipelines: each page of runs, the list of pipelines, the failures."""

import os
import random
import sqlite3
import statistics
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.airflow import Airflow, noop_chain, running_stack
from benchmarks.many import fill
from benchmarks.run import Result, result

from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.server import overview, pipelines, runs
from jupyterlab_promote.server.operations import Operations
from jupyterlab_promote.server.settings import Settings
from jupyterlab_promote.server.site import Site
from jupyterlab_promote.store.runs import commit_outcome
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.store.versions import Draft

RUNS = int(os.environ.get("PROMOTE_BENCH_RUNS", "1000"))
PIPELINES = min(200, int(os.environ.get("PROMOTE_BENCH_PIPELINES", "200")))
_STEPS = 8
_CALLS = 20
_GOAL_MS = 300.0
_DAG_ID = "often"
_OFTEN_FAILED = 50
"""Every so many runs one has failed."""

Row = Mapping[str, object]


def runs_1000_p95_ms() -> Result:
    """Milliseconds (95 of 100) of the slowest of the Lab's pages, with 1000 runs of 8 steps; the peer is the goal."""
    with running_stack() as airflow:
        pages = measured(airflow)
        return result([max(map(_p95, pages.values()))], unit="ms", peer=_GOAL_MS)


def measured(airflow: Airflow) -> dict[str, list[float]]:
    """Milliseconds of each call, by page."""
    names = fill_runs(airflow)
    site = _site(airflow)
    session, chance = site.session(), random.Random(5)
    pages: dict[str, Callable[[], object]] = {
        "runs": lambda: runs.page(session, _DAG_ID, limit=10, offset=chance.randrange(RUNS)),
        "failed runs": lambda: runs.page(session, _DAG_ID, limit=10, states=["failed"]),
        "one run": lambda: runs.show(session, _DAG_ID, chance.choice(names)),
        "pipelines": lambda: pipelines.rows(session, exists=site.exists),
        "overview": lambda: overview.rows(session, exists=site.exists, shown=site.shown),
        "failures": lambda: overview.failures(site),
        "versions": lambda: session.registration.versions(_DAG_ID),
    }
    for page in pages.values():
        page()
    return {name: [_milliseconds(page) for _ in range(_CALLS)] for name, page in pages.items()}


def fill_runs(airflow: Airflow) -> list[str]:
    """Many pipelines, and one with many runs; the ids of its runs."""
    fill(airflow, PIPELINES)
    draft = noop_chain(_DAG_ID, length=_STEPS)
    airflow.publish(draft, revision=0)
    return _insert_runs(airflow, draft)


def _site(airflow: Airflow) -> Site:
    stack = airflow.stack
    folder = Path(stack.directory) / "operations"
    settings = Settings(airflow_url=stack.airflow_url, user=stack.user, password=stack.password)
    operations = Operations(folder, changed=lambda _: None)
    return Site(settings=settings, operations=operations, root=None, read=lambda _: {})


def _insert_runs(airflow: Airflow, draft: Draft) -> list[str]:
    """Copies of one real run and its task instances, with what a worker would have left of each."""
    body = {"logical_date": None, "conf": {}}
    path = f"/api/v2/dags/{_DAG_ID}/dagRuns"
    template = airflow.http.post(path, json=body).raise_for_status().json()["dag_run_id"]
    database = sqlite3.connect(Path(airflow.stack.directory) / "airflow" / "airflow.db", timeout=60)
    database.row_factory = sqlite3.Row
    where = "WHERE dag_id = ? AND run_id = ?"
    [run] = database.execute(f"SELECT * FROM dag_run {where}", (_DAG_ID, template))
    tasks = database.execute(f"SELECT * FROM task_instance {where}", (_DAG_ID, template)).fetchall()
    [highest] = database.execute("SELECT max(id) FROM dag_run").fetchone()
    names = [f"manual__{number:05}" for number in range(RUNS)]
    _leave_outcomes(open_store(airflow.stack.store_url), draft, names)
    for number, name in enumerate(names):
        state = _state(number)
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        at = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
        shared = {"run_id": name, "start_date": at, "end_date": at, "state": state}
        own = {"id": highest + 1 + number, "run_after": at, "queued_at": at}
        _insert(database, "dag_run", {**run, **shared, **own})
        for task in tasks:
            unique = {"id": uuid.uuid4().hex, "try_number": 1, "duration": 1.5}
            _insert(database, "task_instance", {**task, **shared, **unique})
    database.execute(f"UPDATE dag_run SET state = 'success' {where}", (_DAG_ID, template))
    database.commit()
    database.close()
    return names


def _state(number: int) -> str:
    return "failed" if number % _OFTEN_FAILED == 0 else "success"


def _insert(database: sqlite3.Connection, table: str, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()])


def _leave_outcomes(store: Store, draft: Draft, names: list[str]) -> None:
    """Before the rows: whoever writes to SQLite keeps all others waiting."""
    steps = [step.name for step in draft.manifest.steps]
    with ThreadPoolExecutor(16) as pool:
        for number, name in enumerate(names):
            for step in steps:
                pool.submit(_leave, store, draft, name, step, state=_state(number))


def _leave(store: Store, draft: Draft, run_id: str, step: str, *, state: str) -> None:
    failed = state == "failed"
    commit_outcome(
        store,
        Outcome(
            dag_id=_DAG_ID,
            version=draft.version,
            run_id=run_id,
            step=step,
            attempt=1,
            state="failed" if failed else "success",
            cause=Cause.CELL_ERROR if failed else Cause.OK,
            cell="c1" if failed else None,
            cell_index=1 if failed else None,
            seconds=1.5,
        ),
    )


def _milliseconds(page: Callable[[], object]) -> float:
    began = time.perf_counter()
    page()
    return (time.perf_counter() - began) * 1000


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


BENCHMARKS = {"runs_1000_p95_ms": runs_1000_p95_ms}
