"""The processes started ahead on one node: a Ray actor that keeps some ready and gives each away once.

A process that was given away belongs to the task that took it; it ends with its step, so nothing is returned.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

RUNNER = "jupyterlab_promote.worker.gateway.runner"
NAMESPACE = "promote"


class Lease(NamedTuple):
    """A ready process: its socket, its id."""

    address: str
    pid: int


@dataclass
class _Waiting:
    process: subprocess.Popen[bytes]
    address: Path


class Pool:
    """Processes of this node; wrapped into a Ray actor by the gateway."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._folder = Path(tempfile.mkdtemp(prefix="pw-"))
        self._made = 0
        self._waiting: list[_Waiting] = []
        self._given: list[subprocess.Popen[bytes]] = []
        self._refill()

    def take(self) -> Lease | None:
        """Give a ready process away; None when none is ready, then a cold start is the answer."""
        self._given = [process for process in self._given if process.poll() is None]
        self._waiting = [one for one in self._waiting if one.process.poll() is None]
        ready = next((one for one in self._waiting if one.address.exists()), None)
        if ready is not None:
            self._waiting.remove(ready)
            self._given.append(ready.process)
        self._refill()
        return Lease(str(ready.address), ready.process.pid) if ready is not None else None

    def counts(self) -> dict[str, int]:
        """How many processes are ready, starting and at work."""
        ready = sum(one.address.exists() for one in self._waiting)
        busy = sum(process.poll() is None for process in self._given)
        return {"ready": ready, "starting": len(self._waiting) - ready, "busy": busy}

    def close(self) -> None:
        """End the processes that wait; those at work go on."""
        for one in self._waiting:
            one.process.terminate()
        for one in self._waiting:
            one.process.wait(timeout=10)
        self._waiting.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _refill(self) -> None:
        while len(self._waiting) < self._size:
            self._made += 1
            address = self._folder / str(self._made)
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", RUNNER, str(address)], start_new_session=True
            )
            self._waiting.append(_Waiting(process, address))


def pool_name(node: str) -> str:
    """The actor's name on a node."""
    return f"promote-pool-{node}"
