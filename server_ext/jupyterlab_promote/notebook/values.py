"""Values of parameters: whether one fits, and what somebody typed as one.

The rules are those of the Airflow Params that are made of the same parameters, told in the notebook's own words.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pydantic import JsonValue

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.pipeline import Parameter

_WANTED = {
    "int": "a whole number such as 3",
    "float": "a number such as 0.5",
    "str": "text",
    "bool": "true or false",
    "list": "a list such as [1, 2]",
    "dict": 'an object such as {"a": 1}',
    "date": "a date such as 2026-01-31",
    "datetime": "a date and time such as 2026-01-31T02:00:00",
}
_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def check_values(
    parameters: Iterable[Parameter], values: Mapping[str, JsonValue], *, of: str
) -> None:
    """Refuse names that do not exist and values that do not fit.

    Args:
        of: what has the parameters, such as `the notebook`.

    Raises:
        InvalidInput: with the name, what it may be, or the list of what exists.
    """
    known = tuple(parameters)
    check_names(known, values, of=of)
    for parameter in known:
        if parameter.name in values and not fits(parameter, values[parameter.name]):
            said = json.dumps(values[parameter.name], ensure_ascii=False)
            hint = f"It has to be {wanted(parameter)}."
            raise InvalidInput(parameter.name, f"{said} does not fit.", hint=hint)


def check_names(parameters: Iterable[Parameter], names: Iterable[str], *, of: str) -> None:
    """Refuse names that do not exist. Raises InvalidInput with the list of what does."""
    known = {parameter.name: parameter.type for parameter in parameters}
    for name in names:
        if name not in known:
            there = ", ".join(f"{each} ({kind})" for each, kind in known.items()) or "none"
            raise InvalidInput(name, f"is no parameter of {of}.", hint=f"There are: {there}.")


def wanted(parameter: Parameter) -> str:
    """What a value of the parameter has to be, in words: `one of "fast", "slow"`."""
    if parameter.type == "enum":
        choices = (json.dumps(c, ensure_ascii=False) for c in parameter.choices if c is not None)
        words = f"one of {', '.join(choices)}"
    else:
        words = _WANTED.get(parameter.type, "any value")
    if _needs_zone(parameter):
        words = "a date and time with its zone such as 2026-01-31T02:00:00+01:00"
    return f"{words}, or null" if _may_be_null(parameter) and parameter.type != "none" else words


def fits(parameter: Parameter, value: JsonValue) -> bool:
    """Whether the parameter may have the value; what Airflow would refuse does not fit."""
    if value is None:
        return _may_be_null(parameter)
    match parameter.type:
        case "none":
            return True
        case "enum":
            return any(type(c) is type(value) and c == value for c in parameter.choices)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "datetime":
            return isinstance(value, str) and _is_moment(value, zone=_needs_zone(parameter))
        case "int" if isinstance(value, float):
            return value.is_integer()
        case kind:
            return isinstance(value, _KINDS[kind]) and (kind == "bool") == isinstance(value, bool)


def typed(parameter: Parameter | None, text: str) -> JsonValue:
    """The value that somebody wrote on a command line: JSON, or else text; text for what takes only text."""
    if parameter is not None and parameter.type == "enum" and text in parameter.choices:
        return text
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    takes_text = parameter is not None and parameter.type in ("str", "date", "datetime")
    if parameter is not None and takes_text and not fits(parameter, value):
        return text
    return value


def _may_be_null(parameter: Parameter) -> bool:
    if parameter.optional or parameter.binding is not None:
        return True
    if parameter.type == "enum":
        return None in parameter.choices
    return parameter.default is None and not parameter.required


def _needs_zone(parameter: Parameter) -> bool:
    if parameter.type != "datetime":
        return False
    if not isinstance(parameter.default, str):
        return True
    return datetime.fromisoformat(parameter.default).tzinfo is not None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None


def _is_moment(text: str, *, zone: bool) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return (_ZONED if zone else _LOCAL).fullmatch(text) is not None
