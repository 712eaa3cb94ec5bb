"""The order of a class's subclasses, which is that in which they were made: `Shape.__subclasses__()`.

A group is written by its names, so its classes are made in another order than the notebook's. Giving a class the bases
that it has puts it behind the others.
"""

import graphlib
import itertools
from collections.abc import Iterable
from typing import Any

Family = tuple[type, tuple[type, ...]]
"""A class, and its subclasses in the order in which they were made."""
_WRITTEN = b"_make_skeleton_class"
_BASES = type.__dict__["__bases__"]


def families(stream: bytes, objects: Iterable[Any]) -> list[Family]:
    """The classes of the notebook in a stream, which holds these objects, that have two subclasses or more in it."""
    if _WRITTEN not in stream:
        return []
    own = {id(one): one for one in objects if isinstance(one, type) and _is_own(one)}
    found = ((one, _subclasses(one, own.keys())) for one in own.values())
    return [family for family in found if len(family[1]) > 1]


def settle(found: Iterable[Family]) -> None:
    """Put the subclasses that were loaded into the order that they had."""
    known = [(base, subclasses) for base, subclasses in found if subclasses]
    if all(_subclasses(base, set(map(id, subs))) == subs for base, subs in known):
        return
    after: graphlib.TopologicalSorter[type] = graphlib.TopologicalSorter()
    for _, subclasses in known:
        for earlier, later in itertools.pairwise(subclasses):
            after.add(later, earlier)
    for kind in after.static_order():
        # Not by `kind.__bases__ = ..`, which asks a metaclass of the notebook's.
        _BASES.__set__(kind, kind.__bases__)


def _is_own(kind: type) -> bool:
    return getattr(kind, "__module__", None) == "__main__"


def _subclasses(base: type, among: Iterable[int]) -> tuple[type, ...]:
    kept = frozenset(among)
    made: list[type] = type.__subclasses__(base)
    return tuple(one for one in made if id(one) in kept)
