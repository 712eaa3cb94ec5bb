"""The watch over a step's kernel: memory, run time, an unheard wish to stop; in a thread of its own."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TypeVar

from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.memory import tree_memory
from jupyterlab_promote.worker.stopping import Stop

T = TypeVar("T")

_EVERY = 0.25
_GRACE = 5.0
"""Seconds from the interrupt to the kill, in which a cell may still say where it was."""
_MEMORY_GRACE = 1.0
_UNHEARD = 1.0
"""Seconds after which a wish to stop was not heard by the main thread."""


class Watch:
    """Ends a kernel that uses more than was asked.

    Attributes:
        reason: why it was ended; None while nothing was wrong.
        peak: highest memory seen, bytes.
    """

    def __init__(
        self,
        kernel: StepKernel,
        *,
        memory: int | None,
        timeout: float | None,
        tick: Callable[[], None],
        stop: Stop,
    ) -> None:
        self._kernel = kernel
        self._memory = memory
        self._timeout = timeout
        self._tick = tick
        self._stop = stop
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="promote-watch", daemon=True)
        self.reason: Cause | None = None
        self.peak = 0

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._done.wait(_EVERY):
            self._tick()
            used = tree_memory(self._kernel.pid)
            self.peak = max(self.peak, used)
            if self._memory is not None and used > self._memory:
                self._end(Cause.OUT_OF_MEMORY, _MEMORY_GRACE)
                return
            if self._timeout is not None and time.monotonic() - began > self._timeout:
                self._end(Cause.STEP_TIMEOUT, _GRACE)
                return
            if self._stop.overdue(_UNHEARD):
                self._kernel.kill()
                return

    def _end(self, reason: Cause, grace: float) -> None:
        """Interrupt, so that the traceback says where; kill what does not stop."""
        self.reason = reason
        with suppress(OSError):
            os.kill(self._kernel.pid, signal.SIGINT)
        if not self._done.wait(grace):
            self._kernel.kill()


def run(coroutine: Coroutine[object, object, T]) -> T:
    """Run a coroutine on this thread's event loop, which nbclient uses as well."""
    return event_loop().run_until_complete(coroutine)


def event_loop() -> asyncio.AbstractEventLoop:
    """The event loop of this thread, made on first use."""
    try:
        loop = asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop
