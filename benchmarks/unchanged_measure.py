"""Measures the checks at the end of a step, in an interpreter of its own; prints one JSON list of milliseconds.

Run by `benchmarks/unchanged.py`: `python -m benchmarks.unchanged_measure KIND FOLDER REPETITIONS`.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from jupyterlab_promote.worker.handoff import load_inputs, save_outputs
from jupyterlab_promote.worker.handoff.checks import aliases, unchanged
from jupyterlab_promote.worker.handoff.checks.footprints import footprint_of
from jupyterlab_promote.worker.handoff.files.loaded import _times


def made(kind: str) -> dict[str, object]:
    """The values that a step loads: 400 MB of memory, or objects about as large as the budget allows."""
    if kind == "array":
        return {"array": np.arange(50_000_000.0)}
    if kind == "frame":
        return {"frame": pd.DataFrame({f"c{k}": np.arange(5_000_000.0) for k in range(10)})}
    if kind == "objects":
        return {"rows": [{"a": number, "b": str(number)} for number in range(100_000)]}
    return {f"name{number}": {"a": [number] * 100} for number in range(200)}


def of_aliases(kind: str) -> float:
    """Seconds to find what four names have in common that travel together."""
    rows = [{"a": [number]} for number in range(60_000 if kind == "many" else 4_000)]
    half = len(rows) // 2
    values = {"rows": rows, "first": rows[:half], "second": rows[half:], "last": rows[-10:]}
    together = footprint_of(values)
    began = time.perf_counter()
    aliases.found([(values, together)], values)
    return time.perf_counter() - began


def of_unchanged(kind: str, folder: Path) -> float:
    """Seconds to check the values that were loaded a moment ago."""
    inputs = {"make": [str(folder / "make")]}
    told = {
        "step": "make",
        "inputs": inputs,
        "output": str(folder / "make"),
        "workdir": str(folder),
    }
    context = folder / "context.json"
    context.write_text(json.dumps(told))
    os.environ["PROMOTE_STEP_CONTEXT"] = str(context)
    values = made(kind)
    vars(sys.modules["__main__"]).update(values)
    names = list(values)
    save_outputs([[name] for name in names])
    load_inputs({"make": names})
    _times.clear()
    began = time.perf_counter()
    unchanged.check(names)
    return time.perf_counter() - began


def main(kind: str, folder: str, repetitions: str) -> None:
    """Measure and print."""
    seconds = [
        of_aliases(kind.removeprefix("aliases_"))
        if kind.startswith("aliases_")
        else of_unchanged(kind, Path(folder))
        for _ in range(int(repetitions))
    ]
    print(json.dumps([took * 1000 for took in seconds]))


if __name__ == "__main__":
    main(*sys.argv[1:])
