"""Functions that only compute: calling them once more, or never, changes nothing else. Told from the source alone."""

import ast

from jupyterlab_promote.dataflow.behaviour import (
    BOX_BUILTINS,
    HARMLESS_METHODS,
    LAZY_BUILTINS,
    OF_THEIR_ARGUMENTS,
    PLAIN_BUILTINS,
)
from jupyterlab_promote.dataflow.names import dotted

_BUILTINS = (PLAIN_BUILTINS - {"print", "display", "help"}) | OF_THEIR_ARGUMENTS | BOX_BUILTINS
_LIBRARIES = frozenset(
    {"cmath", "itertools", "math", "np", "numpy", "operator", "re", "scipy", "statistics", "string"}
)
_EFFECTS = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.Delete, ast.Import, ast.ImportFrom,
            ast.With, ast.ClassDef)  # fmt: skip


def only_computes(function: ast.FunctionDef) -> bool:
    """Whether a function stores to its own names only, and calls only what is known to be harmless."""
    inside = [node for statement in function.body for node in ast.walk(statement)]
    if any(isinstance(node, _EFFECTS) for node in inside):
        return False
    stores = (n for n in inside if isinstance(n, ast.Attribute | ast.Subscript))
    if any(isinstance(node.ctx, ast.Store | ast.Del) for node in stores):
        return False
    return all(_harmless(n, function.name) for n in inside if isinstance(n, ast.Call))


def _harmless(call: ast.Call, own: str) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == own or call.func.id in _BUILTINS | LAZY_BUILTINS
    path = dotted(call.func)
    if path.partition(".")[0] in _LIBRARIES:
        return "random" not in path
    return isinstance(call.func, ast.Attribute) and call.func.attr in HARMLESS_METHODS
