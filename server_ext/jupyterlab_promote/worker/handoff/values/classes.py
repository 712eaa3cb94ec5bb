"""Classes of the notebook, as cloudpickle makes them anew, and what it leaves out."""

import types
from typing import Any, NamedTuple

from cloudpickle import cloudpickle as internals


def with_slots(kind: type, reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """How a class with `__slots__` is made again: without them, its instances could be given any attribute.

    Args:
        reduced: cloudpickle's way.
    """
    reduced = _with_qualname(kind, reduced)
    slots = vars(kind).get("__slots__")
    if slots is None or reduced[0] is not internals._make_skeleton_class:
        return reduced
    make, (meta, name, bases, given, *rest), (inside, own), *more = reduced
    if NamedTuple in bases:
        # It gives its classes their slots, and lets nobody else.
        return reduced
    kept = {k: v for k, v in inside.items() if not isinstance(v, types.MemberDescriptorType)}
    return (make, (meta, name, bases, {**given, "__slots__": slots}, *rest), (kept, own), *more)


def _with_qualname(kind: type, reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """A class inside a function or another class keeps its whole name, `make.<locals>.Row`, which it shows."""
    inner = kind.__qualname__ != kind.__name__
    if not inner or reduced[0] is not internals._make_skeleton_class or NamedTuple in reduced[1][2]:
        return reduced
    make, (meta, name, bases, given, *rest), *more = reduced
    return (make, (meta, name, bases, {**given, "__qualname__": kind.__qualname__}, *rest), *more)


def without_tracker(reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out the random id by which cloudpickle knows a class, so that streams can be compared."""
    if reduced[0] is internals._make_skeleton_class:
        return (reduced[0], (*reduced[1][:4], None, *reduced[1][5:]), *reduced[2:])
    if reduced[0] is internals._make_skeleton_enum:
        return (reduced[0], (*reduced[1][:5], None, *reduced[1][6:]), *reduced[2:])
    return reduced
