"""A handoff through a remote store, against a local S3 server (moto), beside boto3's own managed transfer."""

import functools
import json
import os
import subprocess
import sys
import tempfile

from benchmarks.run import Result, result

_REPETITIONS = 5
_BYTES = 64 * 2**20
_GOAL_MS = 50.0


@functools.cache
def _seconds() -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="promote-bench-") as folder:
        command = [sys.executable, "-m", "benchmarks.remote_measure", str(_BYTES)]
        ended = subprocess.run(
            [*command, str(_REPETITIONS), folder], check=True, capture_output=True, text=True,
            env={**os.environ, "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
                 "AWS_DEFAULT_REGION": "us-east-1"},
        )  # fmt: skip
    found: dict[str, list[float]] = json.loads(ended.stdout.splitlines()[-1])
    return found


def handoff_remote_save() -> Result:
    """Seconds to upload 64 MiB."""
    return result(_seconds()["upload"], unit="s", peer=_seconds()["boto3_upload"])


def handoff_remote_load() -> Result:
    """Seconds until 64 MiB lie in the node's cache, for the node's first step."""
    return result(_seconds()["first"], unit="s", peer=_seconds()["boto3_download"])


def handoff_remote_again_ms() -> Result:
    """Milliseconds for each further step of the node."""
    return result([each * 1000 for each in _seconds()["again"]], unit="ms", peer=_GOAL_MS)


BENCHMARKS = {
    "handoff_remote_save": handoff_remote_save,
    "handoff_remote_load": handoff_remote_load,
    "handoff_remote_again_ms": handoff_remote_again_ms,
}
