"""Values that pickle cannot write, and that are made again by the call that made them: each with its rule."""

import asyncio
import collections
import contextvars
import copyreg
import functools
import importlib
import itertools
import re
import sys
import typing
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable

Rule = Callable[[Any], Any]

_DISPATCHES = functools.singledispatch(repr).__code__  # type: ignore[attr-defined]
_OF_DISPATCHING = ("register", "dispatch", "registry", "_clear_cache", "__wrapped__")


def dispatching(function: Any) -> Any:
    """A function of the notebook under `singledispatch`, with what was registered with it; None for any other."""
    if function.__code__ is not _DISPATCHES or function.__module__ != "__main__":
        return None
    known = dict(function.registry)
    attributes = {k: v for k, v in vars(function).items() if k not in _OF_DISPATCHING}
    default = known.pop(object)
    return (functools.singledispatch, (default,), (known, attributes), None, None, _register)


def _register(function: Any, state: tuple[Mapping[type, Any], Mapping[str, Any]]) -> None:
    known, attributes = state
    for kind, implementation in known.items():
        function.register(kind, implementation)
    vars(function).update(attributes)


_variables: dict[str, contextvars.ContextVar[Any]] = {}
"""The context variables of this kernel that came from, or go to, another one."""


def context_variable(variable: contextvars.ContextVar[Any]) -> Any:
    """A context variable, with what it is set to where the step ends."""
    key = (
        next((key for key, one in _variables.items() if one is variable), None) or uuid.uuid4().hex
    )
    _variables[key] = variable
    default = tuple(_value(contextvars.Context().run, variable.get))
    now = tuple(_value(lambda get: get(), variable.get))
    return (_variable, (key, variable.name, default), (now,), None, None, _set)


def _value(run: Callable[[Any], Any], get: Any) -> Any:
    try:
        yield run(get)
    except LookupError:
        return


def _variable(key: str, name: str, default: tuple[Any, ...]) -> contextvars.ContextVar[Any]:
    if key not in _variables:
        made: contextvars.ContextVar[Any] = contextvars.ContextVar(name)
        if default:
            made = contextvars.ContextVar(name, default=default[0])
        _variables[key] = made
    return _variables[key]


def _set(variable: contextvars.ContextVar[Any], state: tuple[tuple[Any, ...]]) -> None:
    for value in state[0]:
        variable.set(value)


def flat(iterator: Any) -> Any:
    """`a.flat`, with its position."""
    return (_flat, (iterator.base, iterator.index))


def _flat(array: Any, index: int) -> Any:
    iterator = array.flat
    collections.deque(itertools.islice(iterator, index), maxlen=0)
    return iterator


def vectorized(function: Any) -> Any:
    """`np.vectorize(f)` without what it keeps to be faster."""
    state = {**vars(function), "_ufunc": {}}
    return (copyreg.__newobj__, (type(function),), state)  # type: ignore[attr-defined]


def loop(obj: Any) -> Any:
    """The event loop of a kernel is the receiver's own.

    Raises:
        NotPicklable: it is another one.
    """
    if not obj.is_running() and obj is not _own_loop():
        raise NotPicklable("an event loop cannot leave its kernel")
    return (_own_loop, ())


def _own_loop() -> Any:
    policy = asyncio.get_event_loop_policy()
    return asyncio.get_event_loop() if asyncio._get_running_loop() else policy.get_event_loop()


def part_of_page(part: Any) -> Any:
    """A tag or text of Beautiful Soup is found again in its page, which is written as text.

    Raises:
        NotPicklable: it belongs to no page, but to another tag.
    """
    path: list[int] = []
    at = part
    while at.parent is not None:
        path.append(at.parent.index(at))
        at = at.parent
    if not path:
        return None
    if not _is_page(at):
        raise NotPicklable(f"a {type(part).__name__} cannot leave its kernel without its page")
    return (_part, (at, tuple(reversed(path)), str(part)))


def _is_page(obj: Any) -> bool:
    return isinstance(obj, vars(sys.modules["bs4"])["BeautifulSoup"])


def _part(page: Any, path: tuple[int, ...], text: str) -> Any:
    found = page
    for index in path:
        found = found.contents[index]
    if str(found) != text:
        raise NotPicklable("a part of a page that was changed cannot leave its kernel")
    return found


def new_type(kind: Any) -> Any:
    """What `NewType` of the notebook gave, which pickle looks up by name before it is bound there."""
    if kind.__module__ != "__main__":
        return None
    return (typing.NewType, (kind.__name__, kind.__supertype__), {"__module__": kind.__module__})


def irreducible_unit(unit: Any) -> Any:
    """A unit of astropy's modules, which its registry need not know: a copy of it converts to nothing."""
    name = str(unit.name)
    for path, module in list(sys.modules.items()):
        if path.startswith("astropy.") and vars(module).get(name) is unit:
            return (_of_module, (path, name))
    return None


def _of_module(path: str, name: str) -> Any:
    return vars(importlib.import_module(path))[name]


def pattern(compiled: re.Pattern[Any]) -> Any:
    """A regular expression as it was asked for: `re.compile` of the same gives the same object again, here and there.

    None where Python has forgotten how that was.
    """
    known = getattr(re, "_cache", {})
    asked = next((key for key, one in tuple(known.items()) if one is compiled), None)
    if asked is None or len(asked) != len(("type", "pattern", "flags")):
        return None
    return (re.compile, (compiled.pattern, int(asked[2])))


def match(found: re.Match[Any]) -> Any:
    """What `re.search` and its kind found is looked for again, in the same text and between the same places.

    Raises:
        NotPicklable: none of them finds the same.
    """
    asked = (found.string, found.pos, found.endpos)
    for how in ("search", "match", "fullmatch"):
        again = getattr(found.re, how)(*asked)
        if again is not None and again.regs == found.regs:
            return (getattr(found.re, how), asked)
    for nth, again in enumerate(found.re.finditer(*asked)):
        if again.regs == found.regs:
            return (_nth, (found.re, *asked, nth))
    raise NotPicklable("what a regular expression found is not found again")


def _nth(pattern: re.Pattern[Any], text: Any, begin: int, end: int, nth: int) -> Any:
    return next(itertools.islice(pattern.finditer(text, begin, end), nth, None))


def curried(function: Any) -> Any:
    """A function of the notebook under toolz's `@curry`, which would be looked up by name before it is bound there."""
    make, (kind, name, *given, decorated) = function.__reduce__()
    if not isinstance(name, str) or not name.startswith("__main__:"):
        return None
    return (make, (kind, function.func, *given, decorated))


def undefined_function(kind: Any) -> Any:
    """What sympy's `Function("f")` gives: a class of no module, which is found by its name and assumptions."""
    return (_undefined, (kind.__name__, dict(kind._kwargs)))


def _undefined(name: str, assumptions: dict[str, Any]) -> Any:
    return importlib.import_module("sympy").Function(name, **assumptions)


def row_of_database(row: Any) -> Any:
    """A row of sqlite's that knows its columns by name."""
    return (_row, (tuple(row.keys()), tuple(row)))


def _row(names: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    return importlib.import_module("sqlite3").Row(_cursor(names), values)


@functools.lru_cache(maxsize=16)
def _cursor(names: tuple[str, ...]) -> Any:
    """What asked for columns of these names, of which a table may have very many rows."""
    columns = ", ".join('NULL AS "{}"'.format(name.replace('"', '""')) for name in names)
    connection = importlib.import_module("sqlite3").connect(":memory:")
    cursor = connection.execute(f"SELECT {columns}")
    cursor.fetchall()
    return cursor


def array_of_own_kind(kind: type) -> bool:
    """Whether a class is one of the notebook's own arrays."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and kind.__module__ == "__main__" and issubclass(kind, numpy.ndarray)


def rules() -> Mapping[tuple[str, str], Rule]:
    """By module and name of the type."""
    return {
        ("_contextvars", "ContextVar"): context_variable,
        ("builtins", "ContextVar"): context_variable,
        ("builtins", "function"): dispatching,
        ("astropy.units.core", "IrreducibleUnit"): irreducible_unit,
        ("typing", "NewType"): new_type,
        ("random", "SystemRandom"): lambda made: (type(made), ()),
        ("re", "Match"): match,
        ("re", "Pattern"): pattern,
        ("_struct", "Struct"): lambda layout: (type(layout), (layout.format,)),
        ("sqlite3", "Row"): row_of_database,
        ("toolz.functoolz", "curry"): curried,
        ("sympy.core.function", "UndefinedFunction"): undefined_function,
        ("numpy", "flatiter"): flat,
        ("numpy", "vectorize"): vectorized,
        ("bs4.element", "NavigableString"): part_of_page,
        ("bs4.element", "Tag"): part_of_page,
    }
