"""What an attempt tells while it runs: events in parts, snapshots of the notebook, both throttled.

Both go to the store, where the command line, Airflow's log and the Lab look. Nothing here decides anything.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from nbformat import NotebookNode, v4

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.run import Event
from jupyterlab_promote.store import runs
from jupyterlab_promote.store.runs import AttemptRef
from jupyterlab_promote.store.store import Store

log = logging.getLogger(__name__)

EVENTS_EVERY = 1.0
SNAPSHOT_EVERY = 2.0
_SNAPSHOT_SHARE = 20
"""A snapshot that took t seconds is followed by none for 20 t, so that they cost at most 5 %."""
_LONG_AFTER = 600.0
_LONG_EVENTS_EVERY = 5.0
_TICK = 0.2

Kind = Literal["started", "cell_start", "cell_end", "output", "waiting", "warning", "finished"]


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as it is stored. Lone surrogates, which no encoding has, become `?`."""
    return str(v4.writes(notebook)).encode("utf-8", "replace")


@dataclass
class Progress:
    """The events and snapshots of one attempt; its only writer.

    Attributes:
        total: code cells of the step notebook.
    """

    store: Store
    ref: AttemptRef
    total: int = 0
    notebook: NotebookNode | None = None
    clock: Callable[[], float] = time.monotonic
    _seq: int = 0
    _pending: list[Event] = field(default_factory=list)
    _flushed: float = 0.0
    _snapshot_due: float = 0.0
    _changed: bool = False
    _began: float = 0.0

    def __post_init__(self) -> None:
        """Start the clock; the first events and the first snapshot go out at once."""
        self._began = self.clock()

    def tell(self, kind: Kind, **fields: Any) -> None:
        """Add an event. Only the latest output of a part is kept."""
        if kind == "output" and self._pending and self._pending[-1].kind == "output":
            last = self._pending.pop()
            self._seq = last.seq
        event = Event(seq=self._seq, at=datetime.now(UTC), kind=kind, n=self.total, **fields)
        self._seq += 1
        self._pending.append(event)

    def touch(self) -> None:
        """The notebook changed since its last snapshot."""
        self._changed = True

    async def pump(self) -> None:
        """Write what is due, until cancelled. A store that fails costs progress, not the step."""
        while True:
            try:
                await self._write_due()
            except (PromoteError, FileExistsError):
                log.warning("progress of %s could not be stored", self.ref.folder, exc_info=True)
            await asyncio.sleep(_TICK)

    async def _write_due(self) -> None:
        now = self.clock()
        every = _LONG_EVENTS_EVERY if now - self._began > _LONG_AFTER else EVENTS_EVERY
        if self._pending and now - self._flushed >= every:
            self._flushed = now
            events, self._pending = tuple(self._pending), []
            await asyncio.to_thread(runs.append_events, self.store, self.ref, events)
        if self._changed and self.notebook is not None and now >= self._snapshot_due:
            self._changed = False
            # Made on the loop's thread, which alone changes the notebook; only the write leaves it.
            data = notebook_bytes(self.notebook)
            await asyncio.to_thread(runs.snapshot_notebook, self.store, self.ref, data)
            took = self.clock() - now
            self._snapshot_due = self.clock() + max(SNAPSHOT_EVERY, _SNAPSHOT_SHARE * took)

    def finish(self) -> None:
        """Write the remaining events; the notebook's last form is the caller's to store."""
        events, self._pending = tuple(self._pending), []
        try:
            runs.append_events(self.store, self.ref, events)
        except (PromoteError, FileExistsError):
            log.warning("events of %s could not be stored", self.ref.folder, exc_info=True)
