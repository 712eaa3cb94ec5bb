"""From what was seen in a function's body to what a call of it does."""

import ast
from collections.abc import Iterable, Iterator

from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import (
    NOTHING,
    PLAIN,
    Again,
    Change,
    Link,
    Summary,
    Value,
    joined,
)
from jupyterlab_promote.dataflow.names import is_literal, parameters
from jupyterlab_promote.dataflow.written import Written

REST = "*"
"""Stands for any argument."""


def summarise(
    name: str,
    arguments: ast.arguments,
    declared: frozenset[str],
    inner: Scope,
    *,
    body: Written,
    again: Again | None = None,
) -> Summary:
    """The summary of a function whose body was read in `inner`.

    A variable of the function stands for the parameters and the notebook's names that it may share objects with.
    """
    record = inner.record
    named = parameters(arguments)
    reach = _Reach(record.links, inner.prefix, frozenset(named))
    taken = frozenset(a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None)
    returned = joined(record.returned) if record.returned else PLAIN
    if record.lazy:
        returned = Value("iterator", frozenset({f"{inner.prefix}{p}" for p in named}))
    outward = reach.of(returned.shares)
    return Summary(
        name,
        parameters=tuple(named),
        changes=frozenset(_changed(record.changes, reach, taken)),
        binds=declared,
        reads=frozenset(record.reads),
        links=frozenset(
            _linked([*(f"{inner.prefix}{p}" for p in named), *sorted(record.reads)], reach, taken)
        ),
        returns=Value(
            returned.kind,
            frozenset(_rest(end, taken) for end in outward),
            frozenset(_rest(end, taken) for end in reach.of(returned.derives)),
        ),
        touches=frozenset(record.touches),
        outside=frozenset(record.outside),
        relies=tuple(sorted(record.relies.items(), key=lambda item: item[0])),
        keeps_code=bool(record.summaries) or returned.kind == "code",
        holds=frozenset(_kept(arguments)),
        closes=frozenset(record.closes),
        body=(body,),
        again=again,
    )


def _changed(changes: Iterable[Change], reach: "_Reach", taken: frozenset[str]) -> Iterator[Change]:
    """The changes, as those of parameters and of the notebook's names."""
    for change in changes:
        for end in reach.of({change.name}, copies=change.level == "element"):
            yield Change(_rest(end, taken), change.level, change.line, change.why)


def _linked(names: Iterable[str], reach: "_Reach", taken: frozenset[str]) -> Iterator[Link]:
    """What the names have in common with others, when the function has run."""
    for name in names:
        for one in reach.ends(name):
            for other in reach.of({name}) - {one}:
                yield Link(_rest(one, taken), _rest(other, taken))


def _kept(arguments: ast.arguments) -> Iterator[str]:
    """Parameters whose default can be changed."""
    named = [*arguments.posonlyargs, *arguments.args]
    late = named[len(named) - len(arguments.defaults) :]
    defaults = [*zip(late, arguments.defaults, strict=True)]
    defaults += [
        (a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d
    ]
    for argument, default in defaults:
        if isinstance(default, ast.List | ast.Dict | ast.Set) or not is_literal(default):
            yield argument.arg


def _rest(end: str, taken: frozenset[str]) -> str:
    return REST if end.removeprefix(".") in taken and end.startswith(".") else end


class _Reach:
    """Which parameters (written `.name`) and names of the notebook a name inside a function leads to."""

    def __init__(self, links: set[Link], prefix: str, named: frozenset[str]) -> None:
        self._prefix = prefix
        self._named = named
        self._shares: dict[str, set[str]] = {}
        self._copies: dict[str, set[str]] = {}
        for link in links:
            for one, other in ((link.one, link.other), (link.other, link.one)):
                self._copies.setdefault(one, set()).add(other)
                if not link.copied:
                    self._shares.setdefault(one, set()).add(other)

    def ends(self, node: str) -> frozenset[str]:
        """The node itself, if it is a parameter or a name of the notebook."""
        if node.startswith(self._prefix):
            bare = node.removeprefix(self._prefix)
            return frozenset((f".{bare}",)) if bare in self._named else NOTHING
        return frozenset((node,)) if "." not in node else NOTHING

    def of(self, nodes: set[str] | frozenset[str], *, copies: bool = False) -> frozenset[str]:
        """What the nodes may share objects with, or with `copies` hold elements of."""
        near = self._copies if copies else self._shares
        if near.keys().isdisjoint(nodes):
            return NOTHING.union(*map(self.ends, nodes))
        seen = set(nodes)
        pending = list(nodes)
        while pending:
            for other in near.get(pending.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    pending.append(other)
        return NOTHING.union(*map(self.ends, seen))
