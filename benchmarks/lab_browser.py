"""What a person feels in a real browser: typing beside the open sidebar, and pages of many pipelines and runs.

`tests/ui/benchmarks` holds what the browser does.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.airflow import running_stack
from benchmarks.run import Result, result
from benchmarks.runs import fill_runs

_JOURNEYS = Path(__file__).parents[1] / "tests" / "ui"
_GOAL_MS = 200.0
"""From about here a click feels late."""


def typing_latency() -> Result:
    """Milliseconds from a key until the page is painted, in 300 cells. Goal: at most 1.1 x without the sidebar."""
    with running_stack():
        times = _measured("typing")
    return result(times["open"], unit="ms", peer=times["closed"])


def long_tasks() -> Result:
    """Longest task of the page, with 1000 runs of 8 steps and 200 pipelines; the peer is the goal."""
    with running_stack() as airflow:
        fill_runs(airflow)
        times = _measured("many")
    return result(
        [max(round_) for round_ in zip(*times.values(), strict=True)], unit="ms", peer=_GOAL_MS
    )


def _measured(name: str) -> dict[str, list[float]]:
    """Milliseconds, by what was done."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "times.json"
        env = {**os.environ, "PROMOTE_BENCH_OUT": str(out)}
        subprocess.run([_JOURNEYS / "run", name], env=env, check=True)
        times: dict[str, list[float]] = json.loads(out.read_text())
    return times


BENCHMARKS = {"typing_latency": typing_latency, "long_tasks": long_tasks}
