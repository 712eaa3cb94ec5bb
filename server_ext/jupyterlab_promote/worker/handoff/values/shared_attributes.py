"""Objects whose attributes lie in a dict that others have as well.

So does a class whose objects are all alike (`self.__dict__ = Settings._all`), and a dict whose items are its attributes
(`self.__dict__ = self`). pickle would give each of them a dict of its own.
"""

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from jupyterlab_promote.worker.handoff.values.kinds import module_of


class _Alone:
    """Has its attributes for itself."""


_ALONE = _Alone()
_OWN_ONLY = sys.getrefcount(vars(_ALONE))
"""References to such a dict: the object's, and those of the question, which Python's versions count differently."""


_known: dict[int, tuple[type, bool]] = {}
"""By the id of a class, which may have no hash: the class, and what was found of it."""


def _is_written_by_its_attributes(kind: type) -> bool:
    """Whether a class that somebody wrote leaves it to Python how its objects are pickled."""
    if id(kind) not in _known:
        _known[id(kind)] = (kind, _leaves_it_to_python(kind))
    return _known[id(kind)][1]


def _leaves_it_to_python(kind: type) -> bool:
    top = module_of(kind).partition(".")[0]
    if not kind.__dictoffset__ or (top in sys.stdlib_module_names and top != "__main__"):
        return False
    ways = ("__reduce__", "__reduce_ex__", "__getstate__")
    plain = all(getattr(kind, way, None) is getattr(object, way, None) for way in ways)
    return plain and not hasattr(kind, "__setstate__") and not issubclass(kind, type)


def reduced(obj: Any) -> tuple[Any, ...] | None:
    """How such an object is made again; None for any other.

    Not for streams by which values are compared: who else has the attributes is no matter of the value itself.
    """
    kind: type = type(obj)
    if not _is_written_by_its_attributes(kind) or sys.getrefcount(vars(obj)) <= _OWN_ONLY:
        return None
    make, arguments, state, *items = (*obj.__reduce_ex__(4), None, None, None)[:5]
    if isinstance(state, tuple):
        # It has slots as well.
        return None
    # In a tuple, because pickle leaves out a state that is empty.
    return (make, arguments, (vars(obj),), *items, _share)


def by_their_owners(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a group, where a name of the attributes of another one's (`options = vars(arguments)`) says whose.

    So these stay what they are for an object that is made again in a way of its own.
    """
    if not any(type(value) is dict for value in values.values()):
        return dict(values)
    owners = {id(vars(value)): value for value in values.values() if _has_attributes(value)}
    return {
        name: _Attributes(owners[id(value)])
        if type(value) is dict and id(value) in owners
        else value
        for name, value in values.items()
    }


def _has_attributes(value: Any) -> bool:
    kind: type = type(value)
    return bool(kind.__dictoffset__) and not issubclass(kind, (dict, type, ModuleType))


class _Attributes:
    """Stands in a stream for those of an object."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __reduce__(self) -> tuple[Any, ...]:
        return (vars, (self.owner,))


def _share(made: Any, attributes: tuple[dict[str, Any]]) -> None:
    object.__setattr__(made, "__dict__", attributes[0])
