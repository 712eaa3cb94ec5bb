"""Names that a group's own code looks up while the group is loaded: they are bound before the rest of it is made.

A set asks its elements for their hash, a dict of a class of its own is filled by its `__setitem__`, and an object is
made by its class's `__new__`: methods of the notebook, which look up the class by its name, a function beside it or
a number. Names are bound when all was loaded, so that without this none of these would be found.
"""

import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from jupyterlab_promote.worker.handoff.values import object_sets
from jupyterlab_promote.worker.handoff.values.namespace import NAMESPACE, user_namespace

_RUN_BY_LOADING = (
    "__eq__", "__getnewargs__", "__getnewargs_ex__", "__hash__", "__new__", "__reduce__", "__reduce_ex__",
    "__setattr__", "__setitem__", "__setstate__", "add", "append", "extend",
)  # fmt: skip
_MADE_BY_CALLING = ("__init__", "__post_init__")
"""Methods that run as well where `__reduce__` says to call the class."""
_NUMBERS = (bool, complex, float, int, type(None))


class _Name:
    """Stands in a stream for the binding of a name."""

    def __init__(self, name: str, value: Any) -> None:
        self._given = (name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_bind, (NAMESPACE, *self._given))


def arranged(values: dict[str, Any], orders: Sequence[object_sets.Order]) -> Any:
    """What is pickled for the values of a group: where loading runs code of the notebook, first the names of that.

    Args:
        orders: of sets among the values, which come last, when all is made.
    """
    running = {name: one for name, one in values.items() if _runs(one)}
    if not running and not orders:
        return values
    own = {n: one for n, one in values.items() if n.isidentifier() and _is_own_code(one)}
    first = {**_looked_up(running), **own} if running else {}
    return ([_Name(name, one) for name, one in first.items()], values, list(orders))


def values_of(loaded: Any) -> dict[str, Any]:
    """The values, of what was loaded."""
    if not isinstance(loaded, tuple):
        return dict(loaded)
    _, values, orders = loaded
    object_sets.arrange(orders)
    return dict(values)


_bound: dict[str, tuple[Any, ...]] = {}
"""The names that were bound, and what each had been before."""


@contextmanager
def only_meanwhile() -> Iterator[None]:
    """What is bound while a group is loaded is unbound again: which of it the notebook has, others decide."""
    namespace = user_namespace()
    try:
        yield
    finally:
        for name, before in _bound.items():
            if before:
                namespace[name] = before[0]
            else:
                namespace.pop(name, None)
        _bound.clear()


def _bind(namespace: dict[str, Any], name: str, value: Any) -> None:
    _bound.setdefault(name, (namespace[name],) if name in namespace else ())
    namespace[name] = value


def _is_own_code(value: Any) -> bool:
    kind = isinstance(value, type | types.FunctionType)
    return kind and getattr(value, "__module__", None) == "__main__"


def _runs(value: Any) -> bool:
    """Whether it is a class of the notebook of which loading an instance may run methods."""
    own = isinstance(value, type) and _is_own_code(value)
    return own and not vars(value).keys().isdisjoint(_RUN_BY_LOADING)


def _looked_up(running: dict[str, Any]) -> dict[str, Any]:
    """What those methods look up in the notebook, and the functions among it, where it is sure to travel."""
    namespace = user_namespace()
    found: dict[str, Any] = {}
    asked = [code for kind in running.values() for code in _methods(kind)]
    while asked:
        for name in _names(asked.pop()):
            value = namespace.get(name)
            if name in found or name not in namespace:
                continue
            if type(value) in _NUMBERS or isinstance(value, types.ModuleType):
                found[name] = value
            elif isinstance(value, types.FunctionType) and _is_plain(value):
                found[name] = value
                asked.append(value.__code__)
    return found


def _methods(kind: type) -> Iterator[types.CodeType]:
    reduces = any(name in vars(kind) for name in ("__reduce__", "__reduce_ex__"))
    for name in (*_RUN_BY_LOADING, *(_MADE_BY_CALLING if reduces else ())):
        method = vars(kind).get(name)
        code = getattr(getattr(method, "__func__", method), "__code__", None)
        if isinstance(code, types.CodeType):
            yield code


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from _names(one)


def _is_plain(function: types.FunctionType) -> bool:
    """Whether nothing goes along with a function but its code."""
    bare = not vars(function) and function.__closure__ is None and not function.__kwdefaults__
    return _is_own_code(function) and bare and not function.__defaults__
