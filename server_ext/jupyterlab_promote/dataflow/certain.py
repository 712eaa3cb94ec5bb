"""What a function looks up in every call of it, whatever its arguments. Told from its source alone."""

import ast
from collections.abc import Iterable, Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEAVES = (ast.Return, ast.Raise)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def looked_up_when_called(tree: ast.Module, name: str) -> Iterator[str]:
    """The functions of a cell that cannot be called without looking a name up."""
    for statement in tree.body:
        if isinstance(statement, _FUNCTIONS) and name in set(_read_always(statement.body)):
            yield statement.name


def _read_always(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.If(test=first) | ast.While(test=first) | ast.For(iter=first):
                yield from _names(first)
            case ast.With(items=items, body=inner):
                yield from (n for item in items for n in _names(item.context_expr))
                yield from _read_always(inner)
            case (
                ast.Try()
                | ast.Match()
                | ast.FunctionDef()
                | ast.AsyncFunctionDef()
                | ast.ClassDef()
            ):
                pass
            case _:
                yield from _names(statement)
        if any(isinstance(node, _LEAVES) for node in ast.walk(statement)):
            return


def _names(node: ast.AST) -> Iterator[str]:
    """Names of an expression that every evaluation of it looks up."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            yield name
        case ast.Lambda():
            return
        case ast.BoolOp(values=[first, *_]):
            yield from _names(first)
        case ast.IfExp(test=test):
            yield from _names(test)
        case ast.Compare(left=left, comparators=[first, *_]):
            yield from _names(left)
            yield from _names(first)
        case _ if isinstance(node, _COMPREHENSIONS):
            yield from _names(node.generators[0].iter)
        case _:
            for inner in ast.iter_child_nodes(node):
                yield from _names(inner)
