"""What pickle writes without asking anybody, and would come back as another object or in another order.

Asking for each object takes as long as writing it, so it is done only where it matters.
"""

from collections.abc import Iterable
from typing import Any

from jupyterlab_promote.worker.handoff import nans, set_order


def is_needed(stream: bytes, objects: Iterable[Any]) -> bool:
    """Whether something of a stream would be lost.

    Args:
        objects: what was pickled.
    """
    return nans.in_stream(stream) or set_order.may_lose(stream, objects)


class OneByOne:
    """What a pickler adds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._orders = set_order.Orders()

    def persistent_id(self, obj: Any) -> Any:
        """What stands for a module's NaN, or for a set that is to keep its order; None for all else."""
        kind = type(obj)
        if kind is float:
            return nans.name_of(obj)
        return self._orders.of(obj) if kind is set or kind is frozenset else None


class MadeAgain:
    """What an unpickler adds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._sets: dict[int, tuple[Any, Any]] = {}

    def persistent_load(self, pid: Any) -> Any:
        """What a receiver has for what stands in the stream."""
        if isinstance(pid, str):
            return nans.own(pid)
        if id(pid) not in self._sets:
            # The stream has one tuple for one set, wherever it is met.
            self._sets[id(pid)] = (pid, set_order.again(*pid))
        return self._sets[id(pid)][1]
