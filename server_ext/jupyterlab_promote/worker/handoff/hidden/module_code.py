"""What the code of a module keeps: attributes of classes and functions, what closures hold, what caches remember.

And what a parameter's default holds: `def add(x, rows=[])` has one list for all calls.
"""

import abc
import contextvars
import functools
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.users_code import failure
from jupyterlab_promote.worker.handoff.values import caches
from jupyterlab_promote.worker.handoff.values.kept_parts import (
    OF_CLOSURE,
    OF_DEFAULT,
    cell_of,
    defaults,
    part_of,
    set_default,
    unwrapped,
)
from jupyterlab_promote.worker.handoff.values.kinds import is_of_library, module_of
from jupyterlab_promote.worker.handoff.values.pickling import note_objects

_CACHED = type(functools.cache(lambda: None))
CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, _CACHED)
"""What is code, and no value."""
PLAIN = (bool, bytes, complex, float, int, str, type(None))
"""Whether a name stands for the same one of these says nothing."""
_ASKED = (type, types.FunctionType, _CACHED, contextvars.ContextVar)
_BOUND = (types.MethodWrapperType, functools.partial)
"""What is called and keeps something, such as `itertools.count().__next__`."""
MEMORY = "memory:"
"""Stands at the end of a path for what a cached function remembers."""
_SET = "set:"
"""Stands there for what a context variable is set to."""
_Path = tuple[str, ...]


def why_not(value: Any) -> Exception | None:
    """Why a value cannot travel; None where it can."""
    return failure(lambda: note_objects(value, lambda *_: None))


def kept_by_code(
    module: types.ModuleType, of_kernel: frozenset[str]
) -> Iterator[tuple[_Path, Any]]:
    """What the classes and functions of a module keep, as far as it can travel, by the path that leads to it.

    Such as `Counter.made`, `load.calls`, the dict in which a decorator of the module's own remembers results.

    Args:
        of_kernel: the packages whose objects each kernel makes for itself.
    """
    for path, value in held_by_code(module):
        if path[-1] == MEMORY:
            with suppress(NotPicklable):
                yield path, caches.memory_of(value)
        elif not is_of(value, of_kernel) and why_not(value) is None:
            yield path, value


def held_by_code(module: types.ModuleType) -> Iterator[tuple[_Path, Any]]:
    """All that they keep, by path; of what a cached function remembers the function."""
    seen: set[int] = set()
    for name, code in list(vars(module).items()):
        # Nothing else is asked for its attributes, which may make them as it is asked.
        if isinstance(code, _ASKED) and _is_made_in(module, code):
            yield from _within((name,), code, seen)


def is_of(value: Any, packages: frozenset[str]) -> bool:
    """Whether a value is of a class of one of some packages."""
    return module_of(type(value)).partition(".")[0] in packages


def _is_made_in(module: types.ModuleType, code: Any) -> bool:
    """Whether code is the module's own, or was made for it by a call."""
    return (
        isinstance(code, contextvars.ContextVar)
        or code.__module__ == module.__name__
        or "<locals>" in code.__qualname__
    )


def take_over(module: types.ModuleType, kept: Mapping[_Path, Any]) -> None:
    """Let the classes and functions of a module keep the same."""
    for path, value in kept.items():
        owner: Any = module
        for name in path[:-1]:
            owner = part_of(owner, name)
        last = path[-1]
        if last == MEMORY:
            caches.fill(owner, value)
        elif last == _SET:
            owner.set(value)
        elif last.startswith(OF_DEFAULT):
            if not filled(part_of(owner, last), value):
                set_default(owner, last, value)
        elif last.startswith(OF_CLOSURE):
            cell = cell_of(owner, last)
            if cell is not None:
                cell.cell_contents = value
        elif owner is not None and vars(owner).get(last) is not value:
            setattr(owner, last, value)


def filled(old: Any, value: Any) -> bool:
    """Fill a set that is there already with what it is to hold: other names may lead to it."""
    if type(old) is not set or type(value) is not set:
        return False
    content = [*value]
    old.clear()
    old.update(content)
    return True


def _within(path: _Path, code: Any, seen: set[int]) -> Iterator[tuple[_Path, Any]]:
    code = unwrapped(code)
    if id(code) in seen:
        return
    seen.add(id(code))
    if type(code) in (type, abc.ABCMeta):
        for name, value in list(vars(code).items()):
            yield from _attribute(path, name, value)
            yield from _within((*path, name), value, seen) if _is_called(value) else ()
    elif isinstance(code, types.FunctionType):
        yield from _of_function(path, code, seen)
    elif type(code) is _CACHED:
        yield (*path, MEMORY), code
        yield from _within((*path, "__wrapped__"), code.__wrapped__, seen)
    elif isinstance(code, contextvars.ContextVar):
        with suppress(LookupError):
            yield (*path, _SET), code.get()


def _of_function(
    path: _Path, function: types.FunctionType, seen: set[int]
) -> Iterator[tuple[_Path, Any]]:
    for name, value in list(vars(function).items()):
        yield from _attribute(path, name, value)
    file = function.__code__.co_filename
    # What a library's or Python's own closures hold, such as the marks of dataclasses, is the receiver's.
    own = file == function.__globals__.get("__file__") and not is_of_library(Path(file).resolve())
    for step, held in defaults(function) if own else ():
        # A bare object is a mark, as in a closure.
        if not (type(held) is object or isinstance(held, (*CODE, *PLAIN))):
            yield (*path, step), held
    for place, cell in enumerate(function.__closure__ or ()):
        inner = (*path, f"{OF_CLOSURE}{place}")
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        if _is_called(held):
            yield from _within(inner, held, seen)
        # What a field of a dataclass calls for its default may count.
        elif isinstance(held, _BOUND) or (own and _is_kept(held)):
            yield inner, held


def _is_kept(held: Any) -> bool:
    """Whether what an own closure holds is a value; a bare object is a mark, of which a copy is another one."""
    return _is_hidden(held) or not (type(held) is object or isinstance(held, CODE))


def _is_hidden(value: Any) -> bool:
    """Whether a value is a class that nobody finds by its name, as a decorator stands there for it."""
    module = sys.modules.get(module_of(value)) if isinstance(value, type) else None
    return module is not None and vars(module).get(value.__qualname__, value) is not value


def _is_called(value: Any) -> bool:
    return type(value) is _CACHED or isinstance(
        value, types.FunctionType | classmethod | staticmethod
    )


def _attribute(path: _Path, name: str, value: Any) -> Iterator[tuple[_Path, Any]]:
    """An attribute of code if it is a value, and none of what Python and the code itself put there."""
    made = name.startswith(("__", "_abc_")) or isinstance(value, CODE)
    if not made and not hasattr(type(value), "__get__"):
        yield (*path, name), value
