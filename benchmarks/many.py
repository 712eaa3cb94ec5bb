"""A thousand pipelines of eight steps beside a thousand plain DAG files: what a publish takes, what idling costs."""

import functools
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from benchmarks.airflow import Airflow, noop_chain, running_stack
from benchmarks.run import Result, result

from jupyterlab_promote.model.version import HeadEntry, Heads
from jupyterlab_promote.stack.environment import PARSE_AGAIN_SECONDS
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.head_files import current
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import put_version

COUNT = int(os.environ.get("PROMOTE_BENCH_PIPELINES", "1000"))
"""How many; fewer for a quick look, whose numbers are not those of a thousand."""
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


@dataclass(frozen=True)
class _Measured:
    """One way of having many DAGs.

    Attributes:
        changes: seconds until Airflow shows a change, for each change.
        parse: CPU seconds of the DAG processor and its children for one file, when all are new.
        idle: CPU seconds a minute while no file is due to be parsed.
    """

    changes: list[float]
    parse: float
    idle: float

    @property
    def all_day(self) -> float:
        """CPU seconds a minute, with parsing unchanged files again when they are due."""
        return self.idle + COUNT * self.parse * 60 / PARSE_AGAIN_SECONDS


def publish_1000_p95_s() -> Result:
    """Seconds until Airflow lists a new version among all others (95 of 100); the peer changes a plain file."""
    return result([_p95(_ours().changes)], unit="s", peer=_p95(_plain().changes))


def idle_1000_cpu() -> Result:
    """CPU seconds a minute of scheduler and DAG processor while nothing happens; the peer has plain files."""
    return result([_ours().all_day], unit="s", peer=_plain().all_day)


def parse_1000_cpu() -> Result:
    """CPU seconds for parsing all files once, as after a start; the peer has plain files."""
    return result([_ours().parse * COUNT], unit="s", peer=_plain().parse * COUNT)


@functools.cache
def _ours() -> _Measured:
    with running_stack() as airflow:
        began = _cpu(_daemon(airflow, "dag-processor"))
        fill(airflow, COUNT)
        parse = _cpu(_daemon(airflow, "dag-processor")) - began

        def publish(number: int) -> None:
            draft = noop_chain("many-0000", length=_STEPS, note=f"publish {number}")
            airflow.publish(draft, revision=number + 1)

        return _Measured(idle=_idle(airflow), parse=parse / COUNT, changes=_timed(publish))


def fill(airflow: Airflow, count: int) -> None:
    """Register all at once and wait until Airflow has them: publishing one after the other is not measured."""
    store = open_store(airflow.stack.store_url)
    known = current(store)
    entries = dict(known.pipelines)
    for number in range(count):
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
    _wait_for_all(airflow, tag="promote", count=count)


@functools.cache
def _plain() -> _Measured:
    with running_stack() as airflow:
        began = _cpu(_daemon(airflow, "dag-processor"))
        folder = Path(airflow.stack.directory) / "dags"
        for number in range(COUNT):
            (folder / f"plain_{number:04}.py").write_text(_source(number, "v0"))
        _wait_for_all(airflow, tag="plain", count=COUNT)
        parse = _cpu(_daemon(airflow, "dag-processor")) - began

        def change(number: int) -> None:
            # Another length each time: Python takes a file of the same size and second for the one it compiled.
            version = "v" * (number + 2)
            (folder / "plain_0000.py").write_text(_source(0, version))
            token = airflow.http.get("/api/v2/dags/plain_0000").json()["file_token"]
            airflow.http.put(f"/api/v2/parseDagFile/{token}")
            airflow.until(lambda: version in airflow.tags("plain_0000"), what="it is parsed")

        return _Measured(idle=_idle(airflow), parse=parse / COUNT, changes=_timed(change))


def _source(number: int, version: str) -> str:
    return _PLAIN.format(dag_id=f"plain_{number:04}", version=version, steps=_STEPS)


def _wait_for_all(airflow: Airflow, *, tag: str, count: int) -> None:
    end = time.monotonic() + _FILL_SECONDS
    query: dict[str, str | int] = {"limit": 1, "tags": tag}
    while airflow.http.get("/api/v2/dags", params=query).json()["total_entries"] < count:
        if time.monotonic() > end:
            raise TimeoutError(f"Airflow has not parsed {count} DAGs in {_FILL_SECONDS:.0f} s")
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


def _daemon(airflow: Airflow, name: str) -> psutil.Process:
    return psutil.Process(airflow.stack.pids[name])


def _idle(airflow: Airflow) -> float:
    """CPU seconds a minute, of the two daemons and what they start."""
    parents = [_daemon(airflow, name) for name in ("scheduler", "dag-processor")]
    before = sum(map(_cpu, parents))
    time.sleep(_IDLE_SECONDS)
    return (sum(map(_cpu, parents)) - before) * 60 / _IDLE_SECONDS


def _cpu(process: psutil.Process) -> float:
    """Its own time, that of its living children and of those that have ended."""
    own = process.cpu_times()
    living = (child.cpu_times() for child in process.children(recursive=True))
    ended = own.children_user + own.children_system
    return own.user + own.system + ended + sum(each.user + each.system for each in living)


BENCHMARKS = {
    "publish_1000_p95_s": publish_1000_p95_s,
    "idle_1000_cpu": idle_1000_cpu,
    "parse_1000_cpu": parse_1000_cpu,
}
