"""IPython's shell: names that it binds through a variable, and what is set up in it for one kernel only."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.flow.behaviour import BOX_CHANGES
from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.scope.expressions import SHELL_BINDS
from jupyterlab_promote.dataflow.scope.magics import is_of_ipython
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_SHELL = "get_ipython()"
_SETS_UP = re.compile(r"(?:define|set)_(?!next_input)\w+|" + "|".join(sorted(BOX_CHANGES)))
"""Methods of the shell, or of a part of it, after which it does something else."""
_TOGGLES = frozenset({"automagic", "doctest_mode", "pprint"})
"""Magics that switch to the other way each time, so that they cannot run again."""


class _Use(NamedTuple):
    """Something that is done with a shell, if the path begins with one.

    Attributes:
        root: the first name of the path; `get_ipython()` where it begins with that.
        method: what is called at the end of the path; empty for a store.
    """

    root: str
    path: str
    line: int
    method: str


_Place = tuple[StepNames, Cell, int, _Use]


def names_bound_by_shells(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: `ip.ex("x = 7")` may bind any name, and later steps would miss it."""
    for step, cell, line, use in _uses(steps, prelude, _roots):
        if use.method in SHELL_BINDS:
            yield located(
                cell,
                line,
                code="PRM205",
                severity="error",
                name=use.path,
                steps=(step.name,),
                message=f"`{use.path}` may bind any name, which later steps would not have.",
                fix=f"Write `get_ipython().{use.method}(...)`, so that everything travels, or merge the steps.",
            )


def shells_set_up(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: `ip.ast_transformers.append(t)` and `%pprint` hold in one kernel only."""
    for step, cell, line, use in (*_uses(steps, prelude, _names), *_toggles(steps)):
        if use.method and not _sets_up(use.method):
            continue
        yield located(
            cell,
            line,
            code="PRM205",
            severity="error",
            name=use.path,
            steps=(step.name,),
            message=f"`{use.path}` sets IPython up in this kernel only; later steps are without it.",
            fix="Move it to a cell tagged `imports`, which runs in each step, or merge the steps that need it.",
        )


def _uses(
    steps: tuple[StepNames, ...], prelude: StepNames, shells_of: Callable[[str], frozenset[str]]
) -> Iterator[_Place]:
    """What steps that others follow do with a shell.

    Args:
        shells_of: the names to which a source gives one.
    """
    every = (prelude, *steps)
    shells = union_of_steps(shells_of, every)
    # Where no name holds a shell, only those are asked that call it.
    asked = _done if shells else _done_directly
    for step, cell in steps_with(asked, steps[:-1]):
        offset = cell_names(cell.source)[0].line_offset
        for use in _done(cell.source):
            if use.root in shells or (use.root == _SHELL and use.method not in SHELL_BINDS):
                yield step, cell, use.line + offset, use


def _toggles(steps: tuple[StepNames, ...]) -> Iterator[_Place]:
    for step, cell in steps_with(_toggled, steps[:-1]):
        offset = cell_names(cell.source)[0].line_offset
        for use in _toggled(cell.source):
            yield step, cell, use.line + offset, use


@lru_cache(maxsize=4096)
def _roots(source: str) -> frozenset[str]:
    """The first names of what a cell gives IPython's shell to: `a` of `a.shell = get_ipython()`."""
    return frozenset(
        dotted(target).partition(".")[0] for target, part in _given(source) if not part
    )


@lru_cache(maxsize=4096)
def _names(source: str) -> frozenset[str]:
    """The names to which a cell gives IPython's shell or a part of it."""
    return frozenset(target.id for target, _ in _given(source) if isinstance(target, ast.Name))


@lru_cache(maxsize=4096)
def _given(source: str) -> tuple[tuple[ast.expr, bool], ...]:
    """(target, whether it is a part only) of each assignment of IPython's shell in a cell."""
    if "get_ipython" not in called_words(source):
        return ()
    return tuple(
        (target, not isinstance(node.value, ast.Call))
        for node in nodes_like(source, ast.Assign)
        if _path(node.value)[0] == _SHELL
        for target in node.targets
    )


@lru_cache(maxsize=4096)
def _done(source: str) -> tuple[_Use, ...]:
    """What a cell stores into an attribute or an element, and what it calls that binds names or sets something up."""
    found: list[_Use] = []
    places: list[ast.Attribute | ast.Subscript] = [*nodes_like(source, ast.Attribute)]
    for node in (*places, *nodes_like(source, ast.Subscript)):
        if not isinstance(node.ctx, ast.Load):
            root, path = _path(node)
            # Of the shell itself, another rule tells.
            direct = root == _SHELL or "user_ns" in path
            found += [] if direct else [_Use(root, path, node.lineno, "")]
    for call in nodes_like(source, ast.Call):
        if isinstance(call.func, ast.Attribute):
            method = call.func.attr
            root, path = _path(call.func)
            if method in SHELL_BINDS or (_sets_up(method) and "user_ns" not in path):
                found.append(_Use(root, path, call.lineno, method))
    return tuple(found)


def _done_directly(source: str) -> tuple[_Use, ...]:
    return _done(source) if "get_ipython" in called_words(source) else ()


@lru_cache(maxsize=4096)
def _sets_up(method: str) -> bool:
    return _SETS_UP.fullmatch(method) is not None


@lru_cache(maxsize=4096)
def _toggled(source: str) -> tuple[_Use, ...]:
    """The magics of a cell that switch to the other way."""
    calls = nodes_like(source, ast.Call) if any(word in source for word in _TOGGLES) else ()
    names = ((call, call.args[0]) for call in calls if is_of_ipython(call.func) and call.args)
    return tuple(
        _Use(_SHELL, f"%{name.value}", call.lineno, "")
        for call, name in names
        if isinstance(name, ast.Constant) and name.value in _TOGGLES
    )


def _path(node: ast.expr) -> tuple[str, str]:
    """(first name, path) of a chain of attributes and elements; empty where it begins with something else."""
    path = ""
    while isinstance(node, ast.Attribute | ast.Subscript):
        path = f".{node.attr}{path}" if isinstance(node, ast.Attribute) else path
        node = node.value
    if isinstance(node, ast.Name):
        return node.id, node.id + path
    shell = isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "get_ipython"
    return (_SHELL, _SHELL + path) if shell else ("", "")
