"""What each step does with its values: its cells' flows together. What the functions do that it uses is `used_code.py`.

Cells are read in the notebook's order, each with what is known of the names by then. A step is read anew when its
cells changed, or what is known of the names in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.flow.behaviour import SET_UP
from jupyterlab_promote.dataflow.flow.cell_flow import CellFlow, cell_flow, global_names, words
from jupyterlab_promote.dataflow.flow.values import (
    EAGER,
    USER_CLASSES,
    Change,
    Level,
    Link,
    Outside,
    Summary,
    Value,
    joined,
)
from jupyterlab_promote.dataflow.kept import as_one
from jupyterlab_promote.dataflow.library import star_names
from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.tags import read_tags


class Seen(NamedTuple):
    """Something at a line of a cell."""

    cell: Cell
    line: int
    why: str = ""


@dataclass(eq=False)
class StepFlow:
    """What one step does.

    Attributes:
        names: what it binds and reads.
        uses: names that its code writes out.
        changes: the first of each name and level, with the cell where it happens.
        touches: hidden state that it may change; with `again:` before it where a line does that later steps repeat.
        bound: every kind of value that it binds a name to.
        summaries: functions and classes that it defines.
        loose: names that a function defined here looks up, and no summary knows of.
        known: what is known after it of the names that it binds.
    """

    names: StepNames
    uses: set[str] = field(default_factory=set)
    changes: dict[tuple[str, Level], tuple[Change, Cell]] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    touches: dict[str, Seen] = field(default_factory=dict)
    outside: list[tuple[Outside, Cell]] = field(default_factory=list)
    bound: dict[str, set[str]] = field(default_factory=dict)
    summaries: dict[str, tuple[Summary, ...]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    known: dict[str, Value] = field(default_factory=dict)

    @cached_property
    def first_changes(self) -> dict[str, tuple[Change, Cell]]:
        """Of each name the first change, whatever its level."""
        return {change.name: (change, cell) for change, cell in reversed(self.changes.values())}


def read_steps(
    prelude: tuple[Cell, ...], steps: tuple[StepNames, ...], modules: OwnCode | None = None
) -> tuple[StepFlow, tuple[StepFlow, ...]]:
    """(what the replayed cells do, what each step does), without the effects of used functions.

    They are kept for the next analysis, and not to be changed.
    """
    begin = _told_once(())
    if modules is not None and modules.classes:
        classes = Value("plain", path=EAGER if modules.eager else "")
        begin = _told_once(((USER_CLASSES, classes),))
    every = (_nameless(prelude), *steps)
    shared = frozenset().union(*map(_declared_global, every))
    common = _asked_twice(tuple(map(_asked, every)))
    before: tuple[_Told, ...] = (begin,)
    flows: list[StepFlow] = []
    for names in every:
        flow = _read_after(names, before, shared, modules)
        told = _told_to_others(flow, common)
        before = (*before, told) if told.values else before
        flows.append(flow)
    return flows[0], tuple(flows[1:])


class _Told:
    """What a step tells later ones of names. Equal values give the same object, which is told apart as such.

    So the steps before an edited one, and mostly those after it, are found again without looking at what they know.
    """

    __slots__ = ("values",)

    def __init__(self, values: tuple[tuple[str, Value], ...]) -> None:
        self.values = values


_told_once = lru_cache(maxsize=4096)(_Told)


@lru_cache(maxsize=64)
def _asked_twice(asked: tuple[frozenset[str], ...]) -> frozenset[str]:
    """The names that several steps ask for."""
    once: set[str] = set()
    twice: set[str] = set()
    for names in asked:
        twice |= once & names
        once |= names
    return as_one(frozenset(twice))


@lru_cache(maxsize=2048)
def _told_to_others(flow: StepFlow, common: frozenset[str]) -> _Told:
    """What another step may ask for: most names are of one step only.

    Args:
        common: what several steps ask for.
    """
    own = _asked(flow.names)
    told = [one for one in flow.known.items() if one[0] in common or one[0] not in own]
    return _told_once(tuple(told))


@lru_cache(maxsize=64)
def _all_told(before: tuple[_Told, ...]) -> Mapping[str, Value]:
    """What is known of names after what some steps told, one after the other."""
    last = before[-1].values
    return {**_all_told(before[:-1]), **dict(last)} if len(before) > 1 else dict(last)


@lru_cache(maxsize=256)
def _nameless(cells: tuple[Cell, ...]) -> StepNames:
    return StepNames("", cells, {}, {}, {}, frozenset(), {}, opaque=False, set_up=())


@lru_cache(maxsize=2048)
def _declared_global(names: StepNames) -> frozenset[str]:
    """Names that some function binds, so that nothing can be said of their values."""
    code = (cell for cell in names.cells if cell.is_code)
    return frozenset(name for cell in code for name in global_names(cell.source))


@lru_cache(maxsize=2048)
def _asked(names: StepNames) -> frozenset[str]:
    """The names of which it matters what is known when the step is read."""
    found = {USER_CLASSES}
    for cell in (cell for cell in names.cells if cell.is_code):
        _, own = cell_names(cell.source)
        found |= words(cell.source) | own.binds.keys()
        found.update(name for module in own.stars for name in star_names(module) or ())
    return frozenset(found)


@lru_cache(maxsize=2048)
def _read_after(
    names: StepNames, before: tuple[_Told, ...], shared: frozenset[str], modules: OwnCode | None
) -> StepFlow:
    known = _all_told(before)
    given = frozenset([(name, known[name]) for name in _asked(names) & known.keys()])
    return _read_step(names, given, shared, modules)


@lru_cache(maxsize=2048)
def _read_step(
    names: StepNames,
    given: frozenset[tuple[str, Value]],
    shared: frozenset[str],
    modules: OwnCode | None,
) -> StepFlow:
    known = dict(given)
    flow = StepFlow(names)
    _read_cells(flow, known, shared, modules)
    flow.known |= {n: known[n] for n in (*flow.bound, USER_CLASSES) if n in known}
    return flow


def _read_cells(
    flow: StepFlow, known: dict[str, Value], shared: frozenset[str], modules: OwnCode | None
) -> None:
    for cell in flow.names.cells:
        if cell.is_code:
            _, own = cell_names(cell.source)
            seen = cell_flow(cell.source, known, modules)
            _add(flow, cell, seen)
            sure = set() if read_tags(cell.tags).continues else own.definite
            _learn(known, seen, sure, shared)
            if shared:
                flow.bound.update({name: {"any"} for name in shared & flow.bound.keys()})
            flow.uses |= words(cell.source)
            flow.maybe |= set(own.deletes)
            reads = {name for _, summary in seen.summaries for name in summary.reads}
            flow.loose |= set(own.late) - reads - set(own.definite)


def _add(flow: StepFlow, cell: Cell, seen: CellFlow) -> None:
    offset = cell_names(cell.source)[0].line_offset
    for change in seen.changes:
        if _outer(change.name):
            flow.changes.setdefault((change.name, change.level), (change, cell))
    flow.links |= seen.links
    again = not read_tags(cell.tags).continues
    for token, line in seen.touches:
        touched = token if again else token.removeprefix(SET_UP)
        flow.touches.setdefault(touched, Seen(cell, line + offset))
    flow.outside += [(effect, cell) for effect in seen.outside]
    for name, value in seen.values:
        flow.bound.setdefault(name, set()).add(value.kind)
    for name, summary in seen.summaries:
        flow.summaries[name] = (*flow.summaries.get(name, ()), summary)


def _outer(name: str) -> bool:
    return "." not in name


def _learn(
    known: dict[str, Value], seen: CellFlow, definite: set[str], shared: frozenset[str]
) -> None:
    for name, value in seen.values:
        if name in shared:
            known[name] = Value()
            continue
        before = known.get(name)
        known[name] = value if before is None or name in definite else joined((before, value))
    classes = [s for _, s in seen.summaries if s.is_class and s.body]
    if classes:
        before = known.get(USER_CLASSES)
        eager = any(s.eager for s in classes) or (before is not None and before.path == EAGER)
        known[USER_CLASSES] = Value("plain", path=EAGER if eager else "")
