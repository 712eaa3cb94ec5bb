"""The `parameters` cell -> typed parameters. Findings PRM3xx.

| code | severity | what |
|---|---|---|
| PRM301 | error | the default is no literal, so that no run could set it |
| PRM302 | error | the annotation is of no known type, or the default is of another one |
| PRM303 | error | a binding names no parameter or no value of the run |
| PRM304 | error | a schedule, and a parameter without a default |
| PRM305 | warning | a line computed from a parameter, which a run that sets the parameter does not change |
| PRM306 | warning | a line that does something else than naming a value: it runs again in each step |
"""

import ast
import io
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Parameter, ParameterType, Place
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.literals import literal_value, read_annotation
from jupyterlab_promote.notebook.source import python_cell

BINDINGS = frozenset({"logical_date", "data_interval_start", "data_interval_end", "run_id"})
"""Values of a run that can fill a parameter."""


_SAME_EACH_TIME = frozenset(
    {
        "Path", "PurePath", "pathlib.Path", "os.path.join", "os.path.basename", "os.path.dirname", "os.path.splitext",
        "str", "int", "float", "bool", "len", "list", "dict", "tuple", "set", "frozenset", "range", "round", "abs",
        "min", "max", "sum", "sorted", "timedelta", "datetime.timedelta", "date", "datetime", "datetime.date",
        "datetime.datetime", "np.array", "np.linspace", "np.arange", "pd.Timestamp", "pd.Timedelta",
    }
)  # fmt: skip
"""Calls that give the same each time, so that each step may compute them again."""


@dataclass
class _Reading:
    cell: Cell
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, line: int, *, name: str, message: str, fix: str) -> None:
        self._say(code, line, severity="error", name=name, message=message, fix=fix)

    def warn(self, code: str, line: int, *, name: str, message: str, fix: str) -> None:
        self._say(code, line, severity="warning", name=name, message=message, fix=fix)

    def _say(self, code: str, line: int, **words: Any) -> None:
        place = {"cell": self.cell.id, "cell_index": self.cell.index, "line": line}
        self.findings.append(Finding(code=code, **words, **place))


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
        parameter = _read(statement, reading, frozenset(found))
        if parameter is not None:
            bound = bindings.get(parameter.name)
            found[parameter.name] = parameter.model_copy(update={"binding": bound})
            continue
        for name in _rebound(statement) & found.keys():
            reading.refuse(
                "PRM301",
                statement.lineno,
                name=name,
                message=f"This line changes parameter `{name}`, so that a run's value would not be what the steps see.",
                fix=f"Give the result another name, or compute it in the step that uses `{name}`.",
            )
    _check_bindings(bindings, found, reading)
    if scheduled:
        _check_schedule(found, reading)
    return tuple(found.values()), tuple(reading.findings)


def _read(statement: ast.stmt, reading: _Reading, earlier: frozenset[str]) -> Parameter | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return _annotated(statement, statement.target.id, reading)
    if not isinstance(statement, ast.Assign):
        _check_other(statement, reading)
        return None
    target = statement.targets[0]
    known, value, kind = literal_value(statement.value)
    if not known or len(statement.targets) > 1 or not isinstance(target, ast.Name):
        _check_computed(statement, reading, earlier)
        return None
    return Parameter(
        name=target.id,
        type=kind,
        default=value,
        optional=kind == "none",
        help=_help(reading.cell, statement.end_lineno or statement.lineno),
        place=_place(reading.cell, statement.lineno),
    )


def _rebound(statement: ast.stmt) -> set[str]:
    """The names that a line binds which is no parameter itself."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


def _check_computed(statement: ast.Assign, reading: _Reading, earlier: frozenset[str]) -> None:
    """A line such as `out = folder + "/x"` is no parameter; each step computes it again, so it must not vary."""
    name = ast.unparse(statement.targets[0])
    calls = [n for n in ast.walk(statement.value) if isinstance(n, ast.Call)]
    awaits = any(isinstance(n, ast.Await | ast.NamedExpr) for n in ast.walk(statement.value))
    if awaits or any(ast.unparse(call.func) not in _SAME_EACH_TIME for call in calls):
        reading.refuse(
            "PRM301",
            statement.lineno,
            name=name,
            message=f"The default of parameter `{name}` is computed, so no run could set it.",
            fix="Write a literal here, and compute from it in a step.",
        )
        return
    read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)} & earlier
    if read:
        listed = ", ".join(f"`{parameter}`" for parameter in sorted(read))
        reading.warn(
            "PRM305",
            statement.lineno,
            name=name,
            message=f"`{name}` is computed from {listed} before a run sets it, so a run does not change `{name}`.",
            fix=f"Move the line to the first step that uses `{name}`.",
        )


def _check_other(statement: ast.stmt, reading: _Reading) -> None:
    quiet = isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )
    if not quiet:
        reading.warn(
            "PRM306",
            statement.lineno,
            name="",
            message=f"`{_clipped(ast.unparse(statement))}` runs again in each step that needs a parameter.",
            fix="Move it to a step.",
        )


def _clipped(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= 60 else line[:57] + "..."


def _annotated(statement: ast.AnnAssign, name: str, reading: _Reading) -> Parameter | None:
    kind, optional, choices = read_annotation(statement.annotation)
    if kind is None:
        reading.refuse(
            "PRM302",
            statement.lineno,
            name=name,
            message=f"Parameter `{name}` has the type `{ast.unparse(statement.annotation)}`, which is not known.",
            fix="Use int, float, str, bool, list, dict, date, datetime, Literal[...] or `... | None`.",
        )
        return None
    parameter = Parameter(
        name=name,
        type=kind,
        required=statement.value is None,
        optional=optional,
        choices=choices,
        help=_help(reading.cell, statement.end_lineno or statement.lineno),
        place=_place(reading.cell, statement.lineno),
    )
    if statement.value is None:
        return parameter
    return _with_default(parameter, statement.value, reading, annotation=statement.annotation)


def _with_default(
    parameter: Parameter, given: ast.expr, reading: _Reading, *, annotation: ast.expr
) -> Parameter | None:
    """The parameter with the default that stands in the notebook; None for one that a run could not set."""
    name = parameter.name
    known, value, actual = literal_value(given)
    if known and _fits(parameter, actual, value):
        if parameter.type == "float" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        return parameter.model_copy(update={"default": value})
    wrong = (
        f"not of type `{ast.unparse(annotation)}`" if known else "computed, so no run could set it"
    )
    reading.refuse(
        "PRM302" if known else "PRM301",
        parameter.place.line or 1,
        name=name,
        message=f"The default of parameter `{name}` is {wrong}.",
        fix="Write a literal of that type.",
    )
    return None


def _fits(parameter: Parameter, actual: ParameterType, value: JsonValue) -> bool:
    if value is None:
        return parameter.optional or parameter.type == "none"
    if parameter.type == "enum":
        return value in parameter.choices
    return parameter.type == actual or (parameter.type == "float" and actual == "int")


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
                "PRM303", 1, name=name, message=f"The binding of `{name}` names no parameter.",
                fix=f"There are: {', '.join(found) or 'none'}.",
            )  # fmt: skip
        elif binding not in BINDINGS:
            reading.refuse(
                "PRM303", found[name].place.line or 1, name=name,
                message=f"Parameter `{name}` is bound to {binding!r}, which a run does not have.",
                fix=f"Use one of {', '.join(sorted(BINDINGS))}.",
            )  # fmt: skip


def _check_schedule(found: Mapping[str, Parameter], reading: _Reading) -> None:
    for parameter in found.values():
        if parameter.required and parameter.binding is None:
            reading.refuse(
                "PRM304",
                parameter.place.line or 1,
                name=parameter.name,
                message=f"Parameter `{parameter.name}` has no default, so a scheduled run could not start.",
                fix="Give it a default, bind it to a value of the run, or run by hand only.",
            )
