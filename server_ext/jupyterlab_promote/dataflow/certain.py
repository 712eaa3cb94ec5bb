"""What code looks up whenever it runs, whatever its values; a loop counts as run. Told from its source alone."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEAVES = (ast.Return, ast.Raise)


@lru_cache(maxsize=1024)
def looked_up(tree: ast.Module, *, deferred: bool = False) -> frozenset[str]:
    """Names that a cell looks up on every way through it.

    Args:
        deferred: whether annotations are kept as text, after `from __future__ import annotations` (PEP 563).
    """
    return frozenset(_names(tree, deferred=deferred))


def looked_up_when_called(tree: ast.Module, name: str) -> Iterator[str]:
    """The functions of a cell that cannot be called without looking a name up."""
    for statement in tree.body:
        if isinstance(statement, _FUNCTIONS) and name in set(_until_it_leaves(statement.body)):
            yield statement.name


def called_bodies(tree: ast.Module) -> Iterator[tuple[str, range, frozenset[str]]]:
    """(name, lines of its body, names of its own) of each function that a cell defines."""
    for one in tree.body:
        if isinstance(one, _FUNCTIONS):
            last = one.end_lineno or one.lineno
            yield one.name, range(one.body[0].lineno, last + 1), frozenset(_own_names(one))


def _own_names(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _until_it_leaves(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        yield from _names(statement)
        if any(isinstance(node, _LEAVES) for node in ast.walk(statement)):
            return


def _names(node: ast.AST, *, deferred: bool = False) -> Iterator[str]:
    """Names that the node looks up, but not in a branch or in the body of a function."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    for inner in (_always_run_deferred if deferred else _always_run)(node):
        yield from _names(inner, deferred=deferred)


def _always_run_deferred(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.arg():
            return ()
        case ast.AnnAssign(target=target, value=value):
            return (target, *filter(None, [value]))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return (*node.decorator_list, node.args)
    return _always_run(node)


def _always_run(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.If(test=first) | ast.IfExp(test=first) | ast.Match(subject=first):
            return (first,)
        case ast.BoolOp(values=[first, *_]):
            return (first,)
        case ast.Try(body=body, finalbody=last):
            return (*body, *last)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return (*node.decorator_list, node.args, *filter(None, [node.returns]))
        case ast.Lambda(args=arguments):
            return (arguments,)
    return ast.iter_child_nodes(node)
