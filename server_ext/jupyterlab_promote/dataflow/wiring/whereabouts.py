"""Where a step does what the graph says of it: the lines that people are shown. How steps connect is not found here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from jupyterlab_promote.dataflow.flow.values import Outside, Summary
from jupyterlab_promote.dataflow.wiring.steps import Seen, StepFlow
from jupyterlab_promote.notebook.document import Cell

_LINKS = re.compile(r"\bos\.(?:sym)?link\(|\.(?:sym|hard)link_to\(|\bln\s+-")
_LEARNED = "your settings, which say so because a run found it"


class Origin(NamedTuple):
    """How a name came to what it stands for: the last step that made or may have changed it, and what it did."""

    step: int
    how: Literal["changed", "bound", "touched"]


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """A step's own code first, then the settings, then the functions that it uses.

    Attributes:
        used: the functions that count as done by the step, in turn, each with what it may be by then.
        learned: what the settings say that the step changes.
        kept: the states of modules that it changes.
    """

    flow: StepFlow
    used: Mapping[str, tuple[Summary, ...]] = field(default_factory=dict)
    learned: tuple[str, ...] = ()
    kept: Mapping[str, Seen] = field(default_factory=dict)

    def read(self, name: str) -> Seen | None:
        """Where a name is looked up first; None where the step does not write it out."""
        place = self.flow.names.reads.get(name) or self.flow.names.late.get(name)
        return Seen(*place) if place is not None else None

    def made(self, name: str, origin: Origin) -> tuple[Seen, str]:
        """Where the step brought a name to what it stands for, and the code that changed it."""
        if origin.how == "changed":
            return self._changed(name)
        if origin.how == "bound":
            return Seen(*self.flow.names.binds[name]), ""
        touched = self.touched(name)
        return touched, touched.why

    def _changed(self, name: str) -> tuple[Seen, str]:
        own = self.flow.first_changes.get(name)
        if own is not None:
            change, cell = own
            return Seen(cell, change.line), str(change.why)
        if name in self.learned:
            return self._own_place(name), _LEARNED
        by = self._changing[name]
        return self._own_place(by), f"{by}(...)"

    def touches(self, state: str) -> bool:
        """Whether the step may change hidden state."""
        own = state in self.flow.touches or state in self.kept or state in self.learned
        return own or state in self._touching

    def touched(self, state: str) -> Seen:
        """Where it may change hidden state that it touches."""
        own = self.flow.touches.get(state) or self.kept.get(state)
        if own is not None:
            return own
        if state in self.learned:
            return Seen(self._first, 1, _LEARNED)
        by = self._touching[state]
        place = self._own_place(by)
        return Seen(place.cell, place.line, f"{by}(...)")

    @cached_property
    def outside(self) -> tuple[tuple[Outside, Cell], ...]:
        """What the step does outside its kernel."""
        by_functions = [
            (effect, cell)
            for name, found in self.used.items()
            if any(summary.outside for summary in found)
            for cell in (self._own_place(name).cell,)
            for summary in found
            for effect in summary.outside_in_order
        ]
        return (*self.flow.outside, *by_functions)

    @cached_property
    def links_files(self) -> bool:
        """Whether it gives a file a second path."""
        anything = (self.touched("*").why,) if self.touches("*") else ()
        said = (*(str(effect.why) for effect, _ in self.outside if effect.writes), *anything)
        return any(map(_LINKS.search, said))

    @cached_property
    def _changing(self) -> Mapping[str, str]:
        """By name the first function that changes it."""
        used = reversed(tuple(self._used()))
        return {name: by for by, summary in used for name, _ in summary.changes_outside}

    @cached_property
    def _touching(self) -> Mapping[str, str]:
        """By hidden state the first function that may change it."""
        used = reversed(tuple(self._used()))
        return {state: by for by, summary in used for state in summary.touches}

    def _used(self) -> Iterator[tuple[str, Summary]]:
        return ((name, summary) for name, found in self.used.items() for summary in found)

    def _own_place(self, name: str) -> Seen:
        return self.read(name) or Seen(self._first, 1)

    @property
    def _first(self) -> Cell:
        return self.flow.names.code[0]
