"""A thousand pipelines of eight steps beside a thousand plain DAG files, and beside dag-factory where it is installed.

Measured are the time until a change is visible, what parsing all costs, and what idling costs. PROMOTE_BENCH_PIPELINES
takes fewer for a quick look. dag-factory may lie outside the environment, in a folder of PYTHONPATH.
"""

import functools
import importlib.util
import json
import os
import statistics
import sys
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
_COUNTER = slice(8, 12)
"""Where SQLite's shared memory of a database has the number of transactions that wrote."""
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
_LOADER = "from dagfactory import load_yaml_dags  # for an Airflow DAG\nload_yaml_dags(globals_dict=globals())\n"
_QUIET = {"DO_NOT_TRACK": "True", "SCARF_NO_ANALYTICS": "True"}


@dataclass(frozen=True)
class _Measured:
    """One way of having many DAGs.

    Attributes:
        changes: seconds until Airflow shows a change, for each change.
        parse: CPU seconds of the DAG processor and its children for one DAG, when all are new.
        idle: CPU seconds a minute while no file is due to be parsed.
        writes: transactions a minute that wrote to Airflow's database meanwhile.
    """

    changes: list[float]
    parse: float
    idle: float
    writes: float

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


def idle_1000_writes() -> Result:
    """Writing transactions a minute in Airflow's database while nothing happens; the peer has plain files."""
    return result([_ours().writes], unit="1/min", peer=_plain().writes)


def publish_1000_factory() -> Result:
    """`publish_1000_p95_s` beside a change of one of dag-factory's YAML files."""
    return result([_p95(_ours().changes)], unit="s", peer=_p95(_factory().changes))


def parse_1000_factory() -> Result:
    """`parse_1000_cpu` beside dag-factory."""
    return result([_ours().parse * COUNT], unit="s", peer=_factory().parse * COUNT)


@functools.cache
def _ours() -> _Measured:
    def publish(airflow: Airflow, number: int) -> None:
        draft = noop_chain("many-0000", length=_STEPS, note=f"publish {number}")
        airflow.publish(draft, revision=number + 1)

    with running_stack() as airflow:
        return _measured(airflow, lambda: fill(airflow, COUNT), publish)


def _measured(
    airflow: Airflow, make: Callable[[], None], change: Callable[[Airflow, int], None]
) -> _Measured:
    began = _cpu(_daemon(airflow, "dag-processor"))
    make()
    parse = (_cpu(_daemon(airflow, "dag-processor")) - began) / COUNT
    idle, writes = _idle(airflow)
    seconds = []
    for number in range(_PUBLISHES):
        since = time.perf_counter()
        change(airflow, number)
        seconds.append(time.perf_counter() - since)
    return _Measured(changes=seconds, parse=parse, idle=idle, writes=writes)


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
        folder = Path(airflow.stack.directory) / "dags"

        def make() -> None:
            for number in range(COUNT):
                (folder / f"plain_{number:04}.py").write_text(_source(number, "v0"))
            _wait_for_all(airflow, tag="plain", count=COUNT)

        def change(_: Airflow, number: int) -> None:
            # Another length each time: Python takes a file of the same size and second for the one it compiled.
            version = "v" * (number + 2)
            (folder / "plain_0000.py").write_text(_source(0, version))
            _parse_again(airflow, "plain_0000", version)

        return _measured(airflow, make, change)


@functools.cache
def _factory() -> _Measured:
    if importlib.util.find_spec("dagfactory") is None:
        raise RuntimeError("dag-factory is not installed")
    settings = {**_QUIET, "PROMOTE_STACK_PASS": ",".join(_QUIET)}
    with running_stack(settings=settings) as airflow:
        folder = Path(airflow.stack.directory) / "dags"

        def make() -> None:
            for number in range(COUNT):
                (folder / f"yaml_{number:04}.yaml").write_text(_yaml(number, "v0"))
            (folder / "loader.py").write_text(_LOADER)
            _wait_for_all(airflow, tag="yaml", count=COUNT)

        def change(_: Airflow, number: int) -> None:
            version = f"v{number + 1}"
            (folder / "yaml_0000.yaml").write_text(_yaml(0, version))
            _parse_again(airflow, "yaml_0000", version)

        return _measured(airflow, make, change)


def _yaml(number: int, version: str) -> str:
    """A DAG as dag-factory reads it; JSON is YAML."""
    operator = "airflow.providers.standard.operators.empty.EmptyOperator"
    names = [f"step_{index:02}" for index in range(_STEPS)]
    tasks = [
        {"task_id": name, "operator": operator, "dependencies": names[max(index - 1, 0) : index]}
        for index, name in enumerate(names)
    ]
    dag = {
        "default_args": {"start_date": "2026-01-01"},
        "schedule": None,
        "tags": ["yaml", version],
        "tasks": tasks,
    }
    return json.dumps({f"yaml_{number:04}": dag})


def _parse_again(airflow: Airflow, dag_id: str, version: str) -> None:
    """Ask for what a publish asks for, and wait for the version."""
    token = airflow.http.get(f"/api/v2/dags/{dag_id}").json()["file_token"]
    airflow.http.put(f"/api/v2/parseDagFile/{token}")
    airflow.until(lambda: version in airflow.tags(dag_id), what="it is parsed")


def _source(number: int, version: str) -> str:
    return _PLAIN.format(dag_id=f"plain_{number:04}", version=version, steps=_STEPS)


def _wait_for_all(airflow: Airflow, *, tag: str, count: int) -> None:
    end = time.monotonic() + _FILL_SECONDS
    query: dict[str, str | int] = {"limit": 1, "tags": tag}
    while airflow.http.get("/api/v2/dags", params=query).json()["total_entries"] < count:
        if time.monotonic() > end:
            raise TimeoutError(f"Airflow has not parsed {count} DAGs in {_FILL_SECONDS:.0f} s")
        time.sleep(1)


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _daemon(airflow: Airflow, name: str) -> psutil.Process:
    return psutil.Process(airflow.stack.pids[name])


def _idle(airflow: Airflow) -> tuple[float, float]:
    """CPU seconds a minute, of the two daemons and what they start; and transactions that wrote."""
    parents = [_daemon(airflow, name) for name in ("scheduler", "dag-processor")]
    cpu, writes = sum(map(_cpu, parents)), _transactions(airflow)
    time.sleep(_IDLE_SECONDS)
    minutes = _IDLE_SECONDS / 60
    return (sum(map(_cpu, parents)) - cpu) / minutes, (_transactions(airflow) - writes) / minutes


def _transactions(airflow: Airflow) -> int:
    shared = Path(airflow.stack.directory) / "airflow" / "airflow.db-shm"
    with shared.open("rb") as file:
        return int.from_bytes(file.read(_COUNTER.stop)[_COUNTER], sys.byteorder)


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
    "idle_1000_writes": idle_1000_writes,
    "publish_1000_factory": publish_1000_factory,
    "parse_1000_factory": parse_1000_factory,
}
