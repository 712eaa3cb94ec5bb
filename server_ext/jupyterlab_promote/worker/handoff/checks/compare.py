"""Whether two values are the same, as far as that can be said: only a sure difference counts.

What is the notebook's own is looked into. What belongs to a library is told by its own equality where it is
one of the tables below; else by a `leaf` that the caller gives, or by its type alone.
"""

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jupyterlab_promote.worker.handoff.values import labelled_arrays
from jupyterlab_promote.worker.handoff.values.kinds import module_of

DEPTH = 60
_PLAIN = (int, str, bytes, bool, type(None), bytearray, range)
_COLLECTED = (int, float, str, list, dict, set)
"""What a class counts with, or collects in."""
_REDRAWN = ("matplotlib", "mpl_toolkits", "statsmodels", "linearmodels", "arch.")
"""Libraries whose objects change when they are only shown, or asked for a result."""

_SAYS_ALL = ("networkx",)
"""Libraries whose objects are what they keep to themselves, but for what they remember."""

Leaf = Callable[[Any, Any], bool]


def difference(path: str, one: Any, other: Any, *, leaf: Leaf | None = None) -> str | None:
    """Where two values differ for sure, in words; None when no difference was found.

    Args:
        leaf: whether two objects of a library without public attributes are equal; with it, objects
            of libraries are looked into, too.
    """
    return _Comparison(leaf).compare(path, one, other, 0)


@dataclass
class _Comparison:
    leaf: Leaf | None
    seen: set[tuple[int, int]] = field(default_factory=set)
    made: list[dict[Any, Any]] = field(default_factory=list)

    def compare(self, path: str, one: Any, other: Any, depth: int) -> str | None:
        if one is other or depth > DEPTH or (id(one), id(other)) in self.seen:
            return None
        self.seen.add((id(one), id(other)))
        if isinstance(one, type | types.FunctionType | types.ModuleType):
            return self._compare_kept(path, one, other, depth) if self.leaf is None else None
        if _name(one) != _name(other):
            return f"{path} is a {_name(one)}, but would be a {_name(other)}"
        known = _known(one)
        found = None if known is None else known(path, one, other)
        if found is not None or (known is not None and not _holds_objects(one)):
            return found
        if isinstance(one, dict | list | tuple) and len(one) != len(other):
            return f"{path} has {len(one)} elements, but would have {len(other)}"
        return self._compare_parts(path, one, other, depth)

    def _compare_kept(self, path: str, one: Any, other: Any, depth: int) -> str | None:
        """What a class of the notebook counts or collects, which its instances may have done once more."""
        if not (isinstance(one, type) and isinstance(other, type) and one.__module__ == "__main__"):
            return None
        for name, inner in vars(one).items():
            of_python = name.startswith("__") or name.endswith("_")
            if of_python or type(inner) not in _COLLECTED or name not in vars(other):
                continue
            if found := self.compare(f"{path}.{name}", inner, vars(other)[name], depth + 1):
                return found
        return None

    def _compare_parts(self, path: str, one: Any, other: Any, depth: int) -> str | None:
        table = _kind(one) in _TABLES
        if self.leaf is None and not table and (lost := _lost_or_gained(path, one, other)):
            return lost
        pairs = [*_elements(path, one, other)]
        if not table:
            # A table's attributes are its library's own: blocks that come together, references to itself.
            pairs += self._attributes(path, one, other)
        for inner_path, inner, other_inner in pairs:
            found = self.compare(inner_path, inner, other_inner, depth + 1)
            if found is not None:
                return found
        looked_into = pairs or table or isinstance(one, dict | list | tuple)
        if looked_into or self.leaf is None or module_of(type(one)).startswith(_REDRAWN):
            return None
        if not self.leaf(one, other):
            return _unequal(path)
        return None

    def _attributes(self, path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
        ours, theirs = _kept(one), _kept(other)
        if ours is None or theirs is None:
            return
        own = type(one).__module__ == "__main__"
        if not own and (self.leaf is None or module_of(type(one)).startswith(_REDRAWN)):
            return
        # What a library keeps to itself changes when it remembers a result, which nobody can tell.
        public = [key for key in ours if not str(key).startswith("_")]
        lasting = [key for key in ours if "cache" not in str(key).lower()]
        every = module_of(type(one)).startswith(_SAYS_ALL)
        shown = list(ours) if own else (lasting if every else public or lasting)
        for key in shown:
            if key in theirs:
                inner = (ours[key], theirs[key])
                yield f"{path}.{key}", *(inner if own else map(self._lasting, inner))

    def _lasting(self, value: Any) -> Any:
        """A dict of a library's without what that remembers in it: altair puts a `_cached_hash` beside the settings."""
        if type(value) is not dict or not any(map(_is_remembered, value)):
            return value
        # It must live as long as its address is known as seen.
        self.made.append({k: inner for k, inner in value.items() if not _is_remembered(k)})
        return self.made[-1]


def _lost_or_gained(path: str, one: Any, other: Any) -> str | None:
    """What one of two objects of the notebook's own has and the other has not: its `__getstate__` leaves it out, or
    `__setstate__` puts it there. What a library's base keeps to itself is that one's own matter.
    """
    if type(one).__module__ != "__main__":
        return None
    ours, theirs = ({**_of_slots(value), **(_kept(value) or {})} for value in (one, other))
    own = all(base.__module__ in _NO_LIBRARIES for base in type(one).__mro__)
    for key in (*ours, *theirs):
        told = own or not str(key).startswith("_")
        if told and (key in ours) != (key in theirs):
            return f"{path}.{key} is {'lost' if key in ours else 'added'} by that"
    return None


_NO_LIBRARIES = frozenset({"__main__", "abc", "builtins", "typing"})


def _of_slots(value: Any) -> dict[str, Any]:
    named = (slot for slot in _slots(type(value)) if slot not in ("__dict__", "__weakref__"))
    return {slot: getattr(value, slot) for slot in named if hasattr(value, slot)}


def _kept(value: Any) -> dict[str, Any] | None:
    """What an object keeps; the edges of a graph keep it in a slot, and it remembers what it was asked for."""
    kept = getattr(value, "__dict__", None)
    if not isinstance(kept, dict) or not module_of(type(value)).startswith(_SAYS_ALL):
        return kept if isinstance(kept, dict) else None
    slots = {slot: getattr(value, slot, None) for slot in _slots(type(value))}
    return {**kept, **{slot: inner for slot, inner in slots.items() if not callable(inner)}}


def _slots(kind: type) -> Iterator[str]:
    for base in kind.__mro__:
        names = base.__dict__.get("__slots__", ())
        yield from (names,) if isinstance(names, str) else names


def _is_remembered(key: Any) -> bool:
    return isinstance(key, str) and key.startswith("_cached")


def _elements(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict):
        for (key, inner), (other_key, other_inner) in zip(one.items(), other.items(), strict=True):
            yield f"a key of {path}", key, other_key
            yield f"{path}[{key!r:.60}]", inner, other_inner
    elif isinstance(one, list | tuple):
        for place, (inner, other_inner) in enumerate(zip(one, other, strict=True)):
            yield f"{path}[{place}]", inner, other_inner
    elif _kind(one) in _TABLES:
        for place, (inner, other_inner) in enumerate(
            zip(_objects(one), _objects(other), strict=True)
        ):
            yield f"element {place} of {path}", inner, other_inner


def _kind(value: Any) -> str:
    """The name of a value's class; of a table of a class of its own, that of the table of pandas which it is."""
    named = (f"{base.__module__}.{base.__qualname__}" for base in type(value).__mro__)
    tables = (name for name in named if name.startswith("pandas.") and name in _TABLES)
    return next(tables, _name(value))


def _holds_objects(value: Any) -> bool:
    """Whether a table or array has objects, each of which is compared by itself."""
    if _TABLES.get(_kind(value), _labels) in (_labels, labelled_arrays.difference):
        return False
    dtypes = value.dtypes if _kind(value).endswith("DataFrame") else [value.dtype]
    return any(dtype.kind == "O" and str(dtype) == "object" for dtype in dtypes)


def _objects(value: Any) -> Iterator[Any]:
    if _kind(value).endswith("DataFrame"):
        columns = (value.iloc[:, place] for place in range(value.shape[1]))
        yield from (cell for column in columns if str(column.dtype) == "object" for cell in column)
    elif str(value.dtype) == "object":
        yield from (value.flat if _name(value) == "numpy.ndarray" else value)


def _known(value: Any) -> Callable[[str, Any, Any], str | None] | None:
    if isinstance(value, float | complex):
        return _number
    if type(value) in _PLAIN:
        return _plain
    if type(value) in (set, frozenset):
        return _set
    return _TABLES.get(_kind(value))


def _plain(path: str, one: Any, other: Any) -> str | None:
    return None if one == other else _unequal(path)


def _number(path: str, one: Any, other: Any) -> str | None:
    """NaN is the same as NaN, in the parts of a complex number as well, which show it."""
    same = one == other or str(complex(one)) == str(complex(other))
    return None if same else _unequal(path)


def _set(path: str, one: Any, other: Any) -> str | None:
    """Members without an equality of their own never equal their copies; so only the rest is compared."""
    plain = {member for member in one if type(member) in _PLAIN}
    others = {member for member in other if type(member) in _PLAIN}
    return None if len(one) == len(other) and plain == others else _unequal(path)


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
    return None if same else _unequal(path)


def _frame(path: str, one: Any, other: Any) -> str | None:
    table = _kind(one).endswith("DataFrame")
    if one.shape != other.shape or (table and list(one.dtypes) != list(other.dtypes)):
        return f"{path} has another shape or other dtypes"
    if not one.index.equals(other.index) or (table and not one.columns.equals(other.columns)):
        return f"{path} has other labels"
    if table:
        places = [place for place, dtype in enumerate(one.dtypes) if str(dtype) != "object"]
        one, other = one.iloc[:, places], other.iloc[:, places]
    elif str(one.dtype) == "object":
        return None
    return None if one.equals(other) else _unequal(path)


def _labels(path: str, one: Any, other: Any) -> str | None:
    same = one.equals(other) and list(one.names) == list(other.names)
    return None if same else f"{path} has other labels"


def _unequal(path: str) -> str:
    return f"{path} has another value"


def _name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


_TABLES: dict[str, Callable[[str, Any, Any], str | None]] = {
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
