"""What one cell does with its values: what shares objects with what, what changes, what it touches outside.

Cached by the cell's source and what is known of the names in it, so that an edit reads one cell.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.expressions import EXPRESSIONS
from jupyterlab_promote.dataflow.flow.functions import DEFINITIONS
from jupyterlab_promote.dataflow.flow.outside_calls import of_cell
from jupyterlab_promote.dataflow.flow.reading import Forms, OwnModules, Record, Scope
from jupyterlab_promote.dataflow.flow.statements import STATEMENTS, read_body
from jupyterlab_promote.dataflow.flow.values import (
    USER_CLASSES,
    Change,
    Link,
    Outside,
    Summary,
    Value,
)
from jupyterlab_promote.notebook.source import nodes_like, python_cell

_FORMS = Forms({**STATEMENTS, **DEFINITIONS}, EXPRESSIONS)


@dataclass(frozen=True)
class CellFlow:
    """What a cell does, seen with what was known of the names that it uses.

    Attributes:
        values: what the names that it binds stand for afterwards.
        touches: (hidden state, line).
    """

    values: tuple[tuple[str, Value], ...]
    changes: tuple[Change, ...]
    links: frozenset[Link]
    touches: tuple[tuple[str, int], ...]
    outside: tuple[Outside, ...]
    summaries: tuple[tuple[str, Summary], ...]


def cell_flow(
    source: str, known: Mapping[str, Value], modules: OwnModules | None = None
) -> CellFlow:
    """Read a cell, cached by its source and what is known of the names in it."""
    given = frozenset([(name, known[name]) for name in _looked_up(source) & known.keys()])
    return _cell_flow(source, given, modules)


def module_flow(
    body: list[ast.stmt], known: Mapping[str, Value], modules: OwnModules, within: str
) -> CellFlow:
    """Read the top level of a module of the notebook's own, at the path `within`."""
    scope = Scope(_FORMS, known, Record(), modules=modules, within=within)
    read_body(body, scope)
    return _seen(scope)


@lru_cache(maxsize=4096)
def words(source: str) -> frozenset[str]:
    """The names that a cell writes out anywhere."""
    cell = python_cell(source)
    if cell.tree is None:
        return frozenset(cell.interpolated)
    found = {node.id for node in nodes_like(source, ast.Name)}
    return frozenset(found | set(cell.interpolated))


@lru_cache(maxsize=4096)
def _looked_up(source: str) -> frozenset[str]:
    return words(source) | {USER_CLASSES}


@lru_cache(maxsize=4096)
def global_names(source: str) -> frozenset[str]:
    """The names that functions of a cell declare global."""
    return frozenset(n for node in nodes_like(source, ast.Global) for n in node.names)


@lru_cache(maxsize=8192)
def _cell_flow(
    source: str, known: frozenset[tuple[str, Value]], modules: OwnModules | None
) -> CellFlow:
    cell = python_cell(source)
    scope = Scope(_FORMS, dict(known), Record(), modules=modules)
    if cell.tree is not None:
        read_body(cell.tree.body, scope)
    for name in cell.binds:
        scope.bind(name, Value())
    scope.record.outside |= dict.fromkeys(of_cell(cell))
    return _seen(scope)


def _seen(scope: Scope) -> CellFlow:
    record = scope.record
    return CellFlow(
        tuple(scope.own.items()),
        tuple(record.changes),
        frozenset(record.links),
        tuple(record.touches.items()),
        tuple(record.outside),
        tuple(record.summaries.items()),
    )
