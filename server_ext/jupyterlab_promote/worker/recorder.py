"""What an attempt tells while it runs: events, a throttled snapshot of the notebook, the times of its cells."""

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import CellTime, Event
from jupyterlab_promote.worker.masking import Mask
from jupyterlab_promote.worker.notebook_text import NotebookText
from jupyterlab_promote.worker.told import Tail

if TYPE_CHECKING:
    import nbformat

EVENTS_EVERY = 0.75
SNAPSHOT_EVERY = 2.0
SNAPSHOT_SHARE = 20
"""How much longer than the last snapshot took the next one is away at least: they cost a twentieth of a step."""

CellState = Literal["completed", "failed", "running", "pending", "skipped"]
EventKind = Literal["started", "cell_start", "cell_end", "output", "waiting", "warning", "finished"]


class Recorder:
    """Collects what happens and writes it at most so often. A store that is away or full is tried again later.

    Args:
        notebook: the notebook that is executed, changed in place by the engine.
        send: writes a part of events.
        snapshot: writes the notebook's bytes.
        user_cells: ids of the user's cells, the only ones that people see in events.
        mask: what outputs must not tell.

    Attributes:
        running: the cell that runs or failed.
        latest: the one that began last, though it may have come to its end.
    """

    def __init__(
        self,
        notebook: "nbformat.NotebookNode",
        *,
        send: Callable[[tuple[Event, ...]], None],
        snapshot: Callable[[bytes], None],
        user_cells: frozenset[str],
        mask: Mask,
    ) -> None:
        self.notebook = notebook
        self._send = send
        self._snapshot = snapshot
        self._text = NotebookText()
        self._user_cells = user_cells
        self._order = [
            c["id"] for c in notebook.cells if c["id"] in user_cells and c.cell_type == "code"
        ]
        self._states: dict[str, CellState] = {}
        self._seconds: dict[str, float] = {}
        self._began: dict[str, float] = {}
        self._pending: list[Event] = []
        self._parts: list[tuple[Event, ...]] = []
        self._doubtful = False
        self._tail = Tail(mask)
        self._tail_of: str | None = None
        self._seq = 0
        self._lock = threading.Lock()
        self._sent_at = 0.0
        self._snapshot_at = 0.0
        self._pause = 0.0
        self._changed = False
        self.running: str | None = None
        self.latest: str | None = None

    def cell_started(self, cell_id: str) -> None:
        """A cell begins."""
        self._states[cell_id] = "running"
        self._began[cell_id] = time.monotonic()
        self.running = self.latest = cell_id
        self.event("cell_start", cell_id)

    def cell_ended(self, cell_id: str, state: CellState) -> None:
        """A cell came to its end, well or with an error."""
        self._states[cell_id] = state
        self._seconds[cell_id] = time.monotonic() - self._began.get(cell_id, time.monotonic())
        self.running = None if state == "completed" else cell_id
        self.event("cell_end", cell_id, state=state, seconds=self._seconds[cell_id])

    def output(self, cell_id: str, text: str) -> None:
        """The running cell said something; its end is told with the next part."""
        with self._lock:
            self._tail.add(text)
            self._tail_of = cell_id
        self.tick()

    def event(
        self,
        kind: EventKind,
        cell_id: str | None = None,
        *,
        state: str | None = None,
        seconds: float | None = None,
        text: str = "",
    ) -> None:
        """Add an event, to be written with the next part."""
        if cell_id is not None and cell_id not in self._user_cells:
            return
        with self._lock:
            self._take_tail(last=True)
            self._pending.append(
                self._numbered(self._event(kind, cell_id, state=state, seconds=seconds, text=text))
            )
        # The next cell begins at once, and what runs is what people wait for: both go together.
        if kind != "cell_end":
            self.tick()

    def tick(self, *, now: bool = False) -> None:
        """Write events when it is time. Called from the engine and from the watch."""
        with self._lock:
            due = now or time.monotonic() - self._sent_at >= EVENTS_EVERY
            if not due:
                return
            self._take_tail(last=now)
            part, self._pending = tuple(self._pending), []
            if part:
                self._parts.append(part)
            if self._parts:
                self._sent_at = time.monotonic()
                self._deliver()

    def save(self) -> None:
        """The notebook has changed: write it when it is time. Called from the engine only, like what follows."""
        self._changed = True
        self.catch_up()

    def catch_up(self) -> None:
        """Write the notebook if it has changed since it was written, when it is time."""
        due = self._snapshot_at + max(SNAPSHOT_EVERY, self._pause)
        if self._changed and time.monotonic() >= due:
            with contextlib.suppress(Unavailable):
                self.write()

    def write(self) -> bytes:
        """Write the notebook as it stands, and give what was written; raises Unavailable."""
        began = time.monotonic()
        self._mark()
        try:
            content = self._text.encoded(self.notebook)
            self._snapshot(content)
            self._changed = False
            return content
        finally:
            self._snapshot_at = time.monotonic()
            # A large notebook on a busy machine takes long to write, while the kernel's messages wait.
            self._pause = SNAPSHOT_SHARE * (self._snapshot_at - began)

    def times(self) -> tuple[CellTime, ...]:
        """The user's code cells with the states that they are truly in."""
        return tuple(
            CellTime(cell=c, state=self._states.get(c, "pending"), seconds=self._seconds.get(c))
            for c in self._order
        )

    def _deliver(self) -> None:
        """Send the parts in order, each as it was: one that failed may have arrived nevertheless."""
        while self._parts:
            try:
                self._send(self._parts[0])
            except Unavailable:
                self._doubtful = True
                return
            except FileExistsError:
                if not self._doubtful:
                    raise
            self._doubtful = False
            self._parts.pop(0)

    def _mark(self) -> None:
        """Write the true state of each cell over what papermill believes."""
        for cell in self.notebook.cells:
            state = self._states.get(cell["id"], "pending")
            about = dict(cell.metadata.get("papermill") or {})
            about |= {
                "status": state,
                "exception": state == "failed",
                "duration": self._seconds.get(cell["id"]),
            }
            cell.metadata["papermill"] = about

    def _event(
        self,
        kind: EventKind,
        cell_id: str | None,
        *,
        state: str | None = None,
        seconds: float | None = None,
        text: str = "",
    ) -> Event:
        k = self._order.index(cell_id) + 1 if cell_id in self._order else None
        return Event(
            seq=0,
            at=datetime.now(UTC),
            kind=kind,
            cell=cell_id,
            k=k,
            n=len(self._order),
            seconds=seconds,
            state=state,
            text=text.encode("utf-8", "replace").decode(),
        )

    def _numbered(self, event: Event) -> Event:
        numbered = event.model_copy(update={"seq": self._seq})
        self._seq += 1
        return numbered

    def _take_tail(self, *, last: bool) -> None:
        if self._tail_of is None:
            return
        text = self._tail.take(last=last)
        if text:
            event = self._event("output", self._tail_of, text=text)
            self._pending.append(self._numbered(event))
        if last:
            self._tail_of = None
