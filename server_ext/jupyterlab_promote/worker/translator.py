"""Parameter values as Python source for papermill's injected cell, dates included."""

import datetime
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.pipeline import Parameter
from jupyterlab_promote.worker.lean import import_papermill

_translators = import_papermill("papermill.translators")


class DatedPython(_translators.PythonTranslator):  # type: ignore[misc, name-defined]
    """papermill's Python translator plus dates and exact strings."""

    @classmethod
    def translate(cls, val: object) -> str:
        """The source of a value. Dates name their module in place, so that no name is bound."""
        if isinstance(val, datetime.datetime):
            return f"__import__('datetime').datetime.fromisoformat({val.isoformat()!r})"
        if isinstance(val, datetime.date):
            return f"__import__('datetime').date.fromisoformat({val.isoformat()!r})"
        return str(super().translate(val))

    @classmethod
    def translate_str(cls, val: str) -> str:
        """The source of a text; `repr` keeps every character, quotes and line ends as they are."""
        return repr(str(val))


def register() -> None:
    """Make papermill use it for every Python kernel of this process."""
    for language in ("python", "python3", "pysparkkernel"):
        _translators.papermill_translators.register(language, DatedPython)


def typed(values: Mapping[str, JsonValue], parameters: Iterable[Parameter]) -> dict[str, object]:
    """Parameter values with ISO 8601 texts turned into dates where the parameter is one.

    Raises:
        InvalidInput: a text that is not a date.
    """
    types = {parameter.name: parameter.type for parameter in parameters}
    return {name: _typed(name, value, types.get(name)) for name, value in values.items()}


def _typed(name: str, value: JsonValue, kind: str | None) -> object:
    if not isinstance(value, str) or kind not in ("date", "datetime"):
        return value
    try:
        if kind == "date":
            return datetime.datetime.fromisoformat(value).date()
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput(
            name,
            f"{value!r} is not a {kind}",
            hint="Write it as 2026-01-31 or 2026-01-31T08:00:00.",
        ) from None
