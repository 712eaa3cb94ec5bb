"""Measures handing one value over, in an interpreter of its own; prints one JSON line of seconds.

Run by `benchmarks/handoff.py`: `python -m benchmarks.handoff_measure KIND BYTES REPETITIONS FOLDER`.
"""

import json
import os
import pickle
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from jupyterlab_promote.worker.handoff import finish_verification, load_inputs, save_outputs
from jupyterlab_promote.worker.handoff.files import loaded


def make(kind: str, size: int) -> object:
    """A value of about `size` bytes."""
    rng = np.random.default_rng(0)
    if kind == "array":
        return rng.random(size // 8)
    rows = size // 100
    frame = pd.DataFrame({f"f{k}": rng.random(rows) for k in range(6)})
    dtype = {"frame": "str", "frame_object": object, "frame_arrow": "string[pyarrow]"}[kind]
    for k in range(2):
        text = [f"row {number:012d}" for number in rng.integers(0, 10**9, rows)]
        frame[f"s{k}"] = pd.Series(text, dtype=dtype)
    return frame


def timed(act: Callable[[], object]) -> float:
    """Seconds that `act` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def use_folder(folder: Path) -> None:
    """Stand as the step `use` that reads what the step `make` writes to the same folder."""
    told = {
        "step": "make",
        "inputs": {"make": [str(folder)]},
        "output": str(folder),
        "workdir": str(folder),
    }
    context = folder.with_suffix(".json")
    context.write_text(json.dumps(told))
    os.environ["PROMOTE_STEP_CONTEXT"] = str(context)


def write_raw(target: Path, blocks: list[memoryview]) -> None:
    """The peer: the same bytes in one plain write."""
    with target.open("wb", buffering=0) as file:
        for block in blocks:
            while block.nbytes:
                block = block[file.write(block) :]


def peers(kind: str, folder: Path) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Save and load of other tools."""
    dump, plain, table = folder / "joblib", folder / "pickle", folder / "parquet"
    found: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "joblib": (lambda: joblib.dump(value, dump), lambda: joblib.load(dump, mmap_mode="c")),
        "pickle": (
            lambda: plain.write_bytes(pickle.dumps(value, protocol=4)),
            lambda: pickle.loads(plain.read_bytes()),
        ),
    }
    if kind != "array":
        found["parquet"] = (lambda: value.to_parquet(table), lambda: pd.read_parquet(table))
    return found


def measure(kind: str, repetitions: int, base: Path) -> dict[str, list[float]]:
    """Seconds by what was done; all of them in turn, so that a slow moment hits all."""
    seconds: dict[str, list[float]] = {}
    original = value
    for number in range(repetitions + 1):
        folder = base / str(number)
        folder.mkdir()
        use_folder(folder)
        once = {"save": timed(lambda: save_outputs([["value"]]))}
        written = [memoryview((folder / name).read_bytes()) for name in ("streams", "buffers")]
        once["raw"] = timed(lambda folder=folder, blocks=written: write_raw(folder / "raw", blocks))
        del written
        del globals()["value"]  # else the load would be charged for freeing what was loaded before
        loaded._origins.clear()
        once["load"] = timed(lambda: load_inputs({"make": ["value"]}))
        once["verify"] = timed(finish_verification)
        globals()["value"] = original
        for name, (save, load) in peers(kind, folder).items():
            once[f"{name}_save"], once[f"{name}_load"] = timed(save), timed(load)
        shutil.rmtree(folder)
        if number:
            for name, took in once.items():
                seconds.setdefault(name, []).append(took)
    return seconds


if __name__ == "__main__":
    value = make(sys.argv[1], int(sys.argv[2]))
    print(json.dumps(measure(sys.argv[1], int(sys.argv[3]), Path(sys.argv[4]))))
