"""Whether two values are the same, as far as that can be said: only a sure difference counts.

What is the notebook's own is looked into. What belongs to a library is told by its own equality where it is
a table (`known_types.py`); else by a `leaf` that the caller gives, or by its type alone.
"""

import types
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from jupyterlab_promote.depth import with_room
from jupyterlab_promote.worker.handoff.checks.known_types import (
    TABLES,
    class_name,
    equality_of,
    holds_objects,
    objects,
    table_kind,
    unequal,
)
from jupyterlab_promote.worker.handoff.users_code import ran
from jupyterlab_promote.worker.handoff.values.kinds import module_of

_LONGEST_PATH = 300
_COLLECTED = (int, float, str, list, dict, set)
"""What a class counts with, or collects in."""
_MOST_ASKED = 10_000
"""Keys and members of the notebook's own classes that are looked up."""
_REDRAWN = ("matplotlib", "mpl_toolkits", "statsmodels", "linearmodels", "arch.")
"""Libraries whose objects change when they are only shown, or asked for a result."""

_SAYS_ALL = ("networkx",)
"""Libraries whose objects are what they keep to themselves, but for what they remember."""

Leaf = Callable[[Any, Any], bool]


def difference(path: str, one: Any, other: Any, *, leaf: Leaf | None = None) -> str | None:
    """Where two values differ for sure, in words; None when no difference was found.

    Args:
        leaf: whether two objects of a library without public attributes are equal; with it, objects
            of libraries are looked into, too.
    """
    try:
        return with_room(lambda: _Comparison(leaf).compare(path, one, other))
    except RecursionError:
        # Nothing is sure; but who asks with a `leaf` knows already that they are written differently.
        return None if leaf is None else f"{path} nests too deep to tell where"


@dataclass
class _Comparison:
    leaf: Leaf | None
    seen: set[tuple[int, int]] = field(default_factory=set)
    made: list[dict[Any, Any]] = field(default_factory=list)

    def compare(self, path: str, one: Any, other: Any) -> str | None:
        if one is other or (id(one), id(other)) in self.seen:
            return None
        self.seen.add((id(one), id(other)))
        if isinstance(one, type | types.FunctionType | types.ModuleType):
            return self._compare_kept(path, one, other) if self.leaf is None else None
        if class_name(one) != class_name(other):
            return f"{path} is a {class_name(one)}, but would be a {class_name(other)}"
        if self.leaf is None and isinstance(one, dict | set | frozenset):
            lost = _found_again(path, one, other)
            if lost is not None:
                return lost
        equality = equality_of(one)
        found = None if equality is None else equality(path, one, other)
        if found is not None or (equality is not None and not holds_objects(one)):
            return found
        if isinstance(one, dict | list | tuple) and len(one) != len(other):
            return f"{path} has {len(one)} elements, but would have {len(other)}"
        return self._compare_parts(path, one, other)

    def _compare_kept(self, path: str, one: Any, other: Any) -> str | None:
        """What a class of the notebook counts or collects, which its instances may have done once more."""
        if not (isinstance(one, type) and isinstance(other, type) and one.__module__ == "__main__"):
            return None
        for name, inner in vars(one).items():
            of_python = name.startswith("__") or name.endswith("_")
            if of_python or type(inner) not in _COLLECTED or name not in vars(other):
                continue
            if found := self.compare(f"{path}.{name}", inner, vars(other)[name]):
                return found
        return None

    def _compare_parts(self, path: str, one: Any, other: Any) -> str | None:
        table = table_kind(one) in TABLES
        if self.leaf is None and not table and (lost := _lost_or_gained(path, one, other)):
            return lost
        if (table or type(one) in (list, tuple)) and _same_at_once(one, other):
            return None
        # Far down the way to a part says no more than that it is there.
        path = path if len(path) < _LONGEST_PATH else f"{path[:_LONGEST_PATH].rstrip('… ')} …"
        pairs = [*_elements(path, one, other)]
        if not table:
            # A table's attributes are its library's own: blocks that come together, references to itself.
            pairs += self._attributes(path, one, other)
        for inner_path, inner, other_inner in pairs:
            found = self.compare(inner_path, inner, other_inner)
            if found is not None:
                return found
        looked_into = pairs or table or isinstance(one, dict | list | tuple)
        if looked_into or self.leaf is None or module_of(type(one)).startswith(_REDRAWN):
            return None
        if not self.leaf(one, other):
            return unequal(path)
        return None

    def _attributes(self, path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
        ours, theirs = _kept(one), _kept(other)
        if ours is None or theirs is None:
            return
        own = type(one).__module__ == "__main__"
        if not own and (self.leaf is None or module_of(type(one)).startswith(_REDRAWN)):
            return
        # What a library keeps to itself changes when it remembers a result, which nobody can tell.
        public = [key for key in ours if not str(key).startswith("_")]
        lasting = [key for key in ours if "cache" not in str(key).lower()]
        every = module_of(type(one)).startswith(_SAYS_ALL)
        shown = list(ours) if own else (lasting if every else public or lasting)
        for key in shown:
            if key in theirs:
                inner = (ours[key], theirs[key])
                yield f"{path}.{key}", *(inner if own else map(self._lasting, inner))

    def _lasting(self, value: Any) -> Any:
        """A dict of a library's without what that remembers in it: altair puts a `_cached_hash` beside the settings."""
        if type(value) is not dict or not any(map(_is_remembered, value)):
            return value
        # It must live as long as its address is known as seen.
        self.made.append({k: inner for k, inner in value.items() if not _is_remembered(k)})
        return self.made[-1]


def _found_again(path: str, one: Collection[Any], other: Collection[Any]) -> str | None:
    """What a dict or set does not find for it has another hash than when it was put in: one that is made anew does."""
    own = [key for key in one if module_of(type(key)) == "__main__"]
    if not own or len(own) > _MOST_ASKED:
        return None
    theirs = [key for key in other if module_of(type(key)) == "__main__"]
    hidden: list[Any] = []

    def looked_up() -> bool:
        hidden.extend(key for key in own if key not in one)
        return bool(hidden) and all(key in other for key in theirs)

    # It is code of the notebook that answers, and its own matter where it cannot.
    if ran(looked_up) is not True:
        return None
    kind = class_name(hidden[0])
    return f"{path} would find a {kind} whose hash has changed since it was put in"


def _lost_or_gained(path: str, one: Any, other: Any) -> str | None:
    """What one of two objects of the notebook's own has and the other has not: its `__getstate__` leaves it out, or
    `__setstate__` puts it there. What a library's base keeps to itself is that one's own matter.
    """
    if type(one).__module__ != "__main__":
        return None
    ours, theirs = ({**_of_slots(value), **(_kept(value) or {})} for value in (one, other))
    own = all(base.__module__ in _NO_LIBRARIES for base in type(one).__mro__)
    for key in (*ours, *theirs):
        told = own or not str(key).startswith("_")
        if told and (key in ours) != (key in theirs):
            return f"{path}.{key} is {'lost' if key in ours else 'added'} by that"
    return None


_NO_LIBRARIES = frozenset({"__main__", "abc", "builtins", "typing"})


def _of_slots(value: Any) -> dict[str, Any]:
    named = (slot for slot in _slots(type(value)) if slot not in ("__dict__", "__weakref__"))
    return {slot: getattr(value, slot) for slot in named if hasattr(value, slot)}


def _kept(value: Any) -> dict[str, Any] | None:
    """What an object keeps; the edges of a graph keep it in a slot, and it remembers what it was asked for."""
    kept = getattr(value, "__dict__", None)
    if not isinstance(kept, dict) or not module_of(type(value)).startswith(_SAYS_ALL):
        return kept if isinstance(kept, dict) else None
    slots = {slot: getattr(value, slot, None) for slot in _slots(type(value))}
    return {**kept, **{slot: inner for slot, inner in slots.items() if not callable(inner)}}


def _slots(kind: type) -> Iterator[str]:
    for base in kind.__mro__:
        names = base.__dict__.get("__slots__", ())
        yield from (names,) if isinstance(names, str) else names


def _is_remembered(key: Any) -> bool:
    return isinstance(key, str) and key.startswith("_cached")


def _elements(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict):
        for (key, inner), (other_key, other_inner) in zip(one.items(), other.items(), strict=True):
            yield f"a key of {path}", key, other_key
            yield f"{path}[{key!r:.60}]", inner, other_inner
    elif isinstance(one, list | tuple):
        for place, (inner, other_inner) in enumerate(zip(one, other, strict=True)):
            yield f"{path}[{place}]", inner, other_inner
    elif table_kind(one) in TABLES:
        for place, (inner, other_inner) in enumerate(
            zip(objects(one), objects(other), strict=True)
        ):
            yield f"element {place} of {path}", inner, other_inner


def _same_at_once(one: Any, other: Any) -> bool:
    """Whether both have the same texts and whole numbers, of which there may be millions, and nothing else."""
    ours, theirs = (list(v) if isinstance(v, list | tuple) else [*objects(v)] for v in (one, other))
    kinds = [*map(type, ours)]
    return _AT_ONCE.issuperset(kinds) and kinds == [*map(type, theirs)] and ours == theirs


_AT_ONCE = frozenset({str, int, bool, type(None)})
