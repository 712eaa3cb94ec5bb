"""Handing values over, beside a raw write of the same bytes, joblib, Parquet and a plain pickle.

`PROMOTE_BENCH_BYTES` is the size of the value, 1 GB unless set.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile

from benchmarks.run import Result, result

_REPETITIONS = 5
_LOAD_GOAL_MS = 50.0


@functools.cache
def _seconds(kind: str) -> dict[str, list[float]]:
    size = os.environ.get("PROMOTE_BENCH_BYTES", str(10**9))
    with tempfile.TemporaryDirectory(prefix="promote-bench-") as folder:
        command = [sys.executable, "-m", "benchmarks.handoff_measure", kind, size]
        ended = subprocess.run(
            [*command, str(_REPETITIONS), folder], check=True, capture_output=True, text=True
        )
    found: dict[str, list[float]] = json.loads(ended.stdout)
    return found


def _save(kind: str, peer: str) -> Result:
    seconds = _seconds(kind)
    return result(seconds["save"], unit="s", peer=seconds[peer])


def _load(kind: str, peer: str | None = None) -> Result:
    seconds = _seconds(kind)
    milliseconds = [took * 1000 for took in seconds["load"]]
    other = _LOAD_GOAL_MS if peer is None else [took * 1000 for took in seconds[peer]]
    return result(milliseconds, unit="ms", peer=other)


def _table() -> dict[str, functools.partial[Result]]:
    table: dict[str, functools.partial[Result]] = {}
    for kind in ("array", "frame", "frame_object", "frame_arrow"):
        table[f"handoff_{kind}_save"] = functools.partial(_save, kind, "raw")
        table[f"handoff_{kind}_load_ms"] = functools.partial(_load, kind)
        for peer in ("joblib", "pickle") if kind == "array" else ("joblib", "pickle", "parquet"):
            table[f"handoff_{kind}_save_beside_{peer}"] = functools.partial(
                _save, kind, f"{peer}_save"
            )
            table[f"handoff_{kind}_load_beside_{peer}_ms"] = functools.partial(
                _load, kind, f"{peer}_load"
            )
    return table


BENCHMARKS = _table()
