"""Databases in memory, which all connections of a process share by name: `file:x?mode=memory&cache=shared`."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.by_functions import called_at_once, functions_that
from jupyterlab_promote.dataflow.called import Called, called_words
from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding, merging
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in
from jupyterlab_promote.notebook.source import nodes_like

_SHARED = re.compile(r"file:.*(?:mode=memory|:memory:)")
_OPENS = frozenset({"connect", "create_engine"})


def shared_in_memory(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM210: two steps open the database of one name in memory, which the second one finds empty."""
    every = (prelude, *steps)
    if next(steps_with(_texts, every), None) is None:
        return
    names = union_of_steps(_bound, every)
    # One name for a database is enough to tell: who opens two of them in one notebook opens each again.
    opens = _Opens(names)
    by = functions_that(opens, [cell.source for step in every for cell in step.code])
    first: tuple[StepNames, Cell, int] | None = None
    for step, cell in steps_with(_may_open, steps, by):
        line = next(
            (c.call.lineno for c in called_at_once(cell.source) if opens(c) or c.path in by), 0
        )
        if not line:
            continue
        if first is None:
            first = (step, cell, line)
        elif step is not first[0]:
            yield _finding(*first, step.name)
            return


class _Opens:
    """Whether a call opens such a database.

    Args:
        names: what stands for the address of one.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def __call__(self, called: Called) -> bool:
        given = [*called.call.args[:1], *(word.value for word in called.call.keywords)]
        return called.word in _OPENS and any(
            (isinstance(node, ast.Name) and node.id in self._names) or _says(node)
            for one in given
            for node in nodes_in(one)
        )


def _says(node: ast.AST) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and _SHARED.search(text) is not None


@lru_cache(maxsize=4096)
def _texts(source: str) -> bool:
    return "memory" in source and any(map(_says, nodes_like(source, ast.Constant)))


@lru_cache(maxsize=4096)
def _bound(source: str) -> frozenset[str]:
    """The names that a cell binds to the address of one."""
    return frozenset(
        target.id
        for node in (nodes_like(source, ast.Assign) if _texts(source) else ())
        if any(map(_says, nodes_in(node.value)))
        and not (isinstance(node.value, ast.Call) and called_words(source) & _OPENS)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


@lru_cache(maxsize=4096)
def _may_open(by: frozenset[str], source: str) -> bool:
    return any(word in _OPENS or path in by for _, path, word in called_at_once(source))


def _finding(step: StepNames, cell: Cell, line: int, follower: str) -> Finding:
    return located(
        cell,
        line + cell_names(cell.source)[0].line_offset,
        code="PRM210",
        severity="error",
        name="sqlite3",
        steps=(step.name, follower),
        message=f"The database that is opened here is in the memory of step `{step.name}`'s kernel; "
        f"step `{follower}` would open an empty one.",
        fix=f"Open a file (`name.db`), or merge `{step.name}` and `{follower}`.",
        actions=(merging(step.name, follower),),
    )
