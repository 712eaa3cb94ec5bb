"""Names that are a function's own where they stand, whatever the notebook has under the same name.

`from sklearn import tree` says nothing of the `tree` in `def grow(tree): tree.left = None`.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import calls_in
from jupyterlab_promote.dataflow.kept import union_of_steps
from jupyterlab_promote.dataflow.library import BUILTINS
from jupyterlab_promote.dataflow.names import bound_in, parameters, target_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.nodes import nodes_in, nodes_under
from jupyterlab_promote.notebook.source import python_cell

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def is_local(name: str, line: int, source: str, steps: tuple[StepNames, ...]) -> bool:
    """Whether a name at a line of a cell is a function's own, and no parameter that may be what the notebook has."""
    return (name, line) in _local_at(source) and name not in union_of_steps(_given, steps)


@lru_cache(maxsize=4096)
def _given(source: str) -> frozenset[str]:
    """The names of the notebook that calls are given, other than of Python's own functions."""
    local = _local_at(source)
    arguments = (
        given
        for call, path, _ in calls_in(source)
        if path not in BUILTINS
        for given in (*call.args, *(keyword.value for keyword in call.keywords))
    )
    names = (node for node in arguments if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if (node.id, node.lineno) not in local)


@lru_cache(maxsize=4096)
def _local_at(source: str) -> frozenset[tuple[str, int]]:
    """(name, line) of the names of a cell that are local there."""
    tree = python_cell(source).tree
    found: set[tuple[str, int]] = set()
    pending: list[tuple[ast.AST, frozenset[str]]] = (
        [(tree, frozenset())] if tree is not None else []
    )
    while pending:
        node, local = pending.pop()
        if isinstance(node, ast.Name) and node.id in local:
            found.add((node.id, node.lineno))
        pending += _under(node, local)
    return frozenset(found)


def _under(node: ast.AST, local: frozenset[str]) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """What stands directly under a node, with the names that are local there."""
    if isinstance(node, _Function):
        body: list[ast.stmt] = node.body if isinstance(node.body, list) else [ast.Expr(node.body)]
        inner = _within(node, body, local)
        # Decorators and defaults are read outside.
        inside = set(map(id, node.body)) if isinstance(node.body, list) else {id(node.body)}
        for part in nodes_under(node):
            yield part, inner if id(part) in inside else local
    elif isinstance(node, _Comprehension):
        own = {name for each in node.generators for name in target_names(each.target)}
        for part in nodes_under(node):
            yield part, local | own
    else:
        for part in nodes_under(node):
            yield part, local


def _within(node: _Function, body: list[ast.stmt], local: frozenset[str]) -> frozenset[str]:
    bound, declared = bound_in(body)
    imports = (n for statement in body for n in nodes_in(statement))
    # What a function imports is the module that everybody has.
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for one in imports
        if isinstance(one, ast.Import | ast.ImportFrom)
        for alias in one.names
    }
    return (local | bound | set(parameters(node.args))) - declared - imported
