"""Parameters of a notebook as Airflow Params, and the values that a run gives a step.

Values travel as JSON from Airflow's database to `request.json`; they never meet Jinja or a shell.
"""

from collections.abc import Mapping
from datetime import datetime

from airflow.sdk import Param
from pydantic import JsonValue

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.pipeline import Parameter

_SCHEMAS: dict[str, dict[str, JsonValue]] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "str": {"type": "string"},
    "bool": {"type": "boolean"},
    "list": {"type": "array"},
    "dict": {"type": "object"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "none": {},
}

_TYPES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    list: "array",
    dict: "object",
}
_ANYTHING: list[JsonValue] = [*_TYPES.values()]
"""Types of a list's elements that let Airflow's form edit it as JSON, and so keep what is no text."""

_MOMENT: dict[str, JsonValue] = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?$",
}
"""A date and time with or without a zone: Airflow's own format would refuse a notebook's default without one."""


def json_schema(parameter: Parameter) -> dict[str, JsonValue]:
    """What Airflow checks a value of this parameter against."""
    nullable = parameter.optional or parameter.binding is not None
    if parameter.type == "enum":
        return _enum(parameter.choices, nullable=nullable)
    schema = dict(_MOMENT if _without_zone(parameter) else _SCHEMAS[parameter.type])
    if parameter.type == "list" and not _all_text(parameter.default):
        schema["items"] = {"type": _ANYTHING}
    nullable = nullable or (parameter.default is None and not parameter.required)
    if nullable and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _enum(choices: tuple[JsonValue, ...], *, nullable: bool) -> dict[str, JsonValue]:
    """A choice; its type tells Airflow's form whether it may be left empty."""
    every = [*choices, None] if nullable and None not in choices else list(choices)
    types: list[JsonValue] = [*dict.fromkeys(_TYPES[type(choice)] for choice in every)]
    return {"type": types[0] if len(types) == 1 else types, "enum": every}


def _all_text(default: JsonValue) -> bool:
    """Whether a list can be edited as lines of text, which Airflow's form makes strings of."""
    return isinstance(default, list) and bool(default) and all(isinstance(x, str) for x in default)


def _without_zone(parameter: Parameter) -> bool:
    if parameter.type != "datetime" or not isinstance(parameter.default, str):
        return False
    return datetime.fromisoformat(parameter.default).tzinfo is None


def airflow_param(parameter: Parameter) -> Param:
    """The field of Airflow's trigger form. A bound parameter is empty there until somebody fills it in."""
    description = parameter.help or None
    schema = json_schema(parameter)
    if parameter.binding is not None:
        filled = f"Filled from the run's {parameter.binding} when left empty."
        return Param(None, description=f"{description or ''} {filled}".strip(), **schema)
    if parameter.required:
        return Param(description=description, **schema)
    return Param(parameter.default, description=description, **schema)


def values_for_run(
    parameters: tuple[Parameter, ...],
    *,
    given: Mapping[str, JsonValue],
    run_id: str,
    moments: Mapping[str, datetime | None],
) -> dict[str, JsonValue]:
    """The parameters of one run: what it was triggered with, else the binding, else the default.

    Args:
        given: Airflow's validated params of the run.
        moments: `logical_date`, `data_interval_start`, `data_interval_end` and `run_after`; a null one
            falls back to `run_after`, which every run has.

    Raises:
        InvalidInput: a required parameter has no value.
    """
    values: dict[str, JsonValue] = {}
    for parameter in parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None and parameter.binding is not None:
            value = _bound(parameter, run_id=run_id, moments=moments)
        if value is None and parameter.required and not parameter.optional:
            raise InvalidInput(
                parameter.name,
                "the run gives no value and the notebook has no default",
                hint="Trigger the run with a value, or give the parameter a default in the notebook.",
            )
        values[parameter.name] = value
    return values


def _bound(
    parameter: Parameter, *, run_id: str, moments: Mapping[str, datetime | None]
) -> JsonValue:
    if parameter.binding == "run_id":
        return run_id
    moment = moments.get(str(parameter.binding)) or moments["run_after"]
    if moment is None:
        return None
    return moment.date().isoformat() if parameter.type == "date" else moment.isoformat()
