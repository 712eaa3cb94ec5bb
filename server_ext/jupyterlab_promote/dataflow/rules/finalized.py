"""Objects whose classes say what is done when one is gone: a step that hands one on would do it, and its receiver."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding, merging


def finalized_objects(
    steps: tuple[StepNames, ...], prelude: StepNames, carried: dict[str, set[str]]
) -> Iterator[Finding]:
    """PRM210: an object of a class of the notebook with `__del__`, which a later step has, replaces or deletes.

    Args:
        carried: step -> names that travel on from it.
    """
    classes = union_of_steps(_finalizing, (prelude, *steps))
    for step, cell in steps_with(_made, steps[:-1], classes) if classes else ():
        later = steps[steps.index(step) + 1 :]
        offset = cell_names(cell.source)[0].line_offset
        for name, made_of, line in _made(classes, cell.source):
            going = name in carried.get(step.name, set())
            follower = next((s.name for s in later if _meets(s, name, going=going)), None)
            if follower is None:
                continue
            yield located(
                cell,
                line + offset,
                code="PRM210",
                severity="error",
                name=name,
                steps=(step.name, follower),
                message=f"`{name}` is a `{made_of}`, whose `__del__` would run when step `{step.name}` ends, "
                f"not where step `{follower}` is done with it.",
                fix=f"Do in a method what `__del__` does and call it, or merge `{step.name}` and `{follower}`.",
                actions=(merging(step.name, follower),),
            )


def _meets(step: StepNames, name: str, *, going: bool) -> bool:
    """Whether a step needs the name, or ends the object by giving the name to another."""
    return name in step.binds or (going and (name in step.reads or name in step.late))


@lru_cache(maxsize=4096)
def _finalizing(source: str) -> frozenset[str]:
    """The classes of a cell with `__del__`."""
    if "__del__" not in source:
        return frozenset()
    return frozenset(
        kind.name
        for kind in cell_names(source)[1].classes
        if any(isinstance(one, ast.FunctionDef) and one.name == "__del__" for one in kind.body)
    )


@lru_cache(maxsize=4096)
def _made(classes: frozenset[str], source: str) -> tuple[tuple[str, str, int], ...]:
    """(name, class, line) of the top-level `name = Class(...)` of a cell."""
    tree = cell_names(source)[0].tree
    return tuple(
        (name, dotted(node.value.func), node.lineno)
        for node in (tree.body if tree is not None else ())
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if dotted(node.value.func) in classes
        for target in node.targets
        for name in target_names(target)
    )
