"""Where code is read, and what is seen there: the scopes of a cell and of the functions in it.

Names of functions' own variables are written with the function's before a dot, which no name of a notebook has.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from jupyterlab_promote.dataflow.flow.values import (
    NOTHING,
    Change,
    Level,
    Link,
    Outside,
    Summary,
    Value,
    joined,
)
from jupyterlab_promote.dataflow.written import shown


@dataclass(slots=True)
class Record:
    """What was seen so far, in one cell or one function body; `changes` and `outside` in the order of the code."""

    changes: dict[Change, None] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    touches: dict[str, int] = field(default_factory=dict)
    outside: dict[Outside, None] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    relies: dict[str, Summary] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    returned: list[Value] = field(default_factory=list)
    closes: set[str] = field(default_factory=set)
    lazy: bool = False


@dataclass(frozen=True)
class Forms:
    """What to do at each form of Python; the modules that know a form say it (`flow.py` brings them together)."""

    statements: Mapping[type[ast.stmt], Callable[..., None]]
    expressions: Mapping[type[ast.expr], Callable[..., Value]]


class OwnModules(Protocol):
    """The notebook's own modules (`own_code.py`); paths are dotted, as seen in the module at `within`."""

    def value(self, path: str, within: str) -> Value | None:
        """What something in a module is; None where it is not known."""

    def state(self, path: str, within: str) -> str:
        """The name that stands for what a module keeps; empty where the path leads to none."""

    def touches(self, path: str, within: str) -> frozenset[str]:
        """The hidden state that importing it may change."""

    def __hash__(self) -> int:
        """They are told apart as objects."""

    def star(self, module: str, within: str) -> Mapping[str, str] | None:
        """What a star import binds, each name with the statement that binds the same, or the empty text."""


@dataclass(slots=True)
class Scope:
    """Where code is read: a cell, or the body of a function within it.

    Attributes:
        known: values of names that earlier cells bound.
        own: values of names bound here.
        met: the same, and those of `known`, as a look-up gives them.
        local: names that belong to this function; None in a cell.
        prefix: goes before the local names.
        bare: variables of comprehensions, innermost last.
        unsure: how many branches and loops this code stands in.
        looping: how many loops this code stands in.
        depth: how many functions this code stands in.
        modules: the notebook's own, as far as what their functions do is known.
        within: the path of the module whose code this is; empty for the notebook's.
    """

    forms: Forms
    known: Mapping[str, Value]
    record: Record
    own: dict[str, Value] = field(default_factory=dict)
    met: dict[str, Value] = field(default_factory=dict)
    local: frozenset[str] | None = None
    prefix: str = ""
    outer: "Scope | None" = None
    bare: list[dict[str, Value]] = field(default_factory=list)
    unsure: int = 0
    looping: int = 0
    depth: int = 0
    statement: ast.AST | None = None
    modules: "OwnModules | None" = None
    within: str = ""

    def node(self, name: str) -> str:
        """How a name of this scope is written in links and changes."""
        return f"{self.prefix}{name}" if self.local is not None and name in self.local else name

    def look_up(self, name: str) -> Value | None:
        """What a name stands for; None for Python's own and unknown names."""
        for scope in reversed(self.bare) if self.bare else ():
            if name in scope:
                return scope[name]
        if self.local is not None and name not in self.local:
            return self._from_outside(name)
        met = self.met.get(name)
        if met is not None:
            return met
        value = self.own.get(name)
        if value is None and self.local is None:
            value = self.known.get(name)
        if value is None:
            return Value(shares=frozenset({self.node(name)})) if self.local is not None else None
        self.met[name] = named = _named(value, self.node(name))
        return named

    def _from_outside(self, name: str) -> Value | None:
        if self.outer is not None and self.outer.local is not None:
            found = self.outer.look_up(name)
            self.record.closes |= found.shares if found is not None else frozenset()
            if found is None or found.kind in ("module", "code"):
                return found
            # The function around may bind it anew before this one runs.
            return Value(shares=found.shares)
        notebook = self.outer if self.outer is not None else self
        self.record.reads.add(name)
        if self.within:
            # A module is whole before its functions run; names that they bind anew are not among what is known.
            value = notebook.known.get(name) or notebook.own.get(name)
            return _named(value, name) if value is not None else None
        value = notebook.own.get(name) or notebook.known.get(name)
        if value is None:
            return None
        # Another cell may have bound it otherwise by the time the function runs; a call compares the summaries.
        if value.kind in ("module", "code"):
            if value.summary is not None:
                self.record.relies[name] = value.summary
            return _named(value, name)
        return Value(shares=frozenset({name}))

    def meant(self, value: Value, at: ast.AST) -> Value:
        """What a path into the notebook's own modules leads to; what using it may touch is noted."""
        if self.modules is None or value.kind != "module":
            return value
        found = self.modules.value(value.path, self.within)
        if found is None:
            return value
        if found.summary is not None:
            line = getattr(at, "lineno", 1)
            for token in found.summary.touches:
                self.touch(token, at)
            for effect in found.summary.outside:
                self.record.outside[effect._replace(line=line, why=shown(at))] = None
        return found

    def of_module(self, value: Value) -> Value:
        """What a module of the notebook's own keeps, for the module; any other value as it is."""
        path = value.path if value.kind == "module" else ""
        state = self.modules.state(path, self.within) if self.modules is not None and path else ""
        return Value(shares=frozenset({state})) if state else value

    def imports(self, path: str, at: ast.AST) -> None:
        """Note what importing a module of the notebook's own may touch."""
        if self.modules is not None and not self.within:
            for token in self.modules.touches(path, self.within):
                self.touch(token, at)

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value; where it may not come to that, it keeps the earlier one too."""
        node = self.node(name)
        if self.local is not None and name not in self.local:
            self.record.links |= _links(node, value)
            return
        before = self.own.get(name) or (self.known.get(name) if self.local is None else None)
        plainly = value
        if value.shares or value.derives:
            self.record.links |= _links(node, value)
            plainly = Value(value.kind, path=value.path, text=value.text, summary=value.summary)
        self.own[name] = joined((before, plainly)) if self.unsure and before else plainly
        self.met.pop(name, None)

    def change(self, value: Value, level: Level, at: ast.AST) -> None:
        """Note that an object may change here."""
        if value.kind in ("plain", "module"):
            return
        names = value.shares | value.derives if level == "element" else value.shares
        if not names:
            return
        why = shown(self.statement if isinstance(self.statement, ast.stmt) else at)
        line = getattr(at, "lineno", 1)
        for name in names:
            self.record.changes[Change(name, level, line, why)] = None

    def link(self, one: Value, other: Value, *, copied: bool = False) -> None:
        """Note that two values may lead to common objects."""
        if "plain" in (one.kind, other.kind):
            return
        for name in one.shares:
            self.record.links |= _links(name, copied_value(other) if copied else other)

    def touch(self, token: str, at: ast.AST) -> None:
        """Note that hidden state may change here."""
        self.record.touches.setdefault(token, getattr(at, "lineno", 1))

    def rounds(self) -> Iterator[int]:
        """How often a loop is read: twice, so that a second round is seen; a loop in it is read again with it."""
        self.looping += 1
        yield from range(1 if self.looping > 1 else 2)
        self.looping -= 1

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """Code that may not run."""
        self.unsure += 1
        yield
        self.unsure -= 1


def copied_value(value: Value) -> Value:
    """The same value, of which only a copy is kept."""
    return Value(value.kind, frozenset(), value.shares | value.derives)


def _named(value: Value, node: str) -> Value:
    return Value(value.kind, frozenset((node,)), NOTHING, value.path, value.text, value.summary)


def _links(name: str, value: Value) -> set[Link]:
    if value.kind in ("plain", "module"):
        return set()
    shared = {Link(name, other) for other in value.shares if other != name}
    return shared | {Link(name, other, copied=True) for other in value.derives if other != name}
