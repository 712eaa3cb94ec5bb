"""The supervisor of a running kernel: death, memory over the hint, the step's time limit, a wish to stop.

It interrupts first, so that the cell's outputs and its traceback are kept, then kills. What the end means is
said in `verdict.py`.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.memory import killed_for_memory, tree_memory

GRACE = 2.0
"""Seconds between interrupting a kernel and killing it. Ray kills a stopped job after 3."""
_TICK = 0.1
_MEMORY_EVERY = 0.25
_MEMORY_EVERY_UNLIMITED = 1.0
_FAR_OVER = 1.25
_DRAIN = 0.3
"""Seconds for the last messages of a dead kernel to arrive."""


@dataclass(frozen=True)
class Limits:
    """What the step may use: `memory` in bytes, `timeout` in seconds; None for no limit."""

    memory: int | None = None
    timeout: float | None = None


class Supervisor:
    """Watches one kernel while cells run.

    Attributes:
        stopped: why the step was ended from outside the cell; None while nothing ended it.
        peak: highest memory of the kernel's process tree so far, bytes.
        died: the kernel's process is gone.
        struck: the machine's OOM killer struck since the watch began.
    """

    def __init__(self, kernel: StepKernel, limits: Limits) -> None:
        self.kernel = kernel
        self.limits = limits
        self.stopped: Cause | None = None
        self.peak = 0
        self.died = False
        self._ooms = killed_for_memory()
        self._began = time.monotonic()
        self._interrupted: float | None = None

    @property
    def struck(self) -> bool:
        """Whether the machine's OOM killer struck since the watch began."""
        now = killed_for_memory()
        return now is not None and self._ooms is not None and now > self._ooms

    def stop(self, cause: Cause) -> None:
        """Wish the step's end; the first cause stays."""
        if self.stopped is None:
            self.stopped = cause

    async def watch(self, on_death: Callable[[], None]) -> None:
        """Watch until the kernel is dead or this is cancelled."""
        measured = 0.0
        every = _MEMORY_EVERY if self.limits.memory else _MEMORY_EVERY_UNLIMITED
        while self.kernel.exit_code() is None:
            now = time.monotonic()
            if now - measured >= every:
                measured = now
                await self._measure()
            if self.limits.timeout is not None and now - self._began > self.limits.timeout:
                self.stop(Cause.STEP_TIMEOUT)
            if self.stopped is not None:
                await self._end(now)
            await asyncio.sleep(_TICK)
        self.died = True
        await asyncio.sleep(_DRAIN)
        on_death()

    async def _measure(self) -> None:
        memory = await asyncio.to_thread(tree_memory, self.kernel.pid)
        self.peak = max(self.peak, memory)
        limit = self.limits.memory
        if limit is not None and memory > limit:
            self.stop(Cause.OUT_OF_MEMORY)
            if memory > _FAR_OVER * limit:
                self.kernel.kill()

    async def _end(self, now: float) -> None:
        if self._interrupted is None:
            self._interrupted = now
            await self.kernel.interrupt()
        elif now - self._interrupted > GRACE:
            self.kernel.kill()
