"""What pickle writes without asking anybody, and would come back as another object or in another order.

Asking for each object takes as long as writing it, so it is done only where it matters.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jupyterlab_promote.worker.handoff.values import kept_parts, nans, places, set_order


def is_needed(stream: bytes, objects: Iterable[Any]) -> bool:
    """Whether something of a stream would be lost.

    Args:
        objects: what was pickled.
    """
    found = nans.in_stream(stream) or places.in_stream(stream)
    return found or set_order.may_lose(stream, objects)


def keeps_parts(values: Mapping[str, Any]) -> bool:
    """Whether a group has what a module keeps."""
    return any(isinstance(value, kept_parts.Kept) for value in values.values())


class OneByOne:
    """What a pickler adds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._orders = set_order.Orders()
        self._here = places.Here()
        self._parts: dict[int, kept_parts.Part | kept_parts.Elsewhere] = {}

    def keep_parts(self, values: Mapping[str, Any]) -> None:
        """Note what modules keep, of a group that is to be written."""
        for value in values.values():
            if isinstance(value, kept_parts.Kept):
                self._parts.update(kept_parts.parts(value))

    def persistent_id(self, obj: Any) -> Any:
        """What stands for a NaN, a text with the step's place, a part that a module keeps, or a set with its order."""
        kind = type(obj)
        if kind in places.KINDS:
            return self._here.name_of(obj)
        if self._parts and id(obj) in self._parts:
            return self._parts[id(obj)]
        if kind is float:
            return nans.name_of(obj)
        return self._orders.of(obj) if kind is set or kind is frozenset else None


class MadeAgain:
    """What an unpickler adds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._sets: dict[int, tuple[Any, Any]] = {}
        self._here = places.Here()

    def persistent_load(self, pid: Any) -> Any:
        """What a receiver has for what stands in the stream."""
        if isinstance(pid, str):
            return self._here.own(pid) if places.is_name(pid) else nans.own(pid)
        if isinstance(pid, kept_parts.Part | kept_parts.Elsewhere):
            return pid.value
        if id(pid) not in self._sets:
            # The stream has one tuple for one set, wherever it is met.
            self._sets[id(pid)] = (pid, set_order.again(*pid))
        return self._sets[id(pid)][1]
