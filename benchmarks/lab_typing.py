"""Typing in a notebook of 300 cells in a real browser: with the sidebar open beside without it. Goal: at most 1.1 x."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.run import Result, result

_JOURNEYS = Path(__file__).parents[1] / "tests" / "ui"


def typing_latency() -> Result:
    """Milliseconds from a key until the page was painted again."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "times.json"
        subprocess.run(
            [_JOURNEYS / "run", "typing"],
            env={**os.environ, "PROMOTE_TYPING_OUT": str(out)},
            check=True,
        )
        times = json.loads(out.read_text())
    return result(times["open"], unit="ms", peer=times["closed"])


BENCHMARKS = {"typing_latency": typing_latency}
