"""Exceptions kept in variables: made again without a call of their class, with their cause.

Pickle calls the class with what `Exception.__init__` was told, which fails where the class asks for something else.
"""

import types
from typing import Any


def can_be_made(kind: type) -> bool:
    """Whether a class is one of exceptions whose instances are their arguments and attributes."""
    if not issubclass(kind, BaseException) or kind.__module__ == "builtins":
        return False
    # Those with fields of their own in C (`OSError`, `UnicodeError`) know how they are pickled.
    base = next(one for one in kind.__mro__ if one.__module__ == "builtins")
    plain = base.__basicsize__ == BaseException.__basicsize__
    return plain and kind.__reduce__ is BaseException.__reduce__


def reduce(error: Any) -> tuple[Any, ...]:
    """How one is pickled; its traceback holds frames of this kernel and stays."""
    kind = type(error)
    slots = {name for base in kind.__mro__ for name in _slots(base) if hasattr(error, name)}
    own = {**vars(error), **{name: getattr(error, name) for name in sorted(slots)}}
    state = (own, error.__cause__, error.__context__, error.__suppress_context__)
    return (_made, (kind, error.args), state, None, None, _fill)


def _slots(kind: type) -> list[str]:
    members = vars(kind).items() if kind.__module__ != "builtins" else ()
    return [name for name, one in members if isinstance(one, types.MemberDescriptorType)]


def _made(kind: type[BaseException], arguments: tuple[Any, ...]) -> BaseException:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    return error


def _fill(error: BaseException, state: tuple[Any, ...]) -> None:
    for name, value in state[0].items():
        object.__setattr__(error, name, value)
    error.__cause__, error.__context__ = state[1:3]
    error.__suppress_context__ = state[3]
