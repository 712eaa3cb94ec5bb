"""A thousand pipelines of eight steps beside a thousand plain DAG files: what a publish takes, what idling costs."""

import functools
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
from benchmarks.airflow import Airflow, noop_chain, running_stack
from benchmarks.run import Result, result

from jupyterlab_promote.model.version import HeadEntry, Heads
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.heads import current
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import put_version

COUNT = int(os.environ.get("BENCH_PIPELINES", "1000"))
_STEPS = 8
_PUBLISHES = 20
_IDLE_SECONDS = 60.0
_FILL_SECONDS = 3600.0
_PLAIN = """\
from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator

with DAG({dag_id!r}, schedule=None, tags=["plain", {version!r}]) as dag:
    before = None
    for index in range({steps}):
        task = EmptyOperator(task_id=f"step_{{index:02}}")
        if before is not None:
            before >> task
        before = task
"""


def publish_1000_p95_s() -> Result:
    """Seconds until Airflow lists a new version among all others (95 of 100); the peer changes a plain file."""
    ours, plain = _ours()[0], _plain()[0]
    return result([_p95(ours)], unit="s", peer=_p95(plain))


def idle_1000_cpu() -> Result:
    """CPU seconds a minute of scheduler and DAG processor while nothing happens; the peer has plain files."""
    return result([_ours()[1]], unit="s", peer=_plain()[1])


@functools.cache
def _ours() -> tuple[list[float], float]:
    with running_stack() as airflow:
        _fill(airflow)
        _wait_for_all(airflow, tag="promote")
        idle = _idle(airflow)

        def publish(number: int) -> None:
            draft = noop_chain("many-0000", length=_STEPS, note=f"publish {number}")
            airflow.publish(draft, revision=number + 1)

        return _timed(publish), idle


def _fill(airflow: Airflow) -> None:
    """Register all at once: publishing them one after the other is not what is measured."""
    store = open_store(airflow.stack.store_url)
    known = current(store)
    entries = dict(known.pipelines)
    for number in range(COUNT):
        draft = noop_chain(f"many-{number:04}", length=_STEPS)
        version, _ = put_version(store, draft)
        entries[draft.manifest.dag_id] = HeadEntry(
            uid=draft.manifest.uid,
            version=version,
            revision=1,
            at=datetime.now(UTC),
            since=known.n + 1,
        )
    store.create_document(layout.heads(known.n + 1), Heads(n=known.n + 1, pipelines=entries))


@functools.cache
def _plain() -> tuple[list[float], float]:
    files = {f"plain_{number:04}.py": _source(number, "v0") for number in range(COUNT)}
    with running_stack(dags=files) as airflow:
        _wait_for_all(airflow, tag="plain")
        idle = _idle(airflow)
        file = Path(airflow.stack.directory) / "dags" / "plain_0000.py"

        def change(number: int) -> None:
            # Another length each time: Python takes a file of the same size and second for the one it compiled.
            version = "v" * (number + 2)
            file.write_text(_source(0, version))
            token = airflow.http.get("/api/v2/dags/plain_0000").json()["file_token"]
            airflow.http.put(f"/api/v2/parseDagFile/{token}")
            airflow.until(lambda: version in airflow.tags("plain_0000"), what="it is parsed")

        return _timed(change), idle


def _source(number: int, version: str) -> str:
    return _PLAIN.format(dag_id=f"plain_{number:04}", version=version, steps=_STEPS)


def _wait_for_all(airflow: Airflow, *, tag: str) -> None:
    end = time.monotonic() + _FILL_SECONDS
    query: dict[str, str | int] = {"limit": 1, "tags": tag}
    while airflow.http.get("/api/v2/dags", params=query).json()["total_entries"] < COUNT:
        if time.monotonic() > end:
            raise TimeoutError(f"Airflow has not parsed {COUNT} DAGs in {_FILL_SECONDS:.0f} s")
        time.sleep(1)


def _timed(work: Callable[[int], None]) -> list[float]:
    seconds = []
    for number in range(_PUBLISHES):
        began = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - began)
    return seconds


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _idle(airflow: Airflow) -> float:
    """CPU seconds a minute, of the two daemons and what they start."""
    parents = [psutil.Process(airflow.stack.pids[name]) for name in ("scheduler", "dag-processor")]
    before = sum(map(_cpu, parents))
    time.sleep(_IDLE_SECONDS)
    return (sum(map(_cpu, parents)) - before) * 60 / _IDLE_SECONDS


def _cpu(process: psutil.Process) -> float:
    """Its own time, that of its living children and of those that have ended."""
    own = process.cpu_times()
    living = (child.cpu_times() for child in process.children(recursive=True))
    ended = own.children_user + own.children_system
    return own.user + own.system + ended + sum(each.user + each.system for each in living)


BENCHMARKS = {"publish_1000_p95_s": publish_1000_p95_s, "idle_1000_cpu": idle_1000_cpu}
