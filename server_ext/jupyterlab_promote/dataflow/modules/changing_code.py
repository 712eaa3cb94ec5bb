"""Which functions of a module change what it keeps, as far as its source shows."""

import ast
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.behaviour import BOX_CHANGES
from jupyterlab_promote.dataflow.modules.remembering import remembered
from jupyterlab_promote.dataflow.names import dotted, target_names

_KEEPS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)


@lru_cache(maxsize=256)
def changing_methods(source: str) -> frozenset[str]:
    """Methods of a module's classes that change their instance, besides the one that sets it up."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    methods = (n for made in classes for n in made.body if isinstance(n, ast.FunctionDef))
    return frozenset(
        method.name
        for method in methods
        if method.name != "__init__" and any(_changes(n, {"self"}) for n in ast.walk(method))
    )


@lru_cache(maxsize=256)
def changing_functions(
    source: str, methods: frozenset[str] = frozenset(), decorators: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Functions and classes of a module that may change what stands at its top level, or in what they remember.

    Args:
        methods: those that change the object that they belong to.
        decorators: those that remember the calls of what they decorate.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    kept = {
        name
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, _KEEPS)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in target_names(target)
    }
    made = [
        n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    found = {node.name for node in made if any(_changes(n, kept, methods) for n in ast.walk(node))}
    found |= remembered(tree.body, decorators)
    while True:
        more = {n.name for n in made if n.name not in found and _mentions(n, found)}
        if not more:
            return frozenset(found)
        found |= more


def _changes(node: ast.AST, kept: set[str], methods: frozenset[str] = frozenset()) -> bool:
    if isinstance(node, ast.Global):
        return True
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(
        node.ctx, ast.Store | ast.Del
    ):
        return _root(node) in kept
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in BOX_CHANGES | methods and _root(node.func) in kept
    consumed = dotted(node.func) == "next" and bool(node.args)
    return consumed and _root(node.args[0]) in kept


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))
