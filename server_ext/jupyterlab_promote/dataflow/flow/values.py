"""What is known of a value without running the code: its kind, the names it may share objects with, its text.

A kind is a promise about behaviour, made only where the code leaves no doubt:

* `plain`: cannot be changed (numbers, texts, None, modules' functions of such);
* `frame`: pandas, numpy and the like, whose arithmetic makes new objects;
* `box`: a list, dict or set made by a display, whose methods change nothing but itself;
* `estimator`: an object of a learning library, whose `fit` changes itself and never its arguments;
* `figure`: matplotlib's and seaborn's, which copy the data that they draw;
* `iterator`: reading it changes it;
* `code`: a function or class of the notebook; `module`: a library or something in it;
* `any`: everything else, of which nothing is promised.

What is made by the thousand for each notebook is a tuple with names, which is made in a third of a dataclass's time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from jupyterlab_promote.dataflow.written import Written

Kind = Literal["plain", "frame", "box", "estimator", "figure", "iterator", "code", "module", "any"]
Level = Literal["object", "share", "element"]
"""How far a change reaches: the object alone, all that shares memory with it, or also the elements of copies."""

LEVELS: tuple[Level, ...] = ("object", "share", "element")
NOTHING: frozenset[str] = frozenset()


class Text(NamedTuple):
    """What is known of a path or other text: the whole of it, or how it begins and ends."""

    begins: str
    ends: str = ""
    whole: bool = True


class Value(NamedTuple):
    """A value as the analysis sees it.

    Attributes:
        shares: names whose objects it may be, hold, or be held by.
        derives: names that it is a copy of, so that only mutable elements can be common.
        path: dotted path of something in a library.
        text: what is known of a text or path.
        summary: what calling it does, for a function or class of the notebook.
    """

    kind: Kind = "any"
    shares: frozenset[str] = NOTHING
    derives: frozenset[str] = NOTHING
    path: str = ""
    text: Text | None = None
    summary: "Summary | None" = None


class Change(NamedTuple):
    """An object that a name leads to may change here.

    Attributes:
        line: 1-based line of the cell.
        why: the code that changes it.
    """

    name: str
    level: Level
    line: int
    why: str | Written


class Link(NamedTuple):
    """Two names that may lead to common objects; `copied` where one holds a copy of the other."""

    one: str
    other: str
    copied: bool = False


class Outside(NamedTuple):
    """Something outside the kernel that is read or written.

    Attributes:
        what: `file`; `module` for a file that is imported; `world` for databases, the network and other processes.
        place: the path as far as it is known; None when it can be any.
        sure: whether it is known to reach outside; False for a call of which nothing is known.
    """

    what: Literal["file", "module", "world"]
    writes: bool
    line: int
    why: str | Written
    place: Text | None = None
    sure: bool = True


@dataclass(frozen=True)
class Summary:
    """What calling a function or class of the notebook may do.

    Attributes:
        parameters: positional order; `rest` when it takes any number.
        changes: of parameters and of the notebook's names.
        binds: names that it declares global and binds.
        reads: names of the notebook that its body looks up.
        links: between parameters and names.
        returns: what a call gives, in terms of parameters and names.
        touches: hidden state that it may change.
        outside: effects outside the kernel.
        relies: the summaries of other functions that this one was made with.
        keeps_code: the result may be or hold code of the function itself.
        holds: parameters whose default is an object that the function keeps.
        closes: variables of functions around it.
        is_class: it is a class; `eager` when looking at an instance may change it.
        shared: attributes of the class, and of those it is made from, that can be changed in place.
        body: the code, or that of its methods, so that equal summaries are of the same code.
        again: the summary for arguments of known kinds, by parameter.
    """

    name: str
    parameters: tuple[str, ...] = ()
    changes: frozenset[Change] = frozenset()
    binds: frozenset[str] = NOTHING
    reads: frozenset[str] = NOTHING
    links: frozenset[Link] = frozenset()
    returns: Value = field(default_factory=Value)
    touches: frozenset[str] = NOTHING
    outside: frozenset[Outside] = frozenset()
    relies: tuple[tuple[str, "Summary"], ...] = ()
    keeps_code: bool = False
    holds: frozenset[str] = NOTHING
    closes: frozenset[str] = NOTHING
    is_class: bool = False
    eager: bool = False
    shared: frozenset[str] = NOTHING
    decorated: bool = False
    body: tuple[object, ...] = ()
    again: "Again | None" = field(default=None, compare=False)

    def __hash__(self) -> int:
        """What tells most functions apart; whole summaries are compared where it is the same."""
        return hash((self.name, self.parameters, self.reads))

    @cached_property
    def changes_outside(self) -> frozenset[tuple[str, Level]]:
        """Of the notebook's names alone, and how far."""
        return frozenset((c.name, c.level) for c in self.changes if of_notebook(c.name))

    @cached_property
    def links_outside(self) -> frozenset[Link]:
        """Between the notebook's names alone."""
        return frozenset(k for k in self.links if of_notebook(k.one) and of_notebook(k.other))

    @cached_property
    def outside_in_order(self) -> tuple[Outside, ...]:
        """The effects outside the kernel as they stand in the code."""
        return tuple(sorted(self.outside, key=_place_in_code))


def _place_in_code(effect: Outside) -> tuple[int, str, bool]:
    return effect.line, str(effect.why), effect.writes


Again = Callable[[Mapping[str, Kind]], Summary]
"""What calling a function does with arguments of these kinds."""


def of_notebook(end: str) -> bool:
    """Whether an end of a link, or what changes, is a name of the notebook: no parameter, no variable of a function."""
    return "." not in end and end != "*"


PLAIN = Value("plain")
"""A value that cannot be changed, of which nothing more is known."""


def joined(values: Iterable[Value]) -> Value:
    """A value that may be any of several."""
    found = list(values)
    if not found:
        return PLAIN
    if len(found) == 1:
        return found[0]
    first = found[0]
    same = all(value.kind == first.kind and value.path == first.path for value in found)
    return Value(
        first.kind if same else "any",
        frozenset().union(*(value.shares for value in found)),
        frozenset().union(*(value.derives for value in found)),
        path=first.path if same else "",
        text=first.text if all(value.text == first.text for value in found) else None,
        summary=first.summary if all(v.summary == first.summary for v in found) else None,
    )


def holding(kind: Kind, values: Iterable[Value]) -> Value:
    """A new object of a kind that may hold the values."""
    shares, derives = NOTHING, NOTHING
    for value in values:
        # Most values are known to share nothing, and the empty set is not copied.
        shares = shares | value.shares if value.shares else shares
        derives = derives | value.derives if value.derives else derives
    return Value(kind, shares, derives)


def copy_of(kind: Kind, values: Iterable[Value]) -> Value:
    """A new object of a kind that was computed from the values and holds none of them."""
    return Value(kind, NOTHING, NOTHING.union(*(v.shares | v.derives for v in values)))


USER_CLASSES = "class"
"""Key of the known names that says that the notebook has classes: any method may be one of theirs."""
EAGER = "eager"
"""Path of that value when looking at an instance of a class may change it."""
