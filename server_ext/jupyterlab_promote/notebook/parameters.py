"""The `parameters` cell -> typed parameters. Findings PRM3xx.

| code | severity | what |
|---|---|---|
| PRM301 | error | the default is no literal, so that no run could set it |
| PRM302 | error | the annotation is of no known type, or the default is of another one |
| PRM303 | error | a binding names no parameter or no value of the run |
| PRM304 | error | a schedule, and a parameter without a default |
"""

import ast
import io
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Parameter, ParameterType, Place
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.literals import literal_value
from jupyterlab_promote.notebook.source import python_cell

BINDINGS = frozenset({"logical_date", "data_interval_start", "data_interval_end", "run_id"})
"""Values of a run that can fill a parameter."""

_SIMPLE: dict[str, ParameterType] = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "list": "list", "List": "list",
    "dict": "dict", "Dict": "dict", "date": "date", "datetime": "datetime", "None": "none",
}  # fmt: skip


@dataclass
class _Reading:
    cell: Cell
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, line: int, name: str, message: str, fix: str) -> None:
        self.findings.append(
            Finding(
                code=code,
                severity="error",
                message=message,
                fix=fix,
                name=name,
                cell=self.cell.id,
                cell_index=self.cell.index,
                line=line,
            )
        )


def read_parameters(
    cell: Cell | None, bindings: Mapping[str, str], *, scheduled: bool
) -> tuple[tuple[Parameter, ...], tuple[Finding, ...]]:
    """The parameters of the `parameters` cell, in its order.

    Args:
        bindings: parameter -> value of the run that fills it.
        scheduled: the pipeline has a schedule, so that every parameter needs a value of its own.
    """
    if cell is None:
        return (), ()
    reading = _Reading(cell)
    tree = python_cell(cell.source).tree
    found: dict[str, Parameter] = {}
    for statement in tree.body if tree is not None else ():
        parameter = _read(statement, reading)
        if parameter is not None:
            bound = bindings.get(parameter.name)
            found[parameter.name] = parameter.model_copy(update={"binding": bound})
    _check_bindings(bindings, found, reading)
    if scheduled:
        _check_schedule(found, reading)
    return tuple(found.values()), tuple(reading.findings)


def _read(statement: ast.stmt, reading: _Reading) -> Parameter | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return _annotated(statement, statement.target.id, reading)
    if (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
    ):
        name = statement.targets[0].id
        known, value, kind = literal_value(statement.value)
        if not known:
            reading.refuse(
                "PRM301",
                statement.lineno,
                name,
                f"The default of parameter `{name}` is computed, so no run could set it.",
                "Write a literal here, and compute from it in a step.",
            )
            return None
        return Parameter(
            name=name,
            type=kind,
            default=value,
            optional=kind == "none",
            help=_help(reading.cell, statement.end_lineno or statement.lineno),
            place=_place(reading.cell, statement.lineno),
        )
    return None


def _annotated(statement: ast.AnnAssign, name: str, reading: _Reading) -> Parameter | None:
    line = statement.lineno
    kind, optional, choices = _annotation(statement.annotation)
    if kind is None:
        reading.refuse(
            "PRM302",
            line,
            name,
            f"Parameter `{name}` has the type `{ast.unparse(statement.annotation)}`, which is not known.",
            "Use int, float, str, bool, list, dict, date, datetime, Literal[...] or `... | None`.",
        )
        return None
    place = _place(reading.cell, line)
    text = _help(reading.cell, statement.end_lineno or line)
    if statement.value is None:
        return Parameter(
            name=name,
            type=kind,
            required=True,
            optional=optional,
            choices=choices,
            help=text,
            place=place,
        )
    known, value, actual = literal_value(statement.value)
    fits = _fits(kind, actual, value, choices, optional=optional)
    if not known or not fits:
        reading.refuse(
            "PRM301" if not known else "PRM302",
            line,
            name,
            f"The default of parameter `{name}` is computed, so no run could set it."
            if not known
            else f"The default of parameter `{name}` is no `{ast.unparse(statement.annotation)}`.",
            "Write a literal of that type.",
        )
        return None
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return Parameter(
        name=name,
        type=kind,
        default=value,
        optional=optional,
        choices=choices,
        help=text,
        place=place,
    )


def _annotation(node: ast.expr) -> tuple[ParameterType | None, bool, tuple[JsonValue, ...]]:
    """(type, may be None, choices)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _annotation(ast.parse(node.value, mode="eval").body)
        except SyntaxError:
            return None, False, ()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [s for s in (node.left, node.right) if ast.unparse(s) != "None"]
        if len(sides) == 1:
            kind, _, choices = _annotation(sides[0])
            return kind, True, choices
        return None, False, ()
    name = _last_word(node.value if isinstance(node, ast.Subscript) else node)
    if isinstance(node, ast.Subscript) and name == "Optional":
        kind, _, choices = _annotation(node.slice)
        return kind, True, choices
    if isinstance(node, ast.Subscript) and name == "Literal":
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        values = tuple(i.value for i in items if isinstance(i, ast.Constant))
        complete = len(values) == len(items)
        return ("enum" if complete else None), None in values, cast("tuple[JsonValue, ...]", values)
    return _SIMPLE.get(name), False, ()


def _last_word(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", 1)[-1]


def _fits(
    kind: ParameterType,
    actual: ParameterType,
    value: JsonValue,
    choices: tuple[JsonValue, ...],
    *,
    optional: bool,
) -> bool:
    if value is None:
        return optional or kind == "none"
    if kind == "enum":
        return value in choices
    return kind == actual or (kind == "float" and actual == "int")


def _help(cell: Cell, line: int) -> str:
    """The comment at the end of the parameter's line, as papermill reads it."""
    lines = cell.source.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(lines[line - 1].strip()).readline))
    except (tokenize.TokenError, SyntaxError):
        return ""
    comment = next((t.string for t in tokens if t.type == tokenize.COMMENT), "")
    return re.sub(r"^#\s*(?:type:\s*\S+\s*)?", "", comment).strip()


def _place(cell: Cell, line: int) -> Place:
    return Place(cell=cell.id, cell_index=cell.index, line=line)


def _check_bindings(
    bindings: Mapping[str, str], found: Mapping[str, Parameter], reading: _Reading
) -> None:
    for name, binding in bindings.items():
        if name not in found:
            reading.refuse(
                "PRM303", 1, name, f"The binding of `{name}` names no parameter.",
                f"There are: {', '.join(found) or 'none'}.",
            )  # fmt: skip
        elif binding not in BINDINGS:
            reading.refuse(
                "PRM303", found[name].place.line or 1, name,
                f"Parameter `{name}` is bound to {binding!r}, which a run does not have.",
                f"Use one of {', '.join(sorted(BINDINGS))}.",
            )  # fmt: skip


def _check_schedule(found: Mapping[str, Parameter], reading: _Reading) -> None:
    for parameter in found.values():
        if parameter.required and parameter.binding is None:
            reading.refuse(
                "PRM304",
                parameter.place.line or 1,
                parameter.name,
                f"Parameter `{parameter.name}` has no default, so a scheduled run could not start.",
                "Give it a default, bind it to a value of the run, or run by hand only.",
            )
