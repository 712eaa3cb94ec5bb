"""Names that lead to common objects and travel apart: found where they are left, told where they are loaded.

The analysis keeps names together that may share objects. What it did not see is found here in the real objects, when a
step leaves them; a later step refuses such a name if the other one was changed in between, for the notebook would show
that change through both.
"""

import contextlib
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from jupyterlab_promote.worker.handoff.arrays import memory_of
from jupyterlab_promote.worker.handoff.loaded import aliases_of, loaded_names, origin_of
from jupyterlab_promote.worker.handoff.pickling import Note, note_objects
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen, Reach

_CHANGEABLE = (list, dict, set, bytearray, deque, types.CellType)
_LARGE_STREAM = 4 * 2**20
"""Bytes of a loaded stream from which on its objects are not looked through again."""
_MANY = 200_000
"""Objects of names that travel together, from which on they are not looked through one by one."""
_OF_MEMORY = frozenset(
    {
        "ndarray",
        "DataFrame",
        "Series",
        "array",
        "bytearray",
        "memoryview",
        "Array",
        "ChunkedArray",
        "Table",
    }
)
_DRAWN = ("matplotlib", "plotly", "ipywidgets", "pandas")
"""Libraries whose objects hold common parts that nobody changes."""


@dataclass
class Footprint:
    """What a stream holds that can be changed.

    All that was seen is kept alive until footprints are compared, so that no id and no memory is used again.

    Attributes:
        objects: what can be changed, by id.
        arrays: and whether a table has them for itself.
        ids: of everything, to find the owners of arrays.
        buffers: Arrow's memory, which may be an array's.
    """

    objects: dict[int, Any] = field(default_factory=dict)
    arrays: list[tuple[Any, bool]] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)
    buffers: list[Any] = field(default_factory=list)

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
        for key in (*_of_code(every), *_of_classes({type(one) for one in every})):
            self.objects.pop(key, None)

    @property
    def size(self) -> int:
        """How many objects and arrays it holds."""
        return len(self.objects) + len(self.arrays)

    def memory(self) -> Iterator[tuple[int, int, int, bool]]:
        """(owner, first and last + 1 address, whether it is a table's own) of each array."""
        for array, private in self.arrays:
            if array.nbytes:
                yield (*memory_of(array), private)
        for buffer in self.buffers:
            # Its own object was made while pickling: another one may have had its id before.
            # Nobody writes to it but through an array.
            yield -buffer.address, buffer.address, buffer.address + buffer.size, True


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
            with contextlib.suppress(Exception):
                note_objects(one, _into(inside))
            yield from (id(part) for part in inside)
        elif isinstance(one, types.FunctionType):
            yield from (id(vars(one)), id(one.__annotations__), id(one.__kwdefaults__))


def _of_dtype(value: Any) -> bool:
    """Whether a value describes a field of a structured array, which all arrays of that kind have in common."""
    return isinstance(value, tuple) and bool(value) and type(value[0]).__module__ == "numpy.dtypes"


def common(footprints: Sequence[Footprint]) -> set[tuple[int, int]]:
    """Pairs of footprints, by place, with an object or memory in common."""
    holders: dict[int, set[int]] = {}
    for place, footprint in enumerate(footprints):
        for key in footprint.objects:
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


@dataclass(frozen=True)
class Held:
    """A name of this kernel, its value, and what that holds."""

    name: str
    value: Any
    footprint: Footprint


def between(names: Sequence[Held]) -> dict[str, dict[str, Reach]]:
    """For each name: the names that it has something in common with."""
    pairs: dict[str, dict[str, Reach]] = {}
    for place, other_place in common([held.footprint for held in names]):
        one, other = names[place], names[other_place]
        if _drawn(one.value) or _drawn(other.value):
            continue
        for held, partner in ((one, other), (other, one)):
            reach = _reach(held, partner)
            if reach is not None:
                pairs.setdefault(held.name, {})[partner.name] = reach
    return pairs


def found(
    groups: Sequence[tuple[Mapping[str, Any], Footprint]], namespace: Mapping[str, Any]
) -> dict[str, dict[str, Reach]]:
    """What the names that a step leaves have in common with each other, and with loaded ones.

    Args:
        groups: the names that travel together with their values, and what each stream held.
    """
    values = {name: value for group, _ in groups for name, value in group.items()}
    others = {name: namespace[name] for name in loaded_names() if name in namespace.keys() - values}
    names = [held for group, footprint in groups for held in _each_name(group, footprint)]
    for name, value in others.items():
        origin = origin_of(name)
        if origin is None or origin.group.size < _LARGE_STREAM:
            names.append(Held(name, value, _footprint(value)))
    return _with_earlier(between(names), values, others)


def parted(values: Mapping[str, Any], copies: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names that have something in common here, and nothing where their group was loaded again."""
    pairs = between([Held(name, value, _footprint(value)) for name, value in values.items()])
    if not pairs:
        return {}
    kept = between([Held(name, value, _footprint(value)) for name, value in copies.items()])
    lost = {name: sorted(pairs[name].keys() - kept.get(name, {}).keys()) for name in pairs}
    return {name: others for name, others in lost.items() if others}


def _each_name(values: Mapping[str, Any], footprint: Footprint) -> Iterator[Held]:
    if len(values) == 1:
        ((name, value),) = values.items()
        yield Held(name, value, footprint)
    elif footprint.size < _MANY:
        for name, value in values.items():
            yield Held(name, value, _footprint(value))


def _footprint(value: Any) -> Footprint:
    footprint = Footprint()
    with contextlib.suppress(Exception):
        # What cannot be pickled came by another way than from a step.
        note_objects(value, footprint.note)
    return footprint


def _with_earlier(
    together: Mapping[str, Mapping[str, Reach]],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
) -> dict[str, dict[str, Reach]]:
    """The same for the names that are left, and what was known of them and their partners when they were loaded."""
    told: dict[str, dict[str, Reach]] = {}
    for name, value in values.items():
        known = dict(aliases_of(name, value))
        for other in together.get(name, {}):
            known |= aliases_of(other, others[other]) if other in others else {}
        known |= together.get(name, {})
        known.pop(name, None)
        if known:
            told[name] = known
    return told


def refuse_stale(
    name: str, aliases: Mapping[str, Reach], changed: Mapping[str, Reach], *, provider: str
) -> None:
    """Raise ChangedUnseen where another name of the same object was changed since a step left this one.

    Args:
        aliases: the names that `name` has something in common with.
        changed: the names that steps after `provider` may have changed.
    """
    for other, shared in aliases.items():
        if other in changed and (shared == "itself" or changed[other] == "parts"):
            raise ChangedUnseen(
                f"{name!r} and {other!r} lead to the same object, which the analysis did not see. {other!r} may "
                f"have been changed since step {provider!r}, and {name!r} would not show it.",
                kind="shared",
                names=(name, other),
                hint=f"Give {name!r} a copy where it is made, or merge the steps that use {other!r}.",
            )


def _reach(one: Held, other: Held) -> Reach | None:
    """What of `other` is common: itself, or objects that it holds; None where it is only memory of its parts.

    Models that were fitted to the same data hold the same arrays, which nobody changes through a model.
    """
    kinds = {kind.__name__ for kind in type(other.value).__mro__}
    if id(other.value) in one.footprint.ids:
        return "itself"
    if kinds & _OF_MEMORY and _memory_in_common(one.footprint, other.footprint):
        return "itself"
    return "parts" if one.footprint.objects.keys() & other.footprint.objects.keys() else None


def _memory_in_common(one: Footprint, other: Footprint) -> bool:
    bare = [
        Footprint(arrays=held.arrays, buffers=held.buffers, ids=held.ids) for held in (one, other)
    ]
    return bool(common(bare))


def _drawn(value: Any) -> bool:
    module = type(value).__module__.partition(".")[0]
    return module in _DRAWN and type(value).__name__ not in ("DataFrame", "Series")
