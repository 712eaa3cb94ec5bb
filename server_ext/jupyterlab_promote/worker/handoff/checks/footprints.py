"""What a value holds that can be changed: its objects and its memory, and what several values have in common."""

import contextlib
import dis
import math
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from cloudpickle import cloudpickle as internals

from jupyterlab_promote.worker.handoff.users_code import failure
from jupyterlab_promote.worker.handoff.values.array_memory import memory_of
from jupyterlab_promote.worker.handoff.values.group_pickler import Note
from jupyterlab_promote.worker.handoff.values.kinds import is_of_users_file, module_of
from jupyterlab_promote.worker.handoff.values.pickling import note_objects

_PLAIN: frozenset[type] = frozenset({str, int, float, complex, bool, type(None)})
"""Of these nobody can tell one from an equal one, and there may be millions. Bytes may be an array's memory."""
_KEYED = (dict, set, frozenset, tuple)
_ADDRESSES = (id([]) >> 5, 2**47)
"""Between them lie the addresses of this process's objects, and the hashes that are made of them; sizes do not."""
_OF_DATA = frozenset({"__main__", "builtins", "collections", "numpy", "pandas", "polars", "torch"})
_CHANGEABLE = (list, dict, set, bytearray, deque, types.CellType)


@dataclass
class Footprint:
    """What a stream holds that can be changed.

    All that was seen is kept alive until footprints are compared, so that no id and no memory is used again.

    Attributes:
        objects: what can be changed, by id.
        arrays: and whether a table has them for itself.
        ids: of everything but texts and numbers, to find the owners of arrays.
        buffers: Arrow's memory, which may be an array's.
        hidden: arrays that compiled objects keep, and pickle as a copy.
        rebound: ids of the variables of closures that a function among them binds anew (`nonlocal`).
        numbers: among the keys and members of dicts, sets and tuples those that may be addresses.
    """

    objects: dict[int, Any] = field(default_factory=dict)
    arrays: list[tuple[Any, bool]] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)
    buffers: list[Any] = field(default_factory=list)
    hidden: list[Any] = field(default_factory=list)
    rebound: set[int] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)

    def note(self, seen: Iterable[Any], private: Mapping[int, Any]) -> None:
        """Take what was pickled."""
        by_kind: dict[type, list[Any]] = {}
        for one in seen:
            by_kind.setdefault(type(one), []).append(one)
        for kind in _PLAIN:
            by_kind.pop(kind, None)
        for kind, ones in by_kind.items():
            self.kept += ones
            self.ids.update(map(id, ones))
            self._note_kind(kind, ones, private)
            self.numbers.update(_addresses_in(kind, ones))
        for key in (*_of_code(by_kind), *_of_classes(by_kind)):
            self.objects.pop(key, None)

    def _note_kind(self, kind: type, ones: list[Any], private: Mapping[int, Any]) -> None:
        numpy = sys.modules.get("numpy")
        if numpy is not None and issubclass(kind, numpy.ndarray):
            self.arrays += ((one, id(one) in private) for one in ones)
        elif kind.__name__ == "Buffer" and kind.__module__ == "pyarrow.lib":
            self.buffers += ones
        elif _changeable(kind):
            of_dtypes = issubclass(kind, dict)
            self.objects.update(
                [(id(one), one) for one in ones if not (of_dtypes and _tells_dtypes(one))]
            )
        else:
            for one in ones if module_of(kind).startswith(_COMPILED) else ():
                self.hidden += arrays_inside(one)
            for one in ones if issubclass(kind, types.FunctionType) else ():
                self.rebound.update(_bound_anew(one))

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


def _addresses_in(kind: type, ones: Iterable[Any]) -> Iterator[int]:
    """Numbers among the keys or members of containers that may be addresses, however a class shows them.

    What a library files of its own objects is left out: matplotlib's transforms find each other by what is held, and
    their numbers may be an earlier kernel's.
    """
    base: Any = next((one for one in _KEYED if issubclass(kind, one)), None)
    for one in ones if base is not None else ():
        for number in base.__iter__(one):
            if type(number) is not int or not _ADDRESSES[0] < number < _ADDRESSES[1]:
                continue
            if base is not dict or is_of_users(type(dict.__getitem__(one, number))):
                yield number


def is_of_users(kind: type) -> bool:
    """Whether people have objects of a class in their own containers: it is theirs, or of what data is kept in."""
    module = module_of(kind)
    return module.partition(".")[0] in _OF_DATA or is_of_users_file(module)


def note_what_travels(value: Any, note: Note, *, until: float = math.inf) -> None:
    """Tell the objects that a value holds; nothing of one that cannot be pickled, which no step has left."""
    failure(lambda: note_objects(value, note, until=until))


def footprint_of(value: Any, *, until: float = math.inf) -> Footprint:
    """The footprint of one value; empty for one that cannot be pickled, or not by `until`."""
    footprint = Footprint()
    note_what_travels(value, footprint.note, until=until)
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


def _changeable(kind: type) -> bool:
    own = kind.__module__ == "__main__" and not issubclass(kind, type | types.FunctionType)
    return own or issubclass(kind, _CHANGEABLE)


def _tells_dtypes(one: dict[Any, Any]) -> bool:
    """Whether it is the dict of a structured array's fields, which all arrays of that kind have in common."""
    return bool(one) and all(map(_of_dtype, one.values()))


def _of_classes(kinds: Iterable[type]) -> Iterator[int]:
    """Ids of what stands in the classes themselves, such as a list of names that each table refers to."""
    for kind in {base for one in kinds for base in one.__mro__}:
        yield from (id(value) for value in vars(kind).values() if isinstance(value, _CHANGEABLE))


def _into(inside: list[Any]) -> Note:
    def note(seen: Iterable[Any], private: Mapping[int, Any]) -> None:
        del private
        inside.extend(seen)

    return note


def _of_code(by_kind: Mapping[type, Iterable[Any]]) -> Iterator[int]:
    """Ids of what belongs to classes and functions: instances of one class have that in common, which is no alias."""
    for kind, ones in by_kind.items():
        for one in ones if issubclass(kind, type) else ():
            if internals._should_pickle_by_reference(one):
                continue
            inside: list[Any] = []
            note_what_travels(one, _into(inside))
            yield from (id(part) for part in inside)
        for one in ones if issubclass(kind, types.FunctionType) else ():
            yield from (id(vars(one)), id(one.__annotations__), id(one.__kwdefaults__))


def _bound_anew(one: types.FunctionType) -> Iterator[int]:
    """Ids of the variables of a function's closure that its code binds anew."""
    if one.__closure__:
        stored = {i.argval for i in dis.get_instructions(one.__code__) if i.opname in _STORES}
        # What it defines inside may do so too.
        stored |= {name for inner in _codes_in(one.__code__) for name in inner.co_freevars}
        variables = zip(one.__code__.co_freevars, one.__closure__, strict=True)
        yield from (id(cell) for name, cell in variables if name in stored)


_STORES = ("STORE_DEREF", "DELETE_DEREF")


def _codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    return (const for const in code.co_consts if isinstance(const, types.CodeType))


def _of_dtype(value: Any) -> bool:
    """Whether a value describes a field of a structured array."""
    return isinstance(value, tuple) and bool(value) and type(value[0]).__module__ == "numpy.dtypes"


def common(footprints: Sequence[Footprint]) -> set[tuple[int, int]]:
    """Pairs of footprints, by place, with an object or memory in common."""
    if len(footprints) < 2:
        return set()
    first: dict[int, int] = {}
    holders: dict[int, set[int]] = {}
    rebound = set[int]().union(*(footprint.rebound for footprint in footprints))
    for place, footprint in enumerate(footprints):
        for key in footprint.changeable(rebound):
            if (other := first.setdefault(key, place)) != place:
                holders.setdefault(key, {other}).add(place)
    pairs = {pair for found in holders.values() for pair in permutations(found, 2)}
    laid = {place: set(held.memory()) for place, held in enumerate(footprints)}
    owned: dict[int, set[int]] = {}
    for place, memory in laid.items():
        for owner in (owner for owner, _, _, private in memory if not private):
            owned.setdefault(owner, set()).add(place)
    for other, held in enumerate(footprints):
        pairs |= {(place, other) for owner in owned.keys() & held.ids for place in owned[owner]}
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
