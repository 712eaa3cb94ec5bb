"""Which classes of the notebook may change when an instance is made or used: counters, registries, shared lists.

Only the source of the class is looked at. What its methods do to their own instance is in `summaries.py`.
"""

import ast
from collections.abc import Iterator

from jupyterlab_promote.dataflow.names import dotted, is_literal, target_names

_GIVEN_THE_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_ONLY_ASK = frozenset({"isinstance", "issubclass", "super", "print", "repr", "str", "id", "hash"})
_FIELDS = frozenset({"field", "Field"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef


MAKES = "__call__"
"""What a metaclass has that runs whenever an instance of its classes is made."""


def shared_names(node: ast.ClassDef) -> frozenset[str]:
    """Attributes of the class itself that can be changed in place; with `MAKES` for a metaclass that has one."""
    found: set[str] = set()
    if any(
        dotted(base).endswith(("type", "Meta", "MetaClass", "Metaclass")) for base in node.bases
    ):
        found |= {method.name for method in _methods(node)} & {MAKES}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and _changeable(statement.value):
            found.update(n for target in statement.targets for n in target_names(target))
        elif isinstance(statement, ast.AnnAssign) and _changeable(statement.value):
            found.update(target_names(statement.target))
    return frozenset(found)


def _changeable(value: ast.expr | None) -> bool:
    if value is None:
        return False
    if isinstance(value, ast.Call):
        called = value.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        return name not in _FIELDS
    return not is_literal(value) or isinstance(value, ast.List | ast.Dict | ast.Set)


def changes_in_use(node: ast.ClassDef, shared: frozenset[str]) -> int | None:
    """The line of a method where the class itself may change; None when no method does that.

    Args:
        shared: attributes that can be changed in place, of the class and of those that it is made from.
    """
    lines = [line for method in _methods(node) for line in _changes(method, shared)]
    return min(lines, default=None)


def _methods(node: ast.ClassDef) -> Iterator[_Function]:
    for inner in node.body:
        if isinstance(inner, _Function):
            yield inner


def _changes(method: _Function, shared: frozenset[str]) -> Iterator[int]:
    receiver = _class_receiver(method)
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            if node.attr in shared:
                yield node.lineno
        elif _stores_to_class(node, receiver) or _hands_class_on(node, receiver):
            yield getattr(node, "lineno", method.lineno)


def _stores_to_class(node: ast.AST, receiver: str | None) -> bool:
    return isinstance(node, ast.Attribute | ast.Subscript) and _is_class(_root(node), receiver)


def _hands_class_on(node: ast.AST, receiver: str | None) -> bool:
    if not isinstance(node, ast.Call | ast.Assign | ast.Return):
        return False
    return any(_is_class(given, receiver) for given in _handed_on(node))


def _class_receiver(method: _Function) -> str | None:
    """The parameter that is the class, in a method of the class."""
    marked = any(isinstance(d, ast.Name) and d.id == "classmethod" for d in method.decorator_list)
    if not marked and method.name not in _GIVEN_THE_CLASS:
        return None
    named = [*method.args.posonlyargs, *method.args.args]
    return named[0].arg if named else None


def _root(node: ast.expr) -> ast.expr:
    """The object whose attribute or element, or that of a part of it, is stored to."""
    while isinstance(node, ast.Attribute | ast.Subscript) and not _names_class(node):
        node = node.value
    return node


def _names_class(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "__class__"


def _is_class(node: ast.expr, receiver: str | None) -> bool:
    if isinstance(node, ast.Name):
        return node.id in ("__class__", receiver)
    asked = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type"
    )
    return _names_class(node) or asked


def _handed_on(node: ast.Call | ast.Assign | ast.Return) -> list[ast.expr]:
    """What a call is given, an assignment binds, or a function returns."""
    if isinstance(node, ast.Assign):
        return [node.value]
    if isinstance(node, ast.Return):
        return [node.value] if node.value is not None else []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _ONLY_ASK or name in _GIVEN_THE_CLASS:
        return []
    return [*node.args, *(keyword.value for keyword in node.keywords)]
