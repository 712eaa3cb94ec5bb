"""Which variables differ between runs from top to bottom: what hangs on them differs by chance."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.source import nodes_of, python_cell
from jupyterlab_promote.worker.handoff.checks.fingerprint import NONE
from jupyterlab_promote.worker.watched import Watched

_UNFILLED = frozenset(
    f"{numpy}.{made}" for numpy in ("np", "numpy") for made in ("empty", "empty_like")
)
"""What numpy gives holds what its memory held before, which is the same from top to bottom and another in a step."""
_SIMPLE = (ast.Assign, ast.Expr, ast.Import, ast.ImportFrom)


def unfilled(source: str) -> frozenset[str]:
    """Of a cell that shows `np.empty(3)` or binds it and leaves it at that: the names, and `_` for what is shown.

    Where a loop, a call by itself or a store may fill it, it is taken to be filled.
    """
    tree = python_cell(source).tree
    if tree is None or "empty" not in source or not all(isinstance(s, _SIMPLE) for s in tree.body):
        return frozenset()
    bound = {
        target.id: statement
        for statement in tree.body
        if isinstance(statement, ast.Assign) and _makes_unfilled(statement)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    stored = {
        node.value.id
        for node in nodes_of(source)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
    }
    left = frozenset(bound.keys() - stored)
    shown = (s for s in tree.body if isinstance(s, ast.Expr))
    says = any(_makes_unfilled(s) or _mentions(s, left) for s in shown)
    return left | ({"_"} if says else frozenset())


def _makes_unfilled(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Call) and dotted(node.func) in _UNFILLED
        for node in ast.walk(statement)
    )


def _mentions(statement: ast.stmt, names: frozenset[str]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(statement))


def random_names(nb: Notebook, runs: Sequence[Watched]) -> Mapping[str, frozenset[str]]:
    """By cell, the names that it mentions which have not one value in all runs.

    A value that takes too long to be read after a cell, such as a forest of a hundred trees, is as it was when it was
    last known, or when it is next known.
    """
    order = [cell.id for cell in nb.cells if cell.is_code]
    found: defaultdict[str, set[str]] = defaultdict(set)
    _follow(order, runs, {}, found)
    _follow(reversed(order), runs, _compared([run.end for run in runs]), found)
    return {cell: frozenset(names) for cell, names in found.items()}


def _follow(
    order: Iterable[str],
    runs: Sequence[Watched],
    last: dict[str, bool],
    found: Mapping[str, set[str]],
) -> None:
    for cell in order:
        sides = [run.cells.get(cell, {}) for run in runs]
        last |= _compared(sides)
        found[cell].update(name for name in _in_all(sides) if last.get(name))


def _compared(sides: Sequence[Mapping[str, str]]) -> dict[str, bool]:
    """Whether they differ, of the names whose values all know."""
    known = {name: {side[name] for side in sides} for name in _in_all(sides)}
    return {
        name: len(texts) > 1
        for name, texts in known.items()
        if not any(text.startswith(NONE) for text in texts)
    }


def _in_all(sides: Sequence[Mapping[str, str]]) -> set[str]:
    first, *others = sides
    return set(first).intersection(*others)
