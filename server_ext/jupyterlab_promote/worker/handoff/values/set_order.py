"""Sets of texts, numbers and the like keep the order in which they are gone through, for which pickle does not care.

Two steps that number the words of one set must give each word the same number. CPython goes through the slots of a
hash table, in which an element stands in the first slot of a sequence of its own that was free. So the table comes out
the same where it is as large and whoever was in an element's way is added before it. The kernels of a run hash texts
alike (`environment.py`).
"""

import ctypes
import enum
import itertools
import operator
import platform
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.problems import NotPicklable

_PLAIN = frozenset({str, bytes, int, float, bool, type(None), complex})
_LIKE_PLAIN = frozenset(
    {"datetime", "decimal", "fractions", "ipaddress", "numpy", "pathlib", "uuid"}
)
"""Modules whose values hash alike in each kernel of a run, as their texts and numbers do."""
_MASK, _TABLE, _ENTRY = 4 * 8, 5 * 8, 2 * 8
"""Where a set has its table's size and the table; the bytes of an entry (Include/cpython/setobject.h)."""
_NEAR, _SHIFT = 9, 5
"""How many slots behind the first one are tried, and how the next one is chosen (Objects/setobject.c)."""
_SMALLEST, _PRESIZED = 8, 5
"""Slots of a table that was never made larger, and how many elements that come at once make it so."""
_BITS = 64
_LARGEST = 20_000_000
"""Elements above which it would take more than a minute."""
_SETS = (set, frozenset)
WRITTEN = (b"\x8f", b"\x91")
"""How pickle's stream begins a set and ends a frozen one: EMPTY_SET and FROZENSET."""


KNOWN = (
    platform.python_implementation() == "CPython"
    and sys.maxsize > 2**32
    and object.__basicsize__ == 2 * 8
    and set.__basicsize__ == frozenset.__basicsize__
)
"""Whether a set lies in memory as said above: builds without the interpreter's lock begin objects with more."""


class Ordered(NamedTuple):
    """How a set is made again.

    Attributes:
        at_once: how many of the first are added together, so that the table is as large as for twice as many.
        fillers: how many of the first hold a place free, and are taken out again.
        filling: what is added, in order.
        last: from here on, a filler in `filling` is taken out, and what follows it comes to its place.
        frozen: it is a frozen one.
    """

    at_once: int
    fillers: int
    filling: list[Any]
    last: int
    frozen: bool


class Orders:
    """What stands for the sets of one stream, as plain tuples, which pickle writes without asking anybody."""

    def __init__(self) -> None:
        self._met: dict[int, tuple[Any, tuple[Any, ...] | None]] = {}

    def of(self, value: Any) -> tuple[Any, ...] | None:
        """What stands for a set wherever it is met; None where pickle's way does."""
        if id(value) not in self._met:
            ordered = tuple(_ordered(value)) if _is_of_concern(value) else None
            self._met[id(value)] = (value, ordered)
        return self._met[id(value)][1]


def may_lose(stream: bytes, objects: Iterable[Any]) -> bool:
    """Whether loading would give some set of a stream, which holds these objects, another order."""
    if not KNOWN or not any(mark in stream for mark in WRITTEN):
        return False
    return any(type(one) in _SETS and _is_of_concern(one) for one in objects)


def _is_of_concern(value: Any) -> bool:
    """Whether loading would give another order, and it is known how to keep it."""
    if not KNOWN or not 1 < len(value) <= _LARGEST:
        return False
    if not _PLAIN.issuperset(map(type, value)) and not hash_alike(value):
        return False
    # From a tuple, as pickle fills it: a set takes the table of another one as it is.
    made: set[Any] = set()
    made.update(tuple(value))
    return not all(map(operator.is_, made, value))


def hash_alike(elements: Iterable[Any]) -> bool:
    """Whether each kernel of a run gives the elements the same hash."""
    kinds = set(map(type, elements)) - _PLAIN
    if not kinds:
        return True
    made_of = {kind for kind in kinds if _is_made_of_others(kind)}
    return all(map(_is_like_plain, kinds - made_of)) and all(
        hash_alike(_parts(one)) for one in elements if type(one) in made_of
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


def _ordered(value: Any) -> Ordered:
    """How a set is made again.

    Raises:
        NotPicklable: in no way that is known, as for very few frozen sets that `^` gave.
    """
    slots = _slots(value)
    for ordered in _fillings(slots, value) if slots is not None else ():
        made = again(*ordered)
        if len(made) == len(value) and all(map(operator.is_, made, value)):
            return ordered
    shown = ", ".join(map(repr, itertools.islice(value, 3)))
    raise NotPicklable(
        f"the order in which the {type(value).__name__} of {shown}, ... is gone through cannot be kept; "
        "`sorted(...)` of it can"
    )


def reduce_subclass(value: Any) -> tuple[Any, ...] | None:
    """A set of a class of its own; None where pickle's way does."""
    own = getattr(type(value), "__reduce__", None) is not vars(set)["__reduce__"]
    if own or not _is_of_concern(value):
        return None
    return (again, (*_ordered(value), type(value)), value.__reduce__()[2])


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
    elements = dict(zip(map(id, value), value, strict=True))
    if not all(map(operator.eq, filter(elements.__contains__, places), elements)):
        return None
    return [elements.get(place or 0, _EMPTY) for place in places]


_EMPTY = object()


def _fillings(slots: list[Any], elements: Any) -> Iterator[Ordered]:
    """Ways in which the elements come to their slots, of which one does."""
    size = len(slots)
    frozen = isinstance(elements, frozenset)
    at_home, ways = _homes(slots)
    order, early = _in_order(ways) if len(ways) > 1 else (list(ways), len(ways))
    held = dict.fromkeys(n for way in ways.values() for n in way if slots[n] is _EMPTY)
    held |= dict.fromkeys(order[early:])
    fillers = {slot: _filler(slot, size, elements) for slot in held}
    count = len(elements) + len(fillers)
    if size > _SMALLEST and count < (least := max(_PRESIZED, size // 4)):
        free = (n for n in range(size) if slots[n] is _EMPTY and n not in held)
        fillers |= {n: _filler(n, size, elements) for n in itertools.islice(free, least - count)}
    filling = [*fillers.values(), *at_home, *(slots[n] for n in order[:early])]
    last = len(filling)
    filling += (one for n in order[early:] for one in (fillers[n], slots[n]))
    begin = min(last, size // 2 - 1) if size > _SMALLEST else 0
    for at_once in (last, 0, begin) if frozen else (begin,):
        yield Ordered(at_once, len(fillers), filling, last, frozen)
    if frozen:
        # Those that are in nobody's way come last; sorting leaves the others as they are.
        met = {n for way in ways.values() for n in way}.union(ways)
        rest = sorted(
            filling[len(fillers) : last], key=lambda one: hash(one) & (size - 1) not in met
        )
        yield Ordered(begin, len(fillers), [*fillers.values(), *rest], last, frozen)


def _homes(slots: list[Any]) -> tuple[list[Any], dict[int, list[int]]]:
    """(the elements that stand in their first slot; by the slot of each other one, those that it found taken)."""
    size = len(slots)
    at_home: list[Any] = []
    ways: dict[int, list[int]] = {}
    for slot, element in enumerate(slots):
        if element is _EMPTY:
            continue
        hashed = hash(element)
        if hashed & (size - 1) == slot:
            at_home.append(element)
        else:
            ways[slot] = list(way(hashed, size, slot))
    return at_home, ways


def _in_order(ways: dict[int, list[int]]) -> tuple[list[int], int]:
    """(the slots of elements that do not stand in their first one, each after those that are in its way; how many
    of the first that is true of: each of the others is in the way of one before it).
    """
    waiting = {slot: [n for n in way if n in ways] for slot, way in ways.items()}
    order: list[int] = []
    done: set[int] = set()
    while ready := [s for s, way in waiting.items() if done.issuperset(way)]:
        order += ready
        done.update(ready)
        for slot in ready:
            del waiting[slot]
    return [*order, *waiting], len(order)


def _filler(slot: int, size: int, elements: Any) -> int:
    """A number that stands in this slot and is no element."""
    number = slot
    while number in elements:
        number += size
    return number


def way(hashed: int, size: int, slot: int) -> Iterator[int]:
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


def again(
    at_once: int,
    fillers: int,
    filling: list[Any],
    last: int,
    frozen: bool,  # noqa: FBT001 - pickle gives them in order
    kind: type[set[Any]] = set,
) -> Any:
    """The set, in the receiving kernel; each as `Ordered` has it.

    Args:
        kind: its class, whose own methods are not called.
    """
    # A dict tells how many come, and so how large the table is to be.
    together = dict.fromkeys(filling[:at_once])
    if frozen:
        return _frozen(together, filling[:fillers], filling[:last])
    filled: set[Any] = set.__new__(kind)
    set.update(filled, together)
    set.update(filled, filling[at_once:last])
    for filler, element in zip(filling[last::2], filling[last + 1 :: 2], strict=True):
        set.discard(filled, filler)
        set.add(filled, element)
    for filler in filling[:fillers]:
        set.discard(filled, filler)
    return filled


def _frozen(together: dict[Any, None], fillers: list[Any], filling: list[Any]) -> frozenset[Any]:
    """A frozen set, by those of Python's ways to make one that leave the table as large as it was."""
    if len(together) in (0, len(filling)):
        # The table is that of what is given here, of which the fillers are taken out.
        return frozenset(fillers).symmetric_difference(together or filling)
    rest = filling[len(together) :]
    if not fillers:
        return frozenset(together).union(rest)
    # The rest is added while the fillers are taken out, in any order.
    return frozenset([*fillers, *rest]).symmetric_difference(together)
