"""IPython's shell in a variable: which names it binds is seen only where it is asked for as `get_ipython()`."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.kept import cells_with, union_of
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.scope.expressions import SHELL_BINDS
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.source import nodes_like


def names_bound_by_shells(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: `ip.ex("x = 7")` may bind any name, and later steps would miss it."""
    every = (prelude, *steps)
    shells = frozenset[str]().union(*(union_of(_shells, step.code) for step in every))
    for step in steps[:-1] if shells else ():
        for cell in cells_with(_asked, step.code):
            read, _ = cell_names(cell.source)
            for call, line in _asked(cell.source):
                if dotted(call).partition(".")[0] in shells:
                    yield located(
                        cell,
                        line + read.line_offset,
                        code="PRM205",
                        severity="error",
                        name=dotted(call),
                        steps=(step.name,),
                        message=f"`{dotted(call)}` may bind any name, which later steps would not have.",
                        fix=f"Write `get_ipython().{call.attr}(...)`, so that everything travels, or merge the steps.",
                    )


@lru_cache(maxsize=4096)
def _shells(source: str) -> frozenset[str]:
    """The names to which a cell gives IPython's shell."""
    if "get_ipython" not in called_words(source):
        return frozenset()
    return frozenset(
        dotted(target).partition(".")[0]
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call)
        and dotted(node.value.func).rpartition(".")[2] == "get_ipython"
        for target in node.targets
    )


@lru_cache(maxsize=4096)
def _asked(source: str) -> tuple[tuple[ast.Attribute, int], ...]:
    """(what is called, line) of the calls that bind names if they are of a shell."""
    if called_words(source).isdisjoint(SHELL_BINDS):
        return ()
    return tuple(
        (node.func, node.lineno)
        for node in nodes_like(source, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in SHELL_BINDS
    )
