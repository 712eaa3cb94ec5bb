"""IPython's history, which is another one in each kernel."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.behaviour import (
    BOX_BUILTINS,
    HARMLESS_METHODS,
    OF_THEIR_ARGUMENTS,
)
from jupyterlab_promote.dataflow.kept import any_with, steps_with
from jupyterlab_promote.dataflow.library import is_history
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Action, Finding, merging


def history(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM203: IPython's history, which numbers and keeps cells of one kernel only."""
    for index, step in ((i, step) for i, step in enumerate(steps) if _asks_for_it(step)):
        shown = False
        for cell in step.code:
            read, own = cell_names(cell.source)
            for name, line in {**own.late, **own.reads}.items():
                if not is_history(name) or name in own.binds or name in step.binds:
                    continue
                if name == "_" and shown:
                    continue
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM203",
                    severity="error",
                    name=name,
                    steps=(step.name,),
                    message=f"`{name}` is IPython's history, which is another one in the kernel of a step.",
                    fix="Give the value a name where it is made, and use that name here.",
                    actions=_merged(steps[max(index - 1, 0) : index], step, name),
                )
            shown = shown or (read.tree is not None and _shows(read.tree))


def annotations(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM203: `__annotations__` of the notebook, where earlier steps annotate variables too."""
    for step, cell in steps_with(_asks_what_is_annotated, steps):
        earlier = steps[: steps.index(step)]
        if not any(any_with(_annotates, one.code) for one in earlier):
            continue
        read, own = cell_names(cell.source)
        yield located(
            cell,
            {**own.late, **own.reads}[_ANNOTATIONS] + read.line_offset,
            code="PRM203",
            severity="error",
            name=_ANNOTATIONS,
            steps=(step.name,),
            message=f"`{_ANNOTATIONS}` has only what this step annotates in the kernel of a step.",
            fix="Merge the steps that annotate variables, or keep the annotations in a class.",
        )


_ANNOTATIONS = "__annotations__"


def _asks_what_is_annotated(source: str) -> bool:
    if _ANNOTATIONS not in source:
        return False
    own = cell_names(source)[1]
    return _ANNOTATIONS in own.reads or _ANNOTATIONS in own.late


def _annotates(source: str) -> bool:
    tree = cell_names(source)[0].tree
    return tree is not None and any(isinstance(one, ast.AnnAssign) for one in tree.body)


def _merged(before: tuple[StepNames, ...], step: StepNames, name: str) -> tuple[Action, ...]:
    """The offer to merge with the step before, where that surely shows what `_` means."""
    trees = [cell_names(cell.source)[0].tree for earlier in before for cell in earlier.code]
    if name != "_" or not any(tree is not None and _shows(tree) for tree in trees):
        return ()
    [earlier] = before
    return (merging(earlier.name, step.name),)


@lru_cache(maxsize=2048)
def _asks_for_it(step: StepNames) -> bool:
    return any(is_history(name) for name in (*step.reads, *step.late))


def _shows(tree: ast.Module) -> bool:
    """Whether a cell surely leaves a result in `_`: its last line is a value that is not None."""
    match tree.body[-1:]:
        case [ast.Expr(value=ast.Call(func=ast.Attribute(attr=method)))]:
            return method in HARMLESS_METHODS
        case [ast.Expr(value=ast.Call(func=ast.Name(id=name)))]:
            return name in OF_THEIR_ARGUMENTS | BOX_BUILTINS
        case [ast.Expr(value=ast.Constant(value=value))]:
            return value is not None
        case [
            ast.Expr(
                value=ast.BinOp()
                | ast.Compare()
                | ast.List()
                | ast.Dict()
                | ast.Set()
                | ast.Tuple()
            )
        ]:
            return True
        case [ast.Expr(value=ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.JoinedStr())]:
            return True
    return False
