"""What a value holds that can be changed: its objects and its memory, and what several values have in common."""

import contextlib
import dis
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from jupyterlab_promote.worker.handoff.values.array_memory import memory_of
from jupyterlab_promote.worker.handoff.values.group_pickler import Note
from jupyterlab_promote.worker.handoff.values.kinds import module_of
from jupyterlab_promote.worker.handoff.values.pickling import note_objects

_CHANGEABLE = (list, dict, set, bytearray, deque, types.CellType)


@dataclass
class Footprint:
    """What a stream holds that can be changed.

    All that was seen is kept alive until footprints are compared, so that no id and no memory is used again.

    Attributes:
        objects: what can be changed, by id.
        arrays: and whether a table has them for itself.
        ids: of everything, to find the owners of arrays.
        buffers: Arrow's memory, which may be an array's.
        hidden: arrays that compiled objects keep, and pickle as a copy.
        rebound: ids of the variables of closures that a function among them binds anew (`nonlocal`).
    """

    objects: dict[int, Any] = field(default_factory=dict)
    arrays: list[tuple[Any, bool]] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)
    buffers: list[Any] = field(default_factory=list)
    hidden: list[Any] = field(default_factory=list)
    rebound: set[int] = field(default_factory=set)

    def note(self, seen: Iterable[Any], private: Mapping[int, Any]) -> None:
        """Take what was pickled."""
        numpy = sys.modules.get("numpy")
        every = list(seen)
        self.kept += every
        for one in every:
            self.ids.add(id(one))
            if numpy is not None and isinstance(one, numpy.ndarray):
                self.arrays.append((one, id(one) in private))
            elif type(one).__name__ == "Buffer" and type(one).__module__ == "pyarrow.lib":
                self.buffers.append(one)
            elif _changeable(one):
                self.objects[id(one)] = one
            else:
                self.hidden += arrays_inside(one)
                self.rebound.update(_bound_anew(one))
        for key in (*_of_code(every), *_of_classes({type(one) for one in every})):
            self.objects.pop(key, None)

    def changeable(self, rebound: AbstractSet[int]) -> Iterator[int]:
        """Ids of what can be changed; a variable of closures only if some function binds it anew."""
        for key, one in self.objects.items():
            if not isinstance(one, types.CellType) or key in rebound:
                yield key

    @property
    def size(self) -> int:
        """How many objects and arrays it holds."""
        return len(self.objects) + len(self.arrays)

    def memory(self) -> Iterator[tuple[int, int, int, bool]]:
        """(owner, first and last + 1 address, whether it is a table's own) of each array."""
        for array, private in self.arrays:
            if array.nbytes:
                yield (*memory_of(array), private)
        for array in self.hidden:
            yield (*memory_of(array), False)
        for buffer in self.buffers:
            # Its own object was made while pickling: another one may have had its id before.
            # Nobody writes to it but through an array.
            yield -buffer.address, buffer.address, buffer.address + buffer.size, True


def note_what_travels(value: Any, note: Note) -> None:
    """Tell the objects that a value holds; nothing of one that cannot be pickled, which no step has left."""
    # Pickling runs any code of the user's libraries, which may raise anything.
    with contextlib.suppress(Exception):
        note_objects(value, note)


def footprint_of(value: Any) -> Footprint:
    """The footprint of one value; empty for one that cannot be pickled."""
    footprint = Footprint()
    note_what_travels(value, footprint.note)
    return footprint


_COMPILED = ("scipy.", "sklearn.")
"""Libraries whose compiled objects, such as search trees, keep the arrays that they are given."""


def arrays_inside(one: Any) -> list[Any]:
    """The arrays that the attributes of a compiled object of these libraries show."""
    if not module_of(type(one)).startswith(_COMPILED):
        return []
    import numpy as np

    names = {
        name
        for kind in type(one).__mro__
        for name, shown in vars(kind).items()
        if isinstance(shown, types.GetSetDescriptorType) and not name.startswith("__")
    }
    found = []
    for name in sorted(names):
        # Some can be asked for only once it was fitted.
        with contextlib.suppress(Exception):
            shown = getattr(one, name)
            if isinstance(shown, np.ndarray) or "memoryview" in type(shown).__name__:
                found.append(np.asarray(shown))
    return [array for array in found if array.nbytes]


def _changeable(one: Any) -> bool:
    if isinstance(one, dict) and one and all(_of_dtype(value) for value in one.values()):
        return False
    own = type(one).__module__ == "__main__" and not isinstance(one, type | types.FunctionType)
    return own or isinstance(one, _CHANGEABLE)


def _of_classes(kinds: Iterable[type]) -> Iterator[int]:
    """Ids of what stands in the classes themselves, such as a list of names that each table refers to."""
    for kind in {base for one in kinds for base in one.__mro__}:
        yield from (id(value) for value in vars(kind).values() if isinstance(value, _CHANGEABLE))


def _into(inside: list[Any]) -> Note:
    def note(seen: Iterable[Any], private: Mapping[int, Any]) -> None:
        del private
        inside.extend(seen)

    return note


def _of_code(seen: Iterable[Any]) -> Iterator[int]:
    """Ids of what belongs to classes and functions: instances of one class have that in common, which is no alias."""
    for one in seen:
        if isinstance(one, type):
            inside: list[Any] = []
            note_what_travels(one, _into(inside))
            yield from (id(part) for part in inside)
        elif isinstance(one, types.FunctionType):
            yield from (id(vars(one)), id(one.__annotations__), id(one.__kwdefaults__))


def _bound_anew(one: Any) -> Iterator[int]:
    """Ids of the variables of a function's closure that its code binds anew."""
    if isinstance(one, types.FunctionType) and one.__closure__:
        stored = {i.argval for i in dis.get_instructions(one.__code__) if i.opname in _STORES}
        # What it defines inside may do so too.
        stored |= {name for inner in _codes_in(one.__code__) for name in inner.co_freevars}
        variables = zip(one.__code__.co_freevars, one.__closure__, strict=True)
        yield from (id(cell) for name, cell in variables if name in stored)


_STORES = ("STORE_DEREF", "DELETE_DEREF")


def _codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    return (const for const in code.co_consts if isinstance(const, types.CodeType))


def _of_dtype(value: Any) -> bool:
    """Whether a value describes a field of a structured array, which all arrays of that kind have in common."""
    return isinstance(value, tuple) and bool(value) and type(value[0]).__module__ == "numpy.dtypes"


def common(footprints: Sequence[Footprint]) -> set[tuple[int, int]]:
    """Pairs of footprints, by place, with an object or memory in common."""
    holders: dict[int, set[int]] = {}
    rebound = set[int]().union(*(footprint.rebound for footprint in footprints))
    for place, footprint in enumerate(footprints):
        for key in footprint.changeable(rebound):
            holders.setdefault(key, set()).add(place)
    pairs = {
        pair for found in holders.values() if len(found) > 1 for pair in permutations(found, 2)
    }
    laid = {place: set(held.memory()) for place, held in enumerate(footprints)}
    for place, memory in laid.items():
        owners = {owner for owner, _, _, private in memory if not private}
        others = (k for k, held in enumerate(footprints) if not owners.isdisjoint(held.ids))
        pairs |= {(place, other) for other in others}
    extents = [_Extent(place, *one[1:]) for place, memory in laid.items() for one in memory]
    pairs |= _meeting(extents)
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


@dataclass(frozen=True)
class _Extent:
    """First and last + 1 address in the memory of one owner; `private` where a table has it for itself."""

    place: int
    low: int
    high: int
    private: bool

    def meets(self, other: "_Extent") -> bool:
        # Two tables: pandas copies on write.
        apart = self.private and other.private
        return not apart and self.low < other.high and other.low < self.high


def _meeting(extents: list[_Extent]) -> set[tuple[int, int]]:
    """Pairs of places whose memory overlaps."""
    found: set[tuple[int, int]] = set()
    open_ones: list[_Extent] = []
    for extent in sorted(extents, key=lambda e: e.low):
        open_ones = [other for other in open_ones if other.high > extent.low]
        found |= {(extent.place, other.place) for other in open_ones if extent.meets(other)}
        open_ones.append(extent)
    return found
