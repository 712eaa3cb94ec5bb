"""What a module remembers of its calls, by what decorates its functions: the next call depends on the last one."""

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.behaviour import BOX_CHANGES
from jupyterlab_promote.dataflow.names import dotted

_CACHES = frozenset({"alru_cache", "cache", "cached", "lru_cache", "memoize", "memoized"})
"""What remembers so in Python and in libraries, by the last word."""
_INNER = re.compile(r"^\s+(?:async\s+)?def\s", re.MULTILINE)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Made = _Function | ast.ClassDef


@lru_cache(maxsize=64)
def remembering_decorators(sources: frozenset[str]) -> frozenset[str]:
    """The functions and classes at the top level of modules that, where they decorate, keep something between calls.

    Args:
        sources: of the modules of the notebook's own, any of which may take them from another.
    """
    return _CACHES.union(*map(_remembering, sources))


def remembered(body: Iterable[ast.stmt], decorators: frozenset[str]) -> frozenset[str]:
    """The names at a module's top level that stand for what such decorators made: `@cache` and `f = cache(f)`."""
    found = {
        node.name
        for node in body
        if isinstance(node, _Made) and not decorators.isdisjoint(map(_word, node.decorator_list))
    }
    for node in body:
        # `lru_cache(maxsize=9)(f)` is a call of a call.
        if isinstance(node, ast.Assign) and _word(node.value) in decorators:
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return frozenset(found)


def _word(made: ast.expr) -> str:
    while isinstance(made, ast.Call):
        made = made.func
    return dotted(made).rpartition(".")[2]


@lru_cache(maxsize=256)
def _remembering(source: str) -> frozenset[str]:
    if _INNER.search(source) is None:
        return frozenset()
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    return frozenset(node.name for node in body if isinstance(node, _Made) and _remembers(node))


def _remembers(decorator: _Made) -> bool:
    """Whether a function that is made inside another one, or that is `__call__`, changes what outlasts its call."""
    inside = [n for n in ast.walk(decorator) if isinstance(n, _Function) and n is not decorator]
    called = [node for node in inside if node.name == "__call__"]
    if isinstance(decorator, ast.ClassDef) and not called:
        return False
    return any(_changes(node) for function in inside for node in ast.walk(function))


def _changes(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in BOX_CHANGES
    kept = isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store)
    return kept or isinstance(node, ast.Nonlocal)
