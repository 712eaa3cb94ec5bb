"""Parts that a module of the notebook's own keeps: whoever leads to one leads to the receiver's own, filled anew.

Other names, modules and functions have it by its place in memory, so that a copy beside it would be another object.
"""

import collections
import importlib
from collections.abc import Iterator
from types import CellType, FunctionType
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.values.kinds import is_plain_own_class

_BOXES = (list, dict, collections.deque)
"""Containers that are filled where they are."""
_ALSO = (collections.Counter, collections.defaultdict)
"""Dicts of Python's own that are filled so, too; an ordered one keeps its order elsewhere."""
OF_CLOSURE = "closure:"
"""Begins the step of a path that leads to what a function's closure holds; its place there follows."""
OF_DEFAULT = "default:"
"""Begins the step to what a parameter is where a call leaves it out; its place, or its name if it has none, follows."""


class Kept(NamedTuple):
    """What a module keeps.

    Attributes:
        values: by name.
        left: by the path of an object of which parts stay in their kernel, the names of these.
        of_code: what its classes and functions keep, by the path that leads to it.
        known_as: by name, the names of the notebook that stand for the same object.
        replaced: what names of the notebook stand for that took it from the module before it was replaced there,
            by (name in the notebook, name in the module).
        elsewhere: by name, (module, name) of another module that keeps the same object and hands it on.
        opened: by name, the kind of what is open there, of which each kernel is to have one of its own.
    """

    module: str
    values: dict[str, Any]
    left: dict[tuple[str, ...], frozenset[str]] = {}  # noqa: RUF012 - never changed
    of_code: dict[tuple[str, ...], Any] = {}  # noqa: RUF012 - never changed
    known_as: dict[str, frozenset[str]] = {}  # noqa: RUF012 - never changed
    replaced: dict[tuple[str, str], Any] = {}  # noqa: RUF012 - never changed
    elsewhere: dict[str, tuple[str, str]] = {}  # noqa: RUF012 - never changed
    opened: dict[str, type] = {}  # noqa: RUF012 - never changed


class Part:
    """Stands in a stream for a part, at its path within the module."""

    def __init__(
        self, module: str, path: tuple[str, ...], value: Any, left: frozenset[str]
    ) -> None:
        self.value = value
        self._made = (module, path, type(value), left)

    def __reduce__(self) -> tuple[Any, ...]:
        value, left = self.value, self._made[3]
        box = box_of(type(value))
        content = box and [*(dict.items(value) if box is dict else value)]
        kept = {name: one for name, one in _attributes(value).items() if name not in left}
        factory = value.default_factory if isinstance(value, collections.defaultdict) else None
        return (own, self._made, (content, kept, factory))

    def __setstate__(self, state: tuple[list[Any] | None, dict[str, Any], Any]) -> None:
        # Only now, when all that is in it was found: parts of a part are looked up through it.
        filled, left = self.value, self._made[3]
        content, kept, factory = state
        if content is not None:
            _refill(filled, content)
        if isinstance(filled, collections.defaultdict):
            filled.default_factory = factory
        attributes = _attributes(filled)
        for name in attributes.keys() - left:
            del attributes[name]
        attributes.update(kept)


def box_of(kind: type) -> type | None:
    """The container as which objects of a class are filled where they are; None of those that are not."""
    base = next((one for one in _BOXES if issubclass(kind, one)), None)
    if base is None or kind in (*_BOXES, *_ALSO):
        return base
    ordered = issubclass(kind, collections.OrderedDict)
    return base if not ordered and is_plain_own_class(kind, base) else None


def _refill(filled: Any, content: list[Any]) -> None:
    """Fill a container, whatever a class of the notebook's makes of what is put there."""
    if isinstance(filled, dict):
        dict.clear(filled)
        dict.update(filled, content)
    else:
        base = list if isinstance(filled, list) else collections.deque
        base.clear(filled)
        base.extend(filled, content)


def _attributes(value: Any) -> dict[str, Any]:
    # An empty one is filled, and so it must be the object's own.
    found: dict[str, Any] = getattr(value, "__dict__", {})
    return found


class Elsewhere:
    """Stands in a stream for what another module keeps, which another stream may fill, or for a mark."""

    def __init__(self, module: str, name: str) -> None:
        self.value = vars(importlib.import_module(module)).get(name)
        self._made = (module, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Elsewhere, self._made


def parts(kept: Kept) -> Iterator[tuple[int, Part | Elsewhere]]:
    """What stands for each part, by the part's place in memory."""
    for name, value in kept.values.items():
        if name in kept.elsewhere:
            yield id(value), Elsewhere(*kept.elsewhere[name])
        elif type(value) is object:
            # A bare object is a mark, of which a copy is another one.
            yield id(value), Elsewhere(kept.module, name)
        else:
            yield from _within(kept, (name,), value)
    for path, value in kept.of_code.items():
        yield from _within(kept, path, value)


def _within(kept: Kept, path: tuple[str, ...], value: Any) -> Iterator[tuple[int, Part]]:
    left = kept.left.get(path)
    if box_of(type(value)) is not None or left is not None:
        yield id(value), Part(kept.module, path, value, left or frozenset())
    for name in vars(value) if left is not None else ():
        yield from _within(kept, (*path, name), vars(value)[name])


def part_of(owner: Any, name: str) -> Any:
    """What a step of a path leads to: an attribute, a default, what a closure holds; None where there is none."""
    if name.startswith(OF_DEFAULT):
        return dict(defaults(owner)).get(name)
    if not name.startswith(OF_CLOSURE):
        return unwrapped(getattr(owner, "__dict__", {}).get(name))
    cell = cell_of(owner, name)
    try:
        return None if cell is None else cell.cell_contents
    except ValueError:
        # Nothing was bound yet.
        return None


def unwrapped(code: Any) -> Any:
    """The function of a static or class method."""
    return code.__func__ if isinstance(code, classmethod | staticmethod) else code


def cell_of(owner: Any, name: str) -> CellType | None:
    """The cell of a function's closure to which a step of a path leads."""
    cells = (owner.__closure__ or ()) if isinstance(owner, FunctionType) else ()
    place = int(name.removeprefix(OF_CLOSURE))
    return cells[place] if place < len(cells) else None


def defaults(owner: Any) -> Iterator[tuple[str, Any]]:
    """What the parameters of a function are where a call leaves them out, by the step of a path that leads there."""
    if isinstance(owner, FunctionType):
        for place, value in (*enumerate(owner.__defaults__ or ()), *_by_name(owner)):
            yield f"{OF_DEFAULT}{place}", value


def _by_name(function: FunctionType) -> Iterator[tuple[str, Any]]:
    yield from (function.__kwdefaults__ or {}).items()


def set_default(owner: Any, name: str, value: Any) -> None:
    """Let a parameter be something else where a call leaves it out."""
    if part_of(owner, name) is value or name not in dict(defaults(owner)):
        return
    place = name.removeprefix(OF_DEFAULT)
    if place.isdigit():
        held = list(owner.__defaults__ or ())
        held[int(place)] = value
        owner.__defaults__ = tuple(held)
    else:
        owner.__kwdefaults__[place] = value


def own(module: str, path: tuple[str, ...], kind: type, left: frozenset[str]) -> Part:
    """The receiver's own part; a new one where it has another or none."""
    found: Any = importlib.import_module(module)
    for name in path:
        found = part_of(found, name)
    if type(found) is not kind:
        return beside(module, path, kind, left)
    return Part(module, path, found, left)


def beside(module: str, path: tuple[str, ...], kind: type, left: frozenset[str]) -> Part:
    """A new one."""
    base: Any = box_of(kind) or object
    return Part(module, path, base.__new__(kind), left)
