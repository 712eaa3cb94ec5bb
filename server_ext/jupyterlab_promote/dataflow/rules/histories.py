"""How a tensor was computed, which PyTorch keeps in one kernel: `loss.backward()` goes back along it."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import any_with, steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding, merging
from jupyterlab_promote.notebook.document import Cell


def computed_elsewhere(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM210: `loss.backward()` in another step than the one that computed `loss`."""
    every = (prelude, *steps)
    found = tuple(steps_with(_goes_back, steps[1:]))
    if not found or not any("torch" in _modules(step) for step in every):
        return
    if any(any_with(_has_its_own, step.code) for step in every):
        return
    for step, cell in found:
        for name, line in _goes_back(cell.source):
            earlier = steps[: steps.index(step)]
            provider = next((e for e in reversed(earlier) if name in e.bound), None)
            if provider is not None and not _bound_before(name, step, cell):
                yield _finding(cell, line, name, provider.name, step.name)


def _modules(step: StepNames) -> frozenset[str]:
    words = (line.split()[1].partition(".")[0] for _, line in step.import_lines)
    return frozenset(words)


def _bound_before(name: str, step: StepNames, cell: Cell) -> bool:
    """Whether the step binds a name itself before a cell of it reads it."""
    before = (cell_names(one.source)[1].binds for one in step.code if one.index < cell.index)
    return name not in cell_names(cell.source)[1].reads or any(name in binds for binds in before)


@lru_cache(maxsize=4096)
def _goes_back(source: str) -> tuple[tuple[str, int], ...]:
    """(name, line) of what a cell calls `backward()` of, outside functions."""
    if ".backward(" not in source:
        return ()
    read = cell_names(source)[0]
    body = read.tree.body if read.tree is not None else []
    calls = (node.value for node in body if isinstance(node, ast.Expr))
    return tuple(
        (call.func.value.id, call.lineno + read.line_offset)
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "backward"
        and isinstance(call.func.value, ast.Name)
    )


@lru_cache(maxsize=4096)
def _has_its_own(source: str) -> bool:
    """Whether a cell defines what it calls `backward`."""
    return "def backward" in source


def _finding(cell: Cell, line: int, name: str, provider: str, step: str) -> Finding:
    return located(
        cell,
        line,
        code="PRM210",
        severity="error",
        name=name,
        steps=(provider, step),
        message=f"`{name}.backward()` needs how `{name}` was computed, which cannot travel from step `{provider}` "
        f"to `{step}`.",
        fix=f"Compute `{name}` in `{step}`, or merge the two steps.",
        actions=(merging(provider, step),),
    )
