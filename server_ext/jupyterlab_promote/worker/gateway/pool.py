"""The processes started ahead on one node: a Ray actor that keeps some ready and gives each away once.

A process that was given away belongs to the task that took it; it ends with its step, so nothing is returned.
For the kernel that is asked for first, `size` are kept ready; for each other one that steps use, one.
"""

import contextlib
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psutil

from jupyterlab_promote.worker.gateway.template import Template
from jupyterlab_promote.worker.scratch import POOL, SOCKETS, STEP, Scratch, sweep

NAMESPACE = "promote"
DEFAULT_KERNEL = "python3"
ADDRESS = "s"
"""The socket's name in the folder that is made for a process; it appears when the process is ready."""

_TEND_EVERY = 0.25
_PATIENCE = 3.0
"""Seconds that a new process waits for an idle CPU; then it starts on a busy machine as well."""

_UNUSED = 600.0
"""Seconds after which fewer are kept of a kernel that no step asked for."""

_RETRY = 30.0
"""Seconds after a process that ended before it was ready, such as one whose kernel is not installed."""


class Lease(NamedTuple):
    """A ready process: its socket, its id."""

    address: str
    pid: int


@dataclass
class _Process:
    process: psutil.Process
    folder: Path
    kernel: str

    @property
    def living(self) -> bool:
        return self.process.is_running()

    @property
    def ready(self) -> bool:
        return (self.folder / ADDRESS).exists()


@dataclass
class _Kind:
    """What is kept of one kernel; times are of the monotonic clock."""

    size: int
    asked: float
    lacking: float = field(default_factory=time.monotonic)
    not_before: float = 0.0


class Pool:
    """Processes of this node; wrapped into a Ray actor by the gateway."""

    def __init__(self, size: int) -> None:
        sweep(POOL, SOCKETS, STEP)
        self._scratch = Scratch(POOL)
        self._made = 0
        self._kinds = {DEFAULT_KERNEL: _Kind(size, asked=time.monotonic())}
        self._waiting: list[_Process] = []
        self._given: list[_Process] = []
        self._template: Template | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        psutil.cpu_percent()
        threading.Thread(target=self._tend, name="promote-pool", daemon=True).start()

    def take(self, kernel: str = DEFAULT_KERNEL) -> Lease | None:
        """Give a ready process away; None when none is ready, then a cold start is the answer."""
        with self._lock:
            now = time.monotonic()
            kind = self._kinds.setdefault(kernel, _Kind(1, asked=now))
            kind.asked = now
            found = (one for one in self._waiting if one.kernel == kernel and one.living)
            ready = next((one for one in found if one.ready), None)
            if ready is None:
                return None
            kind.lacking = now
            self._waiting.remove(ready)
            self._given.append(ready)
            return Lease(str(ready.folder / ADDRESS), ready.process.pid)

    def starting(self, kernel: str = DEFAULT_KERNEL) -> bool:
        """Whether one will be ready soon."""
        with self._lock:
            return any(one.kernel == kernel and one.living for one in self._waiting)

    def counts(self) -> dict[str, int]:
        """How many processes are ready, starting and at work."""
        with self._lock:
            ready = sum(one.ready for one in self._waiting)
            busy = sum(one.living for one in self._given)
            return {"ready": ready, "starting": len(self._waiting) - ready, "busy": busy}

    def close(self) -> None:
        """End the processes that wait; those at work go on."""
        self._closed.set()
        with self._lock:
            for one in self._waiting:
                _ask_to_end(one)
            for one in self._waiting:
                _see_end(one)
            self._waiting.clear()
            if self._template is not None:
                self._template.close()
        self._scratch.remove()

    def _tend(self) -> None:
        while not self._closed.wait(_TEND_EVERY):
            with self._lock:
                if not self._closed.is_set():
                    self._bury()
                    self._refill()

    def _bury(self) -> None:
        """Forget what ended, and remove its folder: one that was killed could not."""
        for one in (*self._waiting, *self._given):
            if one.living:
                continue
            if one in self._waiting:
                self._waiting.remove(one)
                if not one.ready:
                    self._kinds[one.kernel].not_before = time.monotonic() + _RETRY
            else:
                self._given.remove(one)
            shutil.rmtree(one.folder, ignore_errors=True)

    def _refill(self) -> None:
        """Start one process at most: those that boot must not take the CPUs of the steps that run."""
        idle = (100.0 - psutil.cpu_percent()) / 100.0 * (psutil.cpu_count() or 1)
        booting = any(not one.ready for one in self._waiting)
        now = time.monotonic()
        for name, kind in self._kinds.items():
            kept = [one for one in self._waiting if one.kernel == name]
            wanted = self._wanted(name, kind, now)
            for one in kept[wanted:]:
                _ask_to_end(one)
            if len(kept) >= wanted:
                kind.lacking = now
                continue
            patient = kept and idle < 1.0 and now - kind.lacking < _PATIENCE
            if now >= kind.not_before and not booting and not patient:
                kind.lacking = now
                self._start(name)
                return

    @staticmethod
    def _wanted(name: str, kind: _Kind, now: float) -> int:
        """How many are kept: of what nobody asks for, one or none."""
        if now - kind.asked < _UNUSED:
            return kind.size
        return min(1, kind.size) if name == DEFAULT_KERNEL else 0

    def _start(self, kernel: str) -> None:
        """Fork a runner, once there is a template that has imported everything."""
        if self._template is None or not self._template.living:
            self._template = Template()
        if not self._template.ready:
            return
        self._made += 1
        folder = self._scratch.path / str(self._made)
        folder.mkdir()
        process = self._template.fork(folder, kernel)
        if process is None:
            shutil.rmtree(folder, ignore_errors=True)
            return
        self._waiting.append(_Process(process, folder, kernel))


def _ask_to_end(one: _Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        one.process.terminate()


def _see_end(one: _Process) -> None:
    """Wait for a process that was asked to end; kill one that does not."""
    try:
        one.process.wait(timeout=10)
    except psutil.TimeoutExpired:
        one.process.kill()
        one.process.wait()


def pool_name(node: str) -> str:
    """The actor's name on a node."""
    return f"promote-pool-{node}"
