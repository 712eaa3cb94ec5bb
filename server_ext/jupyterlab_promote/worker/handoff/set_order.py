"""Sets of texts and numbers keep the order in which they are gone through, for which pickle does not care.

Two steps that number the words of one set must give each word the same number. CPython goes through the slots of a
hash table, in which an element stands in the first slot of a sequence of its own that was free. So the table comes out
the same where it is as large and whoever was in an element's way is added before it. The kernels of a run hash texts
alike (`environment.py`).
"""

import collections
import ctypes
import gc
import platform
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
_MASK, _TABLE, _ENTRY = 4 * 8, 5 * 8, 2 * 8
"""Where a set has the size of its table and the table, and the bytes of an entry (Include/cpython/setobject.h)."""
_NEAR, _SHIFT = 9, 5
"""How many slots behind the first one are tried, and how the next one is chosen (Objects/setobject.c)."""
_SMALLEST, _PRESIZED = 8, 5
"""Slots of a table that was never made larger, and how many elements that come at once make it so."""
_BITS = 64
_LARGEST = 50_000
"""Elements above which it would take more than a second."""
_KNOWN = (
    platform.python_implementation() == "CPython"
    and sys.maxsize > 2**32
    and object.__basicsize__ == 2 * 8
)
"""Whether a set lies in memory as said above: builds without the interpreter's lock begin objects with more."""


class _Ordered:
    """Stands in a stream for a set."""

    def __init__(self, size: int, filling: list[Any], fillers: list[int]) -> None:
        self._arguments = (size, filling, fillers)

    def __reduce__(self) -> tuple[Any, ...]:
        return (again, self._arguments)


def with_order(values: Mapping[str, Any], namespace: dict[str, Any]) -> Mapping[str, Any]:
    """The values of a group, with something that gives the order in place of sets that would lose it.

    Only of sets that nothing but one name leads to: what holds them would be given another object.

    Args:
        namespace: the notebook's.
    """
    names = [name for name, value in values.items() if type(value) is set and _is_of_concern(value)]
    found = dict(values)
    counts = collections.Counter(map(id, namespace.values()))
    for name in names:
        once = counts[id(values[name])] == 1
        if once and not _held(values[name], (values, found, namespace)):
            found[name] = _ordered(values[name]) or values[name]
    return found


def _held(value: set[Any], known: tuple[Any, ...]) -> bool:
    """Whether something else than these leads to a set. A variable of a function around would count as well."""
    ours = {id(one) for one in known}
    holders = gc.get_referrers(value)
    return any(id(one) not in ours and not isinstance(one, types.FrameType) for one in holders)


def _is_of_concern(value: set[Any]) -> bool:
    """Whether loading would give another order, and it is known how to keep it."""
    if not _KNOWN or not 1 < len(value) <= _LARGEST or not _PLAIN.issuperset(map(type, value)):
        return False
    made: set[Any] = set()
    for element in value:
        made.add(element)
    return list(made) != list(value)


def _ordered(value: set[Any]) -> _Ordered | None:
    slots = _slots(value)
    if slots is None:
        return None
    filling, fillers = _sequence(slots)
    made = _Ordered(len(slots), filling, fillers)
    return made if list(again(len(slots), filling, fillers)) == list(value) else None


def _slots(value: set[Any]) -> list[Any] | None:
    """The table of a set; `_EMPTY` where nothing is, or nothing any more. None if it is not as known."""
    mask = ctypes.c_ssize_t.from_address(id(value) + _MASK).value
    if not 7 <= mask < 1024 * _LARGEST or mask & (mask + 1):
        return None
    outside = value.__sizeof__() - set().__sizeof__()
    if outside != (0 if mask == 7 else (mask + 1) * _ENTRY):
        return None
    table = ctypes.c_void_p.from_address(id(value) + _TABLE).value or 0
    places = (ctypes.c_void_p * (2 * (mask + 1))).from_address(table)[::2]
    elements = {id(element): element for element in value}
    slots = [elements.get(place or 0, _EMPTY) for place in places]
    return slots if [one for one in slots if one is not _EMPTY] == list(value) else None


_EMPTY = object()


def _sequence(slots: list[Any]) -> tuple[list[Any], list[int]]:
    """(what is added in order, which of it are numbers that hold a place free and are taken out again)."""
    taken = {one for one in slots if one is not _EMPTY}
    fillers: dict[int, int] = {}
    filling: dict[Any, None] = {}
    pending = [(slot, False) for slot in range(len(slots) - 1, -1, -1) if slots[slot] is not _EMPTY]
    while pending:
        slot, ready = pending.pop()
        element = slots[slot]
        if element in filling:
            continue
        before = list(_way(hash(element), len(slots), slot))
        for other in before:
            if slots[other] is _EMPTY and other not in fillers:
                fillers[other] = _filler(other, len(slots), taken)
                filling[fillers[other]] = None
        waits = [n for n in before if slots[n] is not _EMPTY and slots[n] not in filling]
        if waits and not ready:
            pending.append((slot, True))
            pending += [(n, False) for n in waits]
            continue
        filling[element] = None
    free = (n for n in range(len(slots)) if slots[n] is _EMPTY and n not in fillers)
    while len(slots) > _SMALLEST and len(filling) < max(_PRESIZED, len(slots) // 4):
        place = next(free)
        fillers[place] = _filler(place, len(slots), taken)
        filling[fillers[place]] = None
    return list(filling), list(fillers.values())


def _filler(slot: int, size: int, taken: set[Any]) -> int:
    """A number that stands in this slot and is no element."""
    number = slot
    while number in taken:
        number += size
    taken.add(number)
    return number


def _way(hashed: int, size: int, slot: int) -> Iterator[int]:
    """The slots that an element finds taken before it comes to its own."""
    mask = size - 1
    perturb = hashed & (2**_BITS - 1)
    at = perturb & mask
    for _ in range(size + _BITS):
        near = range(at, at + _NEAR + 1) if at + _NEAR <= mask else range(at, at + 1)
        for tried in near:
            if tried == slot:
                return
            yield tried
        perturb >>= _SHIFT
        at = (at * 5 + 1 + perturb) & mask


def again(size: int, filling: list[Any], fillers: list[int]) -> set[Any]:
    """The set; called by pickle in the receiving kernel."""
    made: set[Any] = set()
    # A dict tells how many come, and so how large the table is to be.
    begin = size // 2 - 1 if size > _SMALLEST else 0
    made.update(dict.fromkeys(filling[:begin]))
    for element in filling[begin:]:
        made.add(element)
    for filler in fillers:
        made.discard(filler)
    return made
