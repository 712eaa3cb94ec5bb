"""Sets of texts, numbers and the like keep the order in which they are gone through, for which pickle does not care.

Two steps that number the words of one set must give each word the same number. CPython goes through the slots of a
hash table, in which an element stands in the first slot of a sequence of its own that was free. So the table comes out
the same where it is as large and whoever was in an element's way is added before it. The kernels of a run hash texts
alike (`environment.py`).
"""

import ctypes
import enum
import platform
import sys
from collections.abc import Iterable, Iterator
from typing import Any

_PLAIN = frozenset({str, bytes, int, float, bool, type(None), complex})
_LIKE_PLAIN = frozenset(
    {"datetime", "decimal", "fractions", "ipaddress", "numpy", "pathlib", "uuid"}
)
"""Modules whose values hash alike in each kernel of a run, as their texts and numbers do."""
_MASK, _TABLE, _ENTRY = 4 * 8, 5 * 8, 2 * 8
"""Where a set has the size of its table and the table, and the bytes of an entry (Include/cpython/setobject.h)."""
_NEAR, _SHIFT = 9, 5
"""How many slots behind the first one are tried, and how the next one is chosen (Objects/setobject.c)."""
_SMALLEST, _PRESIZED = 8, 5
"""Slots of a table that was never made larger, and how many elements that come at once make it so."""
_BITS = 64
_LARGEST = 1_000_000
"""Elements above which it would take more than some seconds."""
_WRITTEN = (b"\x8f", b"\x91")
"""How pickle's stream begins a set and ends a frozen one: EMPTY_SET and FROZENSET."""
_KNOWN = (
    platform.python_implementation() == "CPython"
    and sys.maxsize > 2**32
    and object.__basicsize__ == 2 * 8
)
"""Whether a set lies in memory as said above: builds without the interpreter's lock begin objects with more."""


class Ordered:
    """Stands in a stream for a set; the arguments are those of `again`."""

    def __init__(self, size: int, filling: list[Any], fillers: list[int], how: str) -> None:
        self._arguments = (size, filling, fillers, how)

    def __reduce__(self) -> tuple[Any, ...]:
        return (again, self._arguments)

    def made(self) -> Any:
        """The set that a receiver gets."""
        return again(*self._arguments)


class Orders:
    """What stands for the sets of one stream."""

    def __init__(self) -> None:
        self._met: dict[int, tuple[Any, Ordered | None]] = {}

    def of(self, value: Any) -> Ordered | None:
        """What stands for a set wherever it is met; None where pickle's way does."""
        if id(value) not in self._met:
            self._met[id(value)] = (value, _ordered(value) if _is_of_concern(value) else None)
        return self._met[id(value)][1]


def may_lose(stream: bytes, objects: Iterable[Any]) -> bool:
    """Whether loading would give some set of a stream another order.

    Args:
        objects: what was pickled.
    """
    if not _KNOWN or not any(mark in stream for mark in _WRITTEN):
        return False
    return any(type(one) in (set, frozenset) and _is_of_concern(one) for one in objects)


def _is_of_concern(value: Any) -> bool:
    """Whether loading would give another order, and it is known how to keep it."""
    if not _KNOWN or not 1 < len(value) <= _LARGEST or not _hash_alike(value):
        return False
    made: set[Any] = set()
    for element in value:
        made.add(element)
    return not _in_one_order(made, value)


def _in_one_order(one: Iterable[Any], other: Iterable[Any]) -> bool:
    """Whether the same objects come in the same order. To compare values would call arrays' own comparing."""
    return list(map(id, one)) == list(map(id, other))


def _hash_alike(elements: Iterable[Any]) -> bool:
    """Whether each kernel of a run gives the elements the same hash."""
    kinds = set(map(type, elements)) - _PLAIN
    if not kinds:
        return True
    made_of = {kind for kind in kinds if _is_made_of_others(kind)}
    return all(map(_is_like_plain, kinds - made_of)) and all(
        _hash_alike(_parts(one)) for one in elements if type(one) in made_of
    )


def _is_made_of_others(kind: type) -> bool:
    """Whether the hash of such a value is that of its parts: a tuple, a frozen record."""
    if _hash_of(kind) in (_hash_of(tuple), _hash_of(frozenset)):
        return True
    told = vars(kind).get("__dataclass_params__")
    return told is not None and told.frozen and told.eq and "__hash__" in vars(kind)


def _parts(value: Any) -> Iterable[Any]:
    fields = vars(type(value)).get("__dataclass_fields__")
    return value if fields is None else [getattr(value, name) for name in fields]


def _is_like_plain(kind: type) -> bool:
    if isinstance(kind, enum.EnumMeta):
        return bool(_hash_of(kind) == _hash_of(enum.Enum))
    return kind.__module__ in _LIKE_PLAIN and _hash_of(kind) != _hash_of(object)


def _hash_of(kind: type) -> Any:
    return getattr(kind, "__hash__", None)


def _ordered(value: Any) -> Ordered | None:
    slots = _slots(value)
    if slots is None:
        return None
    filling, fillers = _sequence(slots, value)
    hows = (_SET,) if isinstance(value, set) else (_COPIED, _FROM_LIST)
    tried = (Ordered(len(slots), filling, fillers, how) for how in hows)
    return next((one for one in tried if _in_one_order(one.made(), value)), None)


def reduce_subclass(value: Any) -> tuple[Any, ...] | None:
    """A set of a class of its own; None where pickle's way does."""
    own = getattr(type(value), "__reduce__", None) is not vars(set)["__reduce__"]
    if own or not _is_of_concern(value):
        return None
    ordered = _ordered(value)
    if ordered is None:
        return None
    make, arguments = ordered.__reduce__()
    return (make, (*arguments, type(value)), value.__reduce__()[2])


def _slots(value: Any) -> list[Any] | None:
    """The table of a set; `_EMPTY` where nothing is, or nothing any more. None if it is not as known."""
    mask = ctypes.c_ssize_t.from_address(id(value) + _MASK).value
    if not 7 <= mask < 64 * _LARGEST or mask & (mask + 1):
        return None
    outside = (
        set.__sizeof__(value) - type(value).__basicsize__
        if isinstance(value, set)
        else (frozenset.__sizeof__(value) - frozenset.__basicsize__)
    )
    if outside != (0 if mask == 7 else (mask + 1) * _ENTRY):
        return None
    table = ctypes.c_void_p.from_address(id(value) + _TABLE).value or 0
    places = (ctypes.c_void_p * (2 * (mask + 1))).from_address(table)[::2]
    elements = {id(element): element for element in value}
    slots = [elements.get(place or 0, _EMPTY) for place in places]
    return slots if _in_one_order([one for one in slots if one is not _EMPTY], value) else None


_EMPTY = object()


def _sequence(slots: list[Any], elements: Any) -> tuple[list[Any], list[int]]:
    """(what is added in order, which of it are numbers that hold a place free and are taken out again)."""
    mask = len(slots) - 1
    at_home: list[Any] = []
    ways: dict[int, list[int]] = {}
    for slot, element in enumerate(slots):
        if element is not _EMPTY and (hashed := hash(element)) & mask == slot:
            at_home.append(element)
        elif element is not _EMPTY:
            ways[slot] = list(_way(hashed, len(slots), slot))
    held = dict.fromkeys(n for way in ways.values() for n in way if slots[n] is _EMPTY)
    fillers = [_filler(slot, len(slots), elements) for slot in held]
    count = len(elements) + len(fillers)
    if len(slots) > _SMALLEST and count < (least := max(_PRESIZED, len(slots) // 4)):
        free = (n for n in range(len(slots)) if slots[n] is _EMPTY and n not in held)
        more = (_filler(next(free), len(slots), elements) for _ in range(least - count))
        fillers += more
    return [*fillers, *at_home, *(slots[slot] for slot in _in_order(ways))], fillers


def _in_order(ways: dict[int, list[int]]) -> Iterator[int]:
    """The slots of elements that do not stand in their first one, after those that are in their way."""
    begun: set[int] = set()
    done: set[int] = set()
    pending = list(reversed(ways))
    while pending:
        slot = pending.pop()
        if slot in done:
            continue
        waits = [] if slot in begun else [n for n in ways[slot] if n in ways and n not in done]
        begun.add(slot)
        if waits:
            pending += (slot, *waits)
        else:
            done.add(slot)
            yield slot


def _filler(slot: int, size: int, elements: Any) -> int:
    """A number that stands in this slot and is no element."""
    number = slot
    while number in elements:
        number += size
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


_SET, _COPIED, _FROM_LIST = "set", "copied", "from a list"
"""How a set is made again: two ways to make a frozen one give tables of two sizes."""


def again(
    size: int, filling: list[Any], fillers: list[int], how: str, kind: type[set[Any]] = set
) -> Any:
    """The set; called by pickle in the receiving kernel.

    Args:
        size: of its table.
        filling: what is added, in order.
        fillers: what of it is taken out again.
        kind: its class, whose own methods are not called.
    """
    if how == _FROM_LIST:
        made = frozenset(filling)
        return made - set(fillers) if fillers else made
    filled: set[Any] = set.__new__(kind)
    # A dict tells how many come, and so how large the table is to be.
    begin = size // 2 - 1 if size > _SMALLEST else 0
    set.update(filled, dict.fromkeys(filling[:begin]))
    for element in filling[begin:]:
        set.add(filled, element)
    if how == _COPIED:
        # A copy of what nothing was taken out of has its table.
        return frozenset(filled) - set(fillers) if fillers else frozenset(filled)
    for filler in fillers:
        set.discard(filled, filler)
    return filled
