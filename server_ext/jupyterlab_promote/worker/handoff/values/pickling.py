"""Pickling of one group of names, as the notebook had them: functions and classes belong to the receiving
notebook, arrays that share memory go on sharing it, figures do not come to the front.

Large buffers are handed to a callback and never copied. Where they are written is in `bundle.py`.
"""

import io
import math
import pickle
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from jupyterlab_promote.worker.handoff.values import (
    arrays,
    class_order,
    interned,
    named_first,
    object_sets,
    one_by_one,
    shared_attributes,
)
from jupyterlab_promote.worker.handoff.values.group_pickler import (
    GroupPickler,
    Note,
    OneByOnePickler,
)
from jupyterlab_promote.worker.handoff.values.namespace import NAMESPACE, user_namespace

IN_BAND = 64 * 1024
"""Buffers below this many bytes stay in the stream: an entry of the manifest would cost more."""


class Nowhere(io.BytesIO):
    """Takes a stream and keeps nothing."""

    def write(self, data: Any) -> int:
        """Say that it was written."""
        return len(data)


class Taker(Protocol):
    """Takes the large buffers of a group in order, each as soon as it is met; a list of them is one."""

    def append(self, buffer: pickle.PickleBuffer, /) -> None:
        """Take a buffer."""

    def clear(self) -> None:
        """Forget all of them: they come again."""


def dump_group(values: Mapping[str, Any], taker: Taker, *, note: Note | None = None) -> bytes:
    """The stream of a group; every large buffer goes to `taker`.

    Args:
        note: is told the objects that the group holds.

    Raises whatever the values' own pickling raises.
    """
    sharing = arrays.Sharing()
    kind = OneByOnePickler if one_by_one.keeps_parts(values) else GroupPickler
    stream, pickler = _dump(dict(values), sharing, taker, kind=kind)
    if note is not None:
        pickler.tell(note)
    lost = kind is OneByOnePickler or one_by_one.is_needed(stream, pickler.pickled())
    orders = object_sets.orders(stream, pickler.pickled())
    if sharing.resolve() or orders or (lost and kind is GroupPickler):
        taker.clear()
        kind = OneByOnePickler if lost else GroupPickler
        stream, _ = _dump(dict(values), sharing, taker, kind=kind, orders=orders)
    return stream


def note_objects(value: Any, note: Note, *, until: float = math.inf) -> None:
    """Tell the objects that a value holds; nothing is written. Raises whatever its pickling raises.

    Raises:
        TooLong: they are not known by `until`, on the monotonic clock.
    """
    pickler = GroupPickler(Nowhere(), buffer_callback=lambda _: False, sharing=arrays.Sharing())
    pickler.until = until
    pickler.dump(value)
    pickler.tell(note)


def _dump(
    values: dict[str, Any],
    sharing: arrays.Sharing,
    taker: Taker,
    *,
    stable: bool = False,
    until: float = math.inf,
    kind: type[GroupPickler] = GroupPickler,
    orders: Sequence[object_sets.Order] = (),
) -> tuple[bytes, GroupPickler]:
    def callback(buffer: pickle.PickleBuffer) -> bool:
        with buffer.raw() as raw:
            small = raw.nbytes < IN_BAND
        if not small:
            taker.append(buffer)
        return small

    file = io.BytesIO()
    pickler = kind(file, buffer_callback=callback, sharing=sharing, stable=stable)
    pickler.until = until
    if isinstance(pickler, one_by_one.OneByOne):
        pickler.keep_parts(values)
    # `g = globals()`: pickle writes any dict without asking, and this one is the receiver's.
    own = user_namespace()
    values = interned.kept_one(shared_attributes.by_their_owners(values))
    values = {name: NAMESPACE if one is own else one for name, one in values.items()}
    pickler.dump(values if stable else named_first.arranged(values, orders))
    if not stable and (families := class_order.families(file.getvalue(), pickler.pickled())):
        # Behind the values, to which it only points.
        pickler.dump(families)
    return file.getvalue(), pickler


def dump_alone(value: Any, *, until: float = math.inf) -> tuple[bytes, list[pickle.PickleBuffer]]:
    """A stream to compare by: the same value gives the same bytes within one kernel.

    Raises:
        TooLong: it is not written by `until`, on the monotonic clock.
    """
    buffers: list[pickle.PickleBuffer] = []
    stream, _ = _dump({"": value}, arrays.Sharing(), buffers, stable=True, until=until)
    return stream, buffers
