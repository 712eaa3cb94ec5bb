"""xarray's arrays and data sets, which read their file only when somebody asks for the numbers."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from jupyterlab_promote.worker.handoff import context


class _Limits(Protocol):
    @property
    def size(self) -> int:
        """Bytes of an array that are read."""


class _Beside(NamedTuple):
    """Stands in a stream for a path below the step's working directory, of which each step has its own."""

    path: str


def reduce_file(obj: Any) -> Any:
    """A file that is opened when it is asked; the one of the receiver's working directory then."""
    opener, given, mode, told, lock, key = obj.__getstate__()
    workdir = context.current().workdir.resolve()
    kept = tuple(_kept(one, workdir) for one in (*given, key))
    return (_opened_later, (type(obj), opener, kept[:-1], mode, told, lock, kept[-1]))


def _kept(given: Any, workdir: Path) -> Any:
    if isinstance(given, str) and Path(given).is_absolute():
        path = Path(given).resolve()
        if path.is_relative_to(workdir):
            return _Beside(path.relative_to(workdir).as_posix())
    return given


def _opened_later(
    kind: Any, opener: Any, given: tuple[Any, ...], mode: Any, told: Any, lock: Any, key: Any
) -> Any:
    made = kind.__new__(kind)
    workdir = context.current().workdir
    *found, key = (str(workdir / g.path) if isinstance(g, _Beside) else g for g in (*given, key))
    made.__setstate__((opener, tuple(found), mode, told, lock, key))
    return made


def difference(path: str, one: Any, other: Any) -> str | None:
    """Where two of them differ, in words: what was only read from the file since then is no difference."""
    ours, theirs = _variables(one), _variables(other)
    if list(ours) != list(theirs) or getattr(one, "attrs", None) != getattr(other, "attrs", None):
        return f"{path} has other variables or attributes"
    for name, variable in ours.items():
        if not _same(variable, theirs[name]):
            return f"{name!r} of {path} has another value"
    return None


def _same(one: Any, other: Any) -> bool:
    heads = [(v.dims, v.shape, v.dtype, sorted(map(repr, v.attrs.items()))) for v in (one, other)]
    if heads[0] != heads[1]:
        return False
    if not other._in_memory and _origin(one) == _origin(other):
        # Whose numbers nobody asked for has those of its file.
        return True
    # A copy is read and forgotten.
    return bool(one.copy().identical(other if other._in_memory else other.copy()))


def _origin(variable: Any) -> tuple[Any, ...]:
    """The file whose numbers these are, under which name and which part of them."""
    inner, parts = variable._data, []
    while (deeper := getattr(inner, "array", None)) is not None:
        parts.append((type(inner).__name__, repr(getattr(inner, "key", ""))))
        inner = deeper
    manager = getattr(getattr(inner, "datastore", None), "_manager", None)
    files = [one for one in getattr(manager, "_args", ()) if isinstance(one, str)]
    return ([Path(one).resolve() for one in files], getattr(inner, "variable_name", ""), *parts)


def told(value: Any, limits: _Limits) -> tuple[tuple[Any, ...], bool]:
    """What one of them is, and whether that is all of it; what lies in a file is read beside it."""
    words: list[Any] = [dict(value.attrs), getattr(value, "name", None)]
    whole = True
    for name, variable in _variables(value).items():
        words += [name, variable.dims, variable.shape, str(variable.dtype), dict(variable.attrs)]
        if variable.nbytes > limits.size:
            whole = False
        else:
            words += _numbers(variable)
    return tuple(words), whole


def _numbers(variable: Any) -> Iterator[Any]:
    yield (variable if variable._in_memory else variable.copy()).values


def _variables(value: Any) -> Mapping[Any, Any]:
    """By name, with its coordinates."""
    if type(value).__name__ == "Dataset":
        return dict(value.variables)
    if type(value).__name__ == "DataArray":
        return {"": value.variable, **{name: one.variable for name, one in value.coords.items()}}
    return {"": value}
