"""Sets of objects that Python hashes by where they lie in memory, which is elsewhere in each kernel.

Which way such a set is gone through is another one in each run of a notebook, but within one run it stays the same:
two lists that two cells make of it go together. The table of the receiver's set is laid out so that they still do:
an element stands in the first slot of a sequence of its own that was free, so slots in its way are held, by numbers
that stand in them, until it comes to one behind the element before it.
"""

import operator
from collections.abc import Iterable, Iterator
from typing import Any

from jupyterlab_promote.worker.handoff.values import set_order

_MOST = 64
"""Elements above which the table would take tens of megabytes."""
_ROOM = 32
"""Slots for each pair of elements, of which a quarter is taken by making the table that large."""
_SIZES_TRIED = 4
_FAR = 24
"""The numbers that hold slots begin at the table's size times two to this."""
_FULL = 0.55
"""Of the slots, after which Python makes a larger table."""

_ALL_ROOM = 2**22
"""Slots, of 16 bytes, of all tables of a group together: the nodes of a graph may each have a set of others."""

Order = tuple[set[Any], tuple[Any, ...]]


def orders(stream: bytes, objects: Iterable[Any]) -> list[Order]:
    """The sets of a stream, which holds these objects, whose order another kernel would change: each with its order.

    Of very many only the first, as many as there is memory for.
    """
    if not set_order.KNOWN or not any(mark in stream for mark in set_order.WRITTEN):
        return []
    found: list[Order] = []
    room = _ALL_ROOM
    for one in objects:
        if type(one) is set and _is_of_concern(one) and room >= 0:
            room -= _least_slots(len(one))
            found.append((one, tuple(one)))
    return found


def _is_of_concern(value: set[Any]) -> bool:
    return 1 < len(value) <= _MOST and not set_order.hash_alike(value)


def arrange(found: list[Order]) -> None:
    """Bring the elements of sets that were loaded into the order that they had."""
    for kept, order in found:
        if len(kept) == len(order) and not _is_in_order(kept, order):
            _arrange(kept, order)


def _is_in_order(kept: set[Any], order: tuple[Any, ...]) -> bool:
    return all(map(operator.is_, kept, order))


def _arrange(kept: set[Any], order: tuple[Any, ...]) -> None:
    least = _least_slots(len(order))
    for size in (least << more for more in range(_SIZES_TRIED)):
        # Added together, they make the table this large.
        first = [1, *range(0, size, 4)]
        held = _slots_held(order, size, set(first))
        if held is not None:
            _fill(kept, zip(order, held, strict=True), size, first)
            return


def _least_slots(count: int) -> int:
    slots: int = 1 << (_ROOM * count**2 - 1).bit_length()
    return slots


def _fill(
    kept: set[Any], each: Iterable[tuple[Any, list[int]]], size: int, first: list[int]
) -> None:
    # No element of the notebook's is asked whether it is one of these numbers: only whoever has the same hash is.
    far = size << _FAR
    numbers = {one for one in kept if type(one) in (int, float)}
    while not numbers.isdisjoint(range(far, far + size)):
        far += size
    kept.clear()
    kept.update(dict.fromkeys(far + slot for slot in first))
    fillers = first
    for element, in_its_way in each:
        kept.update(far + slot for slot in in_its_way)
        fillers += in_its_way
        kept.add(element)
    for slot in fillers:
        # All at once, Python would make the table smaller.
        kept.discard(far + slot)


def _slots_held(order: tuple[Any, ...], size: int, taken: set[int]) -> list[list[int]] | None:
    """For each element, the slots that are to be held before it comes; None where there is no room for that."""
    held: list[list[int]] = []
    for place, element in enumerate(order):
        window = range(place * size // len(order), (place + 1) * size // len(order))
        in_its_way: list[int] = []
        for slot in _free(element, size, taken):
            taken.add(slot)
            if slot in window:
                break
            in_its_way.append(slot)
        else:
            return None
        held.append(in_its_way)
    return held if len(taken) < _FULL * size else None


def _free(element: Any, size: int, taken: set[int]) -> Iterator[int]:
    return (slot for slot in set_order.way(hash(element), size, -1) if slot not in taken)
