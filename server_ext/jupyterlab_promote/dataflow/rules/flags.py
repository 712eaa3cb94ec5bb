"""The flags of `decimal`'s context, which tell what was computed before: in each kernel what that one computed."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.source import nodes_like

_CONTEXT = "getcontext"


def flags_of_decimal(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM214: `getcontext().flags[Inexact]` in a step that has not cleared the flags before."""
    contexts = union_of_steps(_contexts, (prelude, *steps))
    for step, cell in steps_with(_asked, steps[1:], contexts):
        for line, said in _asked(contexts, cell.source):
            yield located(
                cell,
                line + cell_names(cell.source)[0].line_offset,
                code="PRM214",
                severity="error",
                name=said,
                steps=(step.name,),
                message=f"`{said}` tells what was computed in the kernel of this step, "
                "and nothing of earlier steps.",
                fix="Call `getcontext().clear_flags()` before what the flags are asked about, in the same cell, "
                "or merge the steps.",
            )


@lru_cache(maxsize=4096)
def _contexts(source: str) -> frozenset[str]:
    """The names of a cell that are the current context."""
    return frozenset(
        target.id
        for node in (nodes_like(source, ast.Assign) if _CONTEXT in source else ())
        if isinstance(node.value, ast.Call) and _is_current(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


@lru_cache(maxsize=4096)
def _asked(contexts: frozenset[str], source: str) -> tuple[tuple[int, str], ...]:
    """(line, code) of what a cell asks of flags that it has not cleared."""
    if ".flags" not in source:
        return ()
    cleared = min(
        (
            node.lineno
            for node in nodes_like(source, ast.Attribute)
            if node.attr in ("clear_flags", "clear")
        ),
        default=None,
    )
    return tuple(
        (node.lineno, ast.unparse(node))
        for node in nodes_like(source, ast.Attribute)
        if node.attr == "flags" and isinstance(node.ctx, ast.Load)
        if cleared is None or cleared > node.lineno
        if dotted(node.value) in contexts
        or (isinstance(node.value, ast.Call) and _is_current(node.value))
    )


def _is_current(call: ast.Call) -> bool:
    return dotted(call.func).rpartition(".")[2] == _CONTEXT
