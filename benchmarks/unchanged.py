"""What the check costs that a step has changed nothing of what it was to only read, beside its budget of 200 ms."""

import functools
import json
import subprocess
import sys
import tempfile

from benchmarks.run import Result, result

_REPETITIONS = 5
_BUDGET_MS = 200.0


def _overhead(kind: str) -> Result:
    with tempfile.TemporaryDirectory(prefix="promote-bench-") as folder:
        ended = subprocess.run(
            [sys.executable, "-m", "benchmarks.unchanged_measure", kind, folder, str(_REPETITIONS)],
            check=True,
            capture_output=True,
            text=True,
        )
    return result(json.loads(ended.stdout), unit="ms", peer=_BUDGET_MS)


BENCHMARKS = {
    f"unchanged_check_{kind}_ms": functools.partial(_overhead, kind)
    for kind in ("array", "frame", "objects", "names")
} | {
    f"aliases_check_{kind}_ms": functools.partial(_overhead, f"aliases_{kind}")
    for kind in ("few", "many")
}
