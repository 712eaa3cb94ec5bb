"""What a cell calls as it runs, and which of the notebook's functions it does so by."""

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache

from jupyterlab_promote.dataflow.called import Called, calls_in
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.notebook.nodes import nodes_in

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=4096)
def called_at_once(source: str) -> tuple[Called, ...]:
    """The calls of a cell that are in no function which it defines."""
    later = {id(node) for function in functions_of(source) for node in nodes_in(function)}
    return tuple([one for one in calls_in(source) if id(one.call) not in later])


@lru_cache(maxsize=4096)
def functions_of(source: str) -> tuple[_Function, ...]:
    """The functions that a cell defines at its top level."""
    tree = cell_names(source)[0].tree
    body = tree.body if tree is not None else ()
    return tuple(one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


@lru_cache(maxsize=4096)
def calls_of(function: _Function, source: str) -> tuple[Called, ...]:
    """The calls in a function of a cell."""
    inside = {id(node) for node in nodes_in(function)}
    return tuple([one for one in calls_in(source) if id(one.call) in inside])


def functions_that(does: Callable[[Called], bool], sources: Iterable[str]) -> frozenset[str]:
    """The functions of a notebook with such a call, in their own body or through one another."""
    called: dict[str, set[str]] = {}
    found: set[str] = set()
    for source in sources:
        for function in functions_of(source):
            calls = calls_of(function, source)
            called.setdefault(function.name, set()).update(path for _, path, _ in calls)
            if any(map(does, calls)):
                found.add(function.name)
    while more := {name for name, paths in called.items() if name not in found and paths & found}:
        found |= more
    return frozenset(found)
