"""What runs found out and the user took up in the settings: changes, and common objects, that no code shows.

Added to what the cells do before anything is derived from it, so that edges, groups and checks follow by themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jupyterlab_promote.dataflow.steps import Seen, StepFlow
from jupyterlab_promote.dataflow.values import Change, Link
from jupyterlab_promote.notebook.document import Cell

_WHY = "your settings, which say so because a run found it"


@dataclass(frozen=True)
class Learned:
    """What was taken up.

    Attributes:
        changes: names that a step changes, by step.
        shared: names that lead to common objects.
    """

    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shared: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All names that it is about."""
        return frozenset[str]().union(*self.changes.values(), *self.shared)


def take_up(learned: Learned, prelude: StepFlow, flows: Sequence[StepFlow]) -> None:
    """Count what was learned as done by the steps; of names that are not there yet nothing is."""
    there = set(prelude.names.binds) | prelude.bound.keys()
    for flow in flows:
        changed = there.intersection(learned.changes.get(flow.names.name, ()))
        there |= flow.names.binds.keys() | flow.bound.keys()
        _touch(flow, learned.changes.get(flow.names.name, ()))
        for name in sorted(changed):
            place = flow.names.reads.get(name) or flow.names.late.get(name)
            cell, line = place or (_first(flow), 1)
            flow.change(Change(name, "element", line, _WHY), cell)
        flow.told |= changed
        for group in learned.shared:
            first, *others = [name for name in group if name in there] or [""]
            flow.links |= {Link(first, other) for other in others}
            flow.told |= {first, *others} if others else set()


def _touch(flow: StepFlow, names: Iterable[str]) -> None:
    """Hidden state has no name in the code: its pseudo-name has a colon."""
    for name in names:
        if ":" in name:
            flow.touches.setdefault(name, Seen(_first(flow), 1, _WHY))


def _first(flow: StepFlow) -> Cell:
    return next(cell for cell in flow.names.cells if cell.is_code)
