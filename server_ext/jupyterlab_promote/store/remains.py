"""How far an attempt came whose worker cannot tell any more: read from its events and its version. Decides nothing."""

import json
from dataclasses import dataclass

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.run import CellTime, Event
from jupyterlab_promote.store.runs import AttemptRef, read_events
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_manifest, get_source, get_step_notebook


@dataclass(frozen=True)
class Remains:
    """What is known of the cells of an attempt.

    Attributes:
        cells: the step's code cells as far as they came; none when no cell was reached.
        cell, cell_index: the one that was running, and its place in the source notebook.
        seconds: from its first event to its last, the least that it took.
    """

    cells: tuple[CellTime, ...] = ()
    cell: str | None = None
    cell_index: int | None = None
    seconds: float = 0.0


def remains_of(store: Store, ref: AttemptRef, *, version: str) -> Remains:
    """What an attempt left; nothing of one that never began, or whose documents are gone. Raises Unavailable."""
    try:
        events = read_events(store, ref)
        if not events:
            return Remains()
        cells = _cells(store, ref, version, events)
        running = next((each.cell for each in cells if each.state == "running"), None)
        index = _index(store, ref, version, running) if running is not None else None
    except (InvalidInput, NotFound):
        return Remains()
    seconds = (events[-1].at - events[0].at).total_seconds()
    return Remains(cells, running, index, round(seconds, 3))


def _cells(
    store: Store, ref: AttemptRef, version: str, events: tuple[Event, ...]
) -> tuple[CellTime, ...]:
    told = {e.cell: e for e in events if e.kind in ("cell_start", "cell_end")}
    step = get_manifest(store, ref.dag_id, version).step(ref.step)
    notebook = json.loads(get_step_notebook(store, ref.dag_id, version, ref.step))
    mine = {*step.cells, *step.replay}
    code = [c["id"] for c in notebook["cells"] if c["cell_type"] == "code" and c["id"] in mine]
    return tuple(_cell(cell, told.get(cell)) for cell in code)


def _cell(cell: str, event: Event | None) -> CellTime:
    """A cell by the last that was told of it."""
    if event is None:
        return CellTime(cell=cell, state="pending")
    if event.kind == "cell_start":
        return CellTime(cell=cell, state="running")
    state = "failed" if event.state == "failed" else "completed"
    return CellTime(cell=cell, state=state, seconds=event.seconds)


def _index(store: Store, ref: AttemptRef, version: str, cell: str) -> int | None:
    source = json.loads(get_source(store, ref.dag_id, version))
    return next((at for at, one in enumerate(source["cells"]) if one["id"] == cell), None)
