"""A step's task log: the cells as they run, and on failure the failing cell and its cause."""

import json
import logging
import re
from typing import Any

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.model.run import Event, Outcome
from jupyterlab_promote.store.runs import AttemptRef, read_events, read_notebook, ref_of
from jupyterlab_promote.store.store import Store

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_MAX_LINES = 40


class ProgressLog:
    """Writes each event of an attempt to the log once.

    Args:
        after: number of the last event that is in the log already.
    """

    def __init__(
        self, log: logging.Logger, *, store: Store, ref: AttemptRef, after: int = -1
    ) -> None:
        self._log = log
        self._store = store
        self._ref = ref
        self.after = after

    def catch_up(self) -> None:
        """Log what is new; raises Unavailable."""
        for event in read_events(self._store, self._ref, after=self.after):
            self.after = event.seq
            line = describe(event)
            if line:
                self._log.info(line)


def describe(event: Event) -> str:
    """One line of the log for an event; empty for one that says nothing to a reader."""
    place = f"cell {event.k} of {event.n}" if event.k is not None else ""
    text = printable(event.text).strip()
    if event.kind == "cell_start":
        return f"Running {place}"
    if event.kind == "cell_end":
        took = "" if event.seconds is None else f" after {event.seconds:.1f} s"
        return f"{place} {event.state or 'completed'}{took}".capitalize()
    if event.kind == "output":
        return f"  {text}" if text else ""
    if event.kind in ("started", "finished"):
        return f"Worker {event.kind}{': ' + text if text else ''}"
    return f"{event.kind.capitalize()}: {text}" if text else ""


def log_failure(log: logging.Logger, store: Store, outcome: Outcome) -> None:
    """The failing cell's source with its traceback, the cause in one sentence, what to do."""
    if outcome.cell is not None:
        for line in _cell_lines(store, outcome):
            log.error(line)
    log.error(printable(outcome.message))
    if outcome.hint:
        log.error(printable(outcome.hint))


def printable(text: str) -> str:
    """Text without colours and control characters: a log is read by people and by parsers."""
    return _CONTROL.sub("", text)


def _cell_lines(store: Store, outcome: Outcome) -> list[str]:
    try:
        notebook = json.loads(read_notebook(store, ref_of(outcome)))
    except (NotFound, ValueError):
        return []
    cell = next((c for c in notebook["cells"] if c.get("id") == outcome.cell), None)
    if cell is None:
        return []
    number = "" if outcome.cell_index is None else f" {outcome.cell_index + 1}"
    source = [f"    {line}" for line in printable(_text(cell["source"])).splitlines()]
    return [f"Failing cell{number}:", *_clip(source), *_clip(_traceback(cell))]


def _traceback(cell: dict[str, Any]) -> list[str]:
    errors = [o for o in cell.get("outputs", []) if o.get("output_type") == "error"]
    lines = [line for error in errors for line in error.get("traceback", [])]
    return printable("\n".join(lines)).splitlines()


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _clip(lines: list[str]) -> list[str]:
    if len(lines) <= _MAX_LINES:
        return lines
    half = _MAX_LINES // 2
    return [*lines[:half], f"    ... {len(lines) - 2 * half} lines ...", *lines[-half:]]
