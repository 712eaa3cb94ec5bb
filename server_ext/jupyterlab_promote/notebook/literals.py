"""Literals as JSON values and annotations as types of parameters. Dates become ISO 8601 text."""

import ast
import re
from datetime import date, datetime
from typing import Any, cast

from pydantic import JsonValue

from jupyterlab_promote.model.pipeline import ParameterType

_SIMPLE: dict[str, ParameterType] = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "list": "list", "List": "list",
    "dict": "dict", "Dict": "dict", "date": "date", "datetime": "datetime", "None": "none",
}  # fmt: skip


def read_annotation(node: ast.expr) -> tuple[ParameterType | None, bool, tuple[JsonValue, ...]]:
    """(type, may be None, choices)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return read_annotation(ast.parse(node.value, mode="eval").body)
        except SyntaxError:
            return None, False, ()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [s for s in (node.left, node.right) if ast.unparse(s) != "None"]
        if len(sides) == 1:
            kind, _, choices = read_annotation(sides[0])
            return kind, True, choices
        return None, False, ()
    name = _last_word(node.value if isinstance(node, ast.Subscript) else node)
    if isinstance(node, ast.Subscript) and name == "Optional":
        kind, _, choices = read_annotation(node.slice)
        return kind, True, choices
    if isinstance(node, ast.Subscript) and name == "Literal":
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        values = tuple(i.value for i in items if isinstance(i, ast.Constant))
        complete = len(values) == len(items)
        return ("enum" if complete else None), None in values, cast("tuple[JsonValue, ...]", values)
    return _SIMPLE.get(name), False, ()


def _last_word(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", 1)[-1]


def literal_value(node: ast.expr) -> tuple[bool, JsonValue, ParameterType]:
    """(is a literal, JSON value, type)."""
    found = _date(node)
    if found is not None:
        kind: ParameterType = "datetime" if isinstance(found, datetime) else "date"
        return True, found.isoformat(), kind
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False, None, "none"
    kinds: dict[type, ParameterType] = {
        bool: "bool", int: "int", float: "float", str: "str", list: "list", tuple: "list",
        dict: "dict", type(None): "none",
    }  # fmt: skip
    kind_of = kinds.get(type(value))
    plain = _json(value)
    if kind_of is None or plain is _NOT_JSON:
        return False, None, "none"
    return True, cast("JsonValue", plain), kind_of


_NOT_JSON = object()


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        items = [_json(item) for item in value]
        return _NOT_JSON if any(item is _NOT_JSON for item in items) else items
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        pairs = {key: _json(item) for key, item in value.items()}
        return _NOT_JSON if any(item is _NOT_JSON for item in pairs.values()) else pairs
    return _NOT_JSON


def _date(node: ast.expr) -> date | datetime | None:
    """`date(2026, 1, 2)`, `datetime.datetime(...)` and `datetime.fromisoformat("...")` with literals."""
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    path = ast.unparse(node.func)
    try:
        arguments = [ast.literal_eval(argument) for argument in node.args]
        if re.fullmatch(r"(?:\w+\.)?datetime", path):
            return datetime(*arguments)  # noqa: DTZ001 - the user's literal, with or without a zone
        if re.fullmatch(r"(?:\w+\.)?date", path):
            return date(*arguments)
        if re.fullmatch(r"(?:\w+\.)*datetime\.fromisoformat", path):
            return datetime.fromisoformat(*arguments)
        if re.fullmatch(r"(?:\w+\.)*date\.fromisoformat", path):
            return date.fromisoformat(*arguments)
    except (ValueError, TypeError):
        return None
    return None
