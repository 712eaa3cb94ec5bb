"""What a call is given, and what any call may do with it."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

from jupyterlab_promote.dataflow.flow.by_name import writes_files
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import Summary, Text, Value, holding


class Arguments(NamedTuple):
    """What a call is given; `every` is all of it."""

    positional: tuple[Value, ...]
    named: dict[str, Value]
    every: tuple[Value, ...]

    @property
    def in_place(self) -> bool:
        """Whether `inplace` is, or may be, true."""
        return "inplace" in self.named and self.named["inplace"].text != FALSE


NOTHING_GIVEN = Arguments((), {}, ())
FALSE = Text("False")


def unknown(node: ast.Call, values: Sequence[Value], scope: Scope) -> Value:
    """A call of which nothing is known: it may change all that it is given, and give any of it."""
    for value in values:
        scope.change(value, "share", node)
    _all_linked(values, scope)
    scope.touch("rng:numpy", node)
    scope.touch("rng:random", node)
    return holding("any", values)


def _all_linked(values: Sequence[Value], scope: Scope) -> None:
    for value in values[1:]:
        scope.link(values[0], value)


def change_first(node: ast.Call, given: Arguments, scope: Scope) -> None:
    """The first argument changes, and may hold the others afterwards."""
    for value in given.positional[:1]:
        scope.change(value, "share", node)
    for value in given.positional[1:]:
        scope.link(given.positional[0], value)


def change_named(node: ast.Call, given: Arguments, scope: Scope) -> None:
    """`out=` takes a result, `ax=` is drawn on, `rng=` is drawn from."""
    for word in _CHANGED if given.named else ():
        if word in given.named:
            scope.change(given.named[word], "share" if word == "out" else "object", node)


def change_written(node: ast.Call, name: str, given: Arguments, scope: Scope) -> None:
    """What is written into where a path is usual: `df.to_csv(buffer)`, `json.dump(values, buffer)`."""
    if not writes_files(name) or name in _OF_FILES:
        return
    second = name in ("dump", "save_npz")
    target = given.positional[1:2] if second else given.positional[:1]
    for value in (*target, *(v for word, v in given.named.items() if word in _BUFFERS)):
        if value.kind == "any":
            scope.change(value, "object", node)


_OF_FILES = frozenset(
    {"write", "writelines", "writer", "writerow", "writerows", "writeheader", "writestr"}
)
_BUFFERS = frozenset({"buf", "path_or_buf", "fp"})
AXES = ("ax", "fig", "axes")
_CHANGED = ("out", "file", *AXES, "random_state", "rng", "generator")


def zones_of_dates(name: str, given: Arguments) -> list[Value]:
    """The time zones that a date is given and keeps, which may be objects of a class of the notebook."""
    zones = [given.named[word] for word in ("tz", "tzinfo") if word in given.named]
    zones += given.positional if name in ("astimezone", "fromtimestamp", "now") else ()
    return [zone for zone in zones if zone.kind == "any" and zone.shares]


def call_back(node: ast.AST, given: Arguments, scope: Scope, held: Value | None = None) -> None:
    """A function that is handed over may be called with everything else that is."""
    if not given.every:
        return
    handed = [value for value in given.every if value.kind == "code" or value.summary]
    if not handed or not any(_changes_what_it_gets(value.summary) for value in handed):
        return
    for value in [*given.every, *([held] if held is not None else [])]:
        scope.change(value, "element", node)


def _changes_what_it_gets(summary: Summary | None) -> bool:
    return summary is None or any(c.name.startswith((".", "*")) for c in summary.changes)
