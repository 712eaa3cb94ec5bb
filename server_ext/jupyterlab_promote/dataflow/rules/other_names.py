"""What a library keeps is stored into under another name: `gamma = stats.gamma`, `for kind in (DataFrame, Series)`."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.rules.set_up import is_no_patch, of_a_library
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames, is_only_imported
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.source import nodes_like

_Aliases = frozenset[tuple[str, str]]
"""(name, dotted path of what it stands for)."""


def patched_under_another_name(
    steps: tuple[StepNames, ...], prelude: StepNames
) -> Iterator[Finding]:
    """PRM205: an attribute of a library is replaced, by a name that the notebook gave to what has it."""
    every = (prelude, *steps)
    aliases = frozenset(
        (name, path)
        for name, path in union_of_steps(_aliases, every)
        if _is_of_a_library(path, every) and _means_nothing_else(name, every)
    )
    for step, cell in steps_with(_stores, steps[:-1], aliases) if aliases else ():
        offset = cell_names(cell.source)[0].line_offset
        for path, meant, line in _stores(aliases, cell.source):
            yield located(
                cell,
                line + offset,
                code="PRM205",
                severity="error",
                name=path,
                steps=(step.name,),
                message=f"`{path}`, which is `{meant}`, is changed here for this kernel only; "
                "later steps have another one.",
                fix="Move it to a cell tagged `imports`, which runs in each step, or merge the steps that need it.",
            )


def _is_of_a_library(path: str, every: tuple[StepNames, ...]) -> bool:
    root = path.partition(".")[0]
    lines = [step.imports[root] for step in every if root in step.imports]
    return bool(lines) and all(map(of_a_library, lines)) and is_only_imported(root, every)


def _means_nothing_else(name: str, every: tuple[StepNames, ...]) -> bool:
    """Whether each cell that binds the name binds it so."""
    return all(
        name in dict(_aliases(cell.source)) and _times_bound(name, cell.source) == 1
        for step in every
        for cell in step.code
        if name in cell_names(cell.source)[1].binds
    )


@lru_cache(maxsize=4096)
def _aliases(source: str) -> _Aliases:
    """The top-level `name = lib.part` of a cell, and its loops over such parts."""
    tree = cell_names(source)[0].tree
    found: set[tuple[str, str]] = set()
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.Assign):
            targets, parts = node.targets, [node.value]
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple | ast.List):
            targets, parts = [node.target], node.iter.elts
        else:
            continue
        path = next((path for path in map(dotted, parts) if path), "")
        if path and all(isinstance(target, ast.Name) for target in targets):
            found |= {(name, path) for target in targets for name in target_names(target)}
    return frozenset(found)


@lru_cache(maxsize=4096)
def _stores(aliases: _Aliases, source: str) -> tuple[tuple[str, str, int], ...]:
    """(path as it is written, what it stands for, line) of the attributes that a cell stores to by such a name."""
    meant = dict(aliases)
    found: list[tuple[str, str, int]] = []
    for held, attribute, line in cell_names(source)[1].stores:
        root, dot, rest = held.partition(".")
        if root not in meant or _times_bound(root, source) > (root in dict(_aliases(source))):
            continue
        whole = meant[root] + dot + rest
        if not is_no_patch(whole, f"{whole}.{attribute}", source):
            found.append((f"{held}.{attribute}", f"{whole}.{attribute}", line))
    return tuple(found)


def _times_bound(name: str, source: str) -> int:
    """How often a cell binds a name, also as one of a function's own."""
    stored = sum(
        node.id == name for node in nodes_like(source, ast.Name) if isinstance(node.ctx, ast.Store)
    )
    return stored + sum(node.arg == name for node in nodes_like(source, ast.arg))
