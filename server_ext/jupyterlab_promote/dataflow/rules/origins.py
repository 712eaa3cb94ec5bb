"""From where the names of a notebook are whose calls may give what cannot travel."""

import ast
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_paths
from jupyterlab_promote.dataflow.kept import union_of_steps
from jupyterlab_promote.dataflow.library import MAKERS, STAYS
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.nodes import nodes_under
from jupyterlab_promote.notebook.source import nodes_like

_CONTEXTS = frozenset({"contextlib.contextmanager", "contextmanager"})
"""Decorators under which a function that yields makes a context of its generator."""
_YIELDS = "yield"
"""Stands for the path of a function of the notebook that makes a generator."""
_YIELDING = frozenset({ast.Yield, ast.YieldFrom})
_OWN_CODE = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda})
_STAYING = tuple({path.partition(".")[0] for path in STAYS if "." in path})


def origins_of(steps: tuple[StepNames, ...]) -> frozenset[tuple[str, str]]:
    """(name, dotted path) of what the notebook imports from a library whose values may stay."""
    statements = frozenset(line for step in steps for line in step.imports.values())
    lazy = union_of_steps(_generators, steps)
    binding = {name: [step for step in steps if name in step.binds] for name in lazy}
    otherwise = {
        name
        for name, found in binding.items()
        if any(_binds_otherwise(cell.source, name) for step in found for cell in step.code)
    }
    imported = (pair for line in statements for pair in _imported(line))
    made = union_of_steps(_made, steps)
    return frozenset((*made, *imported, *((name, _YIELDS) for name in lazy - otherwise)))


def _binds_otherwise(source: str, name: str) -> bool:
    return name in cell_names(source)[1].binds and name not in _generators(source)


@lru_cache(maxsize=4096)
def _made(source: str) -> frozenset[tuple[str, str]]:
    """(name, what it holds) of the names of a cell whose methods may give what cannot travel."""
    if MAKERS.keys().isdisjoint(called_paths(source)):
        return frozenset()
    return frozenset(
        (target.id, MAKERS[dotted(node.value.func)])
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call) and dotted(node.value.func) in MAKERS
        for target in node.targets
        if isinstance(target, ast.Name)
    )


@lru_cache(maxsize=4096)
def _generators(source: str) -> frozenset[str]:
    """The functions of a cell that make a generator."""
    if not any(nodes_like(source, kind) for kind in (ast.Yield, ast.YieldFrom)):
        return frozenset()
    lazy = {
        node.name
        for node in nodes_like(source, ast.FunctionDef)
        if all(dotted(one) in _CONTEXTS for one in node.decorator_list)
        and any(map(_yields, node.body))
    }
    tree = cell_names(source)[0].tree if lazy else None
    inner = {node.name for node in (tree.body if tree else ()) if isinstance(node, ast.FunctionDef)}
    return frozenset(lazy & inner)


def _yields(node: ast.AST) -> bool:
    """Whether a statement of a function yields, and not in a function of its own."""
    if node.__class__ in _YIELDING:
        return True
    return node.__class__ not in _OWN_CODE and any(map(_yields, nodes_under(node)))


@lru_cache(maxsize=4096)
def _imported(statement: str) -> tuple[tuple[str, str], ...]:
    found = []
    for node in ast.parse(statement).body:
        of = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            path = of + alias.name
            if (of or alias.asname) and path.startswith(_STAYING):
                found.append((alias.asname or alias.name, path))
    return tuple(found)
