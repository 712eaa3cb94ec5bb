"""Which variables differ between runs from top to bottom: what hangs on them differs by chance."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

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
_SHOW = frozenset({"print", "display"})


def unfilled(source: str) -> frozenset[str]:
    """Of a cell that shows `np.empty(3)` or binds it and leaves it at that: the names, and `_` for what is shown.

    Whatever else is done with it may fill it: a store, a loop, a second name, a method, a call that it is given to.
    """
    tree = python_cell(source).tree
    if tree is None or "empty" not in source or not all(isinstance(s, _SIMPLE) for s in tree.body):
        return frozenset()
    bound = {
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign) and _is_unfilled(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    shown = [node for s in tree.body if isinstance(s, ast.Expr) for node in _shown(s.value)]
    by_name = [node for node in shown if isinstance(node, ast.Name) and node.id in bound]
    looked_up = Counter(n.id for n in nodes_of(source) if _is_looked_up(n))
    left = frozenset(bound - (looked_up - Counter(node.id for node in by_name)).keys())
    says = any(map(_is_unfilled, shown)) or any(node.id in left for node in by_name)
    return left | ({"_"} if says else frozenset())


def _is_unfilled(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and dotted(value.func) in _UNFILLED


def _is_looked_up(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _shown(value: ast.expr) -> Iterator[ast.expr]:
    """What a line by itself shows as it is, or in what is computed of it; what a function is given is not gone into."""
    if isinstance(value, ast.BinOp):
        yield from _shown(value.left)
        yield from _shown(value.right)
    elif isinstance(value, ast.Call) and dotted(value.func) in _SHOW:
        for argument in value.args:
            yield from _shown(argument)
    else:
        yield value


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
