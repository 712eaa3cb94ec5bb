"""How values of types that are known everywhere are told to be equal: numbers, texts, sets, arrays, tables."""

from collections.abc import Callable, Iterator
from typing import Any

from jupyterlab_promote.worker.handoff.values import labelled_arrays
from jupyterlab_promote.worker.handoff.values.kinds import module_of

_PLAIN = (int, str, bytes, bool, type(None), bytearray, range)


def table_kind(value: Any) -> str:
    """The name of a value's class; of a table of a class of its own, that of the table of pandas which it is."""
    named = (f"{base.__module__}.{base.__qualname__}" for base in type(value).__mro__)
    tables = (name for name in named if name.startswith("pandas.") and name in TABLES)
    return next(tables, class_name(value))


def holds_objects(value: Any) -> bool:
    """Whether a table or array has objects, each of which is compared by itself."""
    if TABLES.get(table_kind(value), _labels) in (_labels, labelled_arrays.difference):
        return False
    dtypes = value.dtypes if table_kind(value).endswith("DataFrame") else [value.dtype]
    return any(dtype.kind == "O" and str(dtype) == "object" for dtype in dtypes)


def objects(value: Any) -> Iterator[Any]:
    """The objects that such a table or array has, column by column."""
    if table_kind(value).endswith("DataFrame"):
        columns = (value.iloc[:, place] for place in range(value.shape[1]))
        yield from (cell for column in columns if str(column.dtype) == "object" for cell in column)
    elif str(value.dtype) == "object":
        yield from (value.flat if class_name(value) == "numpy.ndarray" else value)


def equality_of(value: Any) -> Callable[[str, Any, Any], str | None] | None:
    """What tells by path, value and other value in what they differ; None of a type that is not known."""
    if isinstance(value, float | complex):
        return _number
    if type(value) in _PLAIN:
        return _plain
    if type(value) in (set, frozenset):
        return _set
    if _is_expression(value):
        return _plain
    return TABLES.get(table_kind(value))


def _is_expression(value: Any) -> bool:
    """Whether it is an expression of SymPy, which never changes and has an equality of its own.

    Which of its parts are one object depends on what SymPy remembered when they were made, and so do its bytes.
    What keeps more than its arguments, such as a system of dimensions, can change.
    """
    if not module_of(type(value)).startswith("sympy."):
        return False
    named = (f"{base.__module__}.{base.__qualname__}" for base in type(value).__mro__)
    return "sympy.core.basic.Basic" in named and not getattr(value, "__dict__", None)


def _plain(path: str, one: Any, other: Any) -> str | None:
    return None if one == other else unequal(path)


def _number(path: str, one: Any, other: Any) -> str | None:
    """NaN is the same as NaN, in the parts of a complex number as well, which show it."""
    same = one == other or str(complex(one)) == str(complex(other))
    return None if same else unequal(path)


def _set(path: str, one: Any, other: Any) -> str | None:
    """Members without an equality of their own never equal their copies; so only the rest is compared."""
    plain = {member for member in one if type(member) in _PLAIN}
    others = {member for member in other if type(member) in _PLAIN}
    return None if len(one) == len(other) and plain == others else unequal(path)


def _array(path: str, one: Any, other: Any) -> str | None:
    if one.shape != other.shape or one.dtype != other.dtype:
        return f"{path} has another shape or dtype"
    import numpy as np

    if one.dtype.hasobject:
        same = True
    elif one.dtype.names:
        # Between its fields a record may have bytes that say nothing.
        fields = ((f"{path}[{n!r}]", one[n], other[n]) for n in one.dtype.names)
        return next((lost for field in fields if (lost := _array(*field))), None)
    elif one.dtype.kind in "fc":
        same = bool(np.array_equal(one, other, equal_nan=True))
    else:
        same = one.tobytes() == other.tobytes()
    return None if same else unequal(path)


def _frame(path: str, one: Any, other: Any) -> str | None:
    table = table_kind(one).endswith("DataFrame")
    if one.shape != other.shape or (table and list(one.dtypes) != list(other.dtypes)):
        return f"{path} has another shape or other dtypes"
    if not one.index.equals(other.index) or (table and not one.columns.equals(other.columns)):
        return f"{path} has other labels"
    if table:
        places = [place for place, dtype in enumerate(one.dtypes) if str(dtype) != "object"]
        one, other = one.iloc[:, places], other.iloc[:, places]
    elif str(one.dtype) == "object":
        return None
    return None if one.equals(other) else unequal(path)


def _labels(path: str, one: Any, other: Any) -> str | None:
    same = one.equals(other) and list(one.names) == list(other.names)
    return None if same else f"{path} has other labels"


def unequal(path: str) -> str:
    """In words, that they differ."""
    return f"{path} has another value"


def class_name(value: Any) -> str:
    """The full name of a value's class."""
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


TABLES: dict[str, Callable[[str, Any, Any], str | None]] = {
    "numpy.ndarray": _array,
    "pandas.DataFrame": _frame,
    "pandas.Series": _frame,
    "pandas.Index": _labels,
    "pandas.core.indexes.base.Index": _labels,
    "pandas.core.frame.DataFrame": _frame,
    "pandas.core.series.Series": _frame,
    **dict.fromkeys(
        (
            "xarray.core.dataarray.DataArray",
            "xarray.core.dataset.Dataset",
            "xarray.core.variable.IndexVariable",
            "xarray.core.variable.Variable",
        ),
        labelled_arrays.difference,
    ),
}
