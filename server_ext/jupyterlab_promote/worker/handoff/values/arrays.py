"""Arrays that share memory: `b = a[:2]` is still a view of `a` after the handoff.

pickle gives each array its own copy. A first pass notes which arrays have one root; if any two do, a
second pass writes each as a window (offset, shape, strides) of one carrier. numpy is never imported for it.
"""

import array as plain
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jupyterlab_promote.worker.handoff.values import spread_arrays
from jupyterlab_promote.worker.handoff.values.array_memory import (
    array_over,
    extent_of,
    memory_owner,
    root_of,
    span_of,
    start_of,
)
from jupyterlab_promote.worker.handoff.values.object_views import ObjectViews

OWNS_BELOW = 64 * 1024
"""Arrays of fewer bytes have memory of their own after loading, as in the notebook; larger ones show the file's."""

_MAY_GROW = 64 * 2**20
_owns_below = ContextVar("owns_below", default=OWNS_BELOW)


@contextmanager
def owned(size: int) -> Iterator[None]:
    """Let the arrays of a group that is changed own their memory, as `array.resize` asks for, where they are not huge.

    Args:
        size: of the group, in bytes.
    """
    token = _owns_below.set(max(OWNS_BELOW, size + 1) if size <= _MAY_GROW else OWNS_BELOW)
    try:
        yield
    finally:
        _owns_below.reset(token)


class Sharing:
    """Which arrays of a group are windows of the same memory."""

    def __init__(self) -> None:
        self._seen: dict[int, list[Any]] = {}
        self._private: dict[int, Any] = {}
        self._private_of: dict[int, list[Any]] = {}
        self._windows: dict[int, tuple[Any, ...]] | None = None
        self._plain: dict[int, tuple[Any, Any]] = {}
        self._outside: dict[int, tuple[Any, Any]] = {}
        self._of_objects = ObjectViews()

    def keep_private(self, array: Any) -> None:
        """Leave an array of a table out: pandas copies on write by its own book-keeping, which pickles lose.

        One table that shares memory with arrays of the notebook goes on doing so; of several none does.
        """
        if id(array) not in self._private and type(array).__name__ == "ndarray":
            self._private_of.setdefault(id(root_of(array)), []).append(array)
        self._private[id(array)] = array

    @property
    def private(self) -> Mapping[int, Any]:
        """The arrays that were left out, by id."""
        return self._private

    def reduce(self, array: Any) -> tuple[Any, ...] | None:
        """How to pickle an array; None for numpy's own way."""
        if self._windows is None and id(array) not in self._private:
            self._seen.setdefault(id(root_of(array)), []).append(array)
        window = None if self._windows is None else self._windows.get(id(array))
        if window is None and _repeats(array):
            # Written out it may be larger than any memory.
            return _windows_of([array], self._private)[id(array)]
        return window or _with_memory(array) or spread_arrays.reduced(array)

    def reduce_objects(self, array: Any) -> tuple[Any, ...] | None:
        """How to pickle an array of objects that is a view of what others show; None of all others."""
        return self._of_objects.reduce(array)

    def reduce_kind(self, array: Any) -> tuple[Any, ...] | None:
        """How to pickle a matrix, or an array with named columns, that shows the memory of others."""
        if array.dtype.hasobject or type(array).__reduce__ is not _plainly(array):
            return None
        made = (seen_as, (self._as_array(array), type(array)))
        return (*made, vars(array) or None, None, None, _fill)

    def reduce_row(self, row: Any) -> tuple[Any, ...] | None:
        """How to pickle a row of an array with named columns: as the element of an array."""
        if row.dtype.hasobject or type(row.base).__name__ == "NoneType":
            return None
        if id(row) not in self._plain:
            window = _element(row)
            if window is None:
                return None
            self._plain[id(row)] = (row, window)
        return (_first, (self._plain[id(row)][1],))

    def outside(self, owner: Any, make: Callable[[], Any]) -> Any:
        """The array over memory that no array owns, whose owner is an object of another library."""
        if id(owner) not in self._outside:
            self._outside[id(owner)] = (owner, make())
        return self._outside[id(owner)][1]

    def is_shared(self, array: Any) -> bool:
        """Whether others show the memory of an array; not known before `resolve`."""
        return self._windows is not None and id(array) in self._windows

    def _as_array(self, array: Any) -> Any:
        """The values of an array of another kind. Both passes have to meet the same object."""
        if id(array) not in self._plain:
            import numpy as np

            self._plain[id(array)] = (array, array.view(np.ndarray))
        return self._plain[id(array)][1]

    def reduce_masked(self, array: Any) -> tuple[Any, ...]:
        """How to pickle a masked array: its values and its mask, each of which may be a window of others."""
        if id(array) not in self._plain:
            # Both passes have to meet the same objects.
            self._plain[id(array)] = (array, array.data)
        state = {name: value for name, value in vars(array).items() if name != "_basedict"}
        if array.mask.ndim == 0 and array.ndim:
            del state["_mask"]
        return (seen_as, (self._plain[id(array)][1], type(array)), state, None, None, _fill)

    def resolve(self) -> bool:
        """End the first pass; whether a second one is needed because arrays share memory."""
        windows: dict[int, tuple[Any, ...]] = {}
        for members in self._on_one_memory():
            together = [array for array in members if id(array) not in self._private]
            tables = self._private_of.get(id(root_of(members[0])), ())
            if together and len(tables) == 1 and not tables[0].dtype.hasobject:
                together += tables
            owner = memory_owner(together[0]) if together else None
            if (
                len(together) > 1
                or isinstance(owner, bytearray | plain.array)
                or (together and _repeats(together[0]))
            ):
                windows.update(_windows_of(together, self._private))
        self._windows = windows
        of_objects = self._of_objects.resolve(self._private)
        return bool(windows) or of_objects

    def _on_one_memory(self) -> Iterable[list[Any]]:
        """The arrays by what they show: those with one root, and those where other libraries' memory is."""
        if not self._outside:
            return self._seen.values()
        groups: list[list[Any]] = []
        end = 0
        for low, high, members in sorted(
            ((*span_of(members), members) for members in self._seen.values()),
            key=lambda one: one[:2],
        ):
            if low < end:
                groups[-1] = [*groups[-1], *members]
            else:
                groups.append(members)
            end = max(end, high)
        return groups


def _repeats(array: Any) -> bool:
    """Whether elements of an array lie in the same place, as `np.broadcast_to` has them."""
    low, high = extent_of(array)
    return high - low < int(array.nbytes)


def _windows_of(members: list[Any], private: Mapping[int, Any]) -> dict[int, tuple[Any, ...]]:
    low, high = span_of(members)
    root = max(map(root_of, members), key=lambda one: int(one.nbytes))
    first, end = extent_of(root)
    covers = first <= low and high <= end
    # What may not be written would not give its views the right to.
    covers = covers and (root.flags.writeable or not any(one.flags.writeable for one in members))
    owner = next((array for array in members if covers and array is root), None)
    if owner is None and covers and _is_carrier(root, high - low, private):
        owner = root
    carrier, start = owner, low
    holder = memory_owner(members[0])
    if isinstance(holder, bytearray | plain.array):
        carrier, start = holder, start_of(holder)
    elif owner is None or not owner.nbytes:
        carrier = array_over(low, high - low)
    else:
        start = owner.__array_interface__["data"][0]
    windows: dict[int, Any] = {
        id(array): (
            _view,
            (
                carrier,
                array.__array_interface__["data"][0] - start,
                array.shape,
                array.strides,
                array.dtype,
                bool(array.flags.writeable),
            ),
        )
        for array in members
        if array is not carrier
    }
    if carrier is owner and owner is not None:
        windows[id(owner)] = _with_memory(owner)
    return windows


def _is_carrier(root: Any, shown: int, private: Mapping[int, Any]) -> bool:
    """Whether the array behind views, which itself has no name, goes along: `view.base` is asked by libraries."""
    plainly = type(root).__name__ == "ndarray" and id(root) not in private and root.base is None
    whole = plainly and (root.flags.c_contiguous or root.flags.f_contiguous)
    return whole and not root.dtype.hasobject and root.nbytes <= 2 * shown


def _with_memory(array: Any) -> tuple[Any, ...] | None:
    """An array with its memory, so that it is the base of its views; None where numpy's own way has to do."""
    flags = array.flags
    if array.dtype.hasobject or not array.nbytes or not (flags.c_contiguous or flags.f_contiguous):
        return None
    order = "C" if flags.c_contiguous else "F"
    flat = array.reshape(-1, order=order).view("u1")
    locked = not flags.writeable and type(memory_owner(array)).__name__ == "ndarray"
    if locked:
        # Its owner may be told to be writeable again.
        flat = array_over(extent_of(array)[0], array.nbytes)
    told = (not flags.owndata, locked) if locked else () if flags.owndata else (True,)
    return (_owning, (pickle.PickleBuffer(flat), array.shape, array.dtype, order, *told))


def _owning(
    memory: Any,
    shape: Any,
    dtype: Any,
    order: Any,
    is_view: bool = False,  # noqa: FBT001, FBT002 - pickle gives them in order
    locked: bool = False,  # noqa: FBT001, FBT002
) -> Any:
    """Make an array again, in the receiving kernel; a small one owns its memory.

    Args:
        is_view: it shows the memory of one that is not handed over. Libraries look at how large that one is
            (scipy copies what shows a small part of a large array), so it has one of its own size.
        locked: it is not to be written, until it is told to.
    """
    import numpy as np

    # `frombuffer` keeps the memory from being given back, which `ndarray(buffer=...)` does not.
    flat: Any = np.frombuffer(memory, dtype)
    if flat.nbytes >= _owns_below.get():
        large = flat if len(shape) == 1 else flat.reshape(shape, order=order)
        large.flags.writeable &= not locked
        return large
    own = flat.reshape(shape, order=order).copy(order=order)
    own.flags.writeable = flat.flags.writeable and not locked
    return own[...] if is_view else own


def _element(row: Any) -> Any:
    """A row of an array with named columns as an array of one element; None where its memory is in no order."""
    import numpy as np

    root = root_of(row.base)
    if not (root.flags.c_contiguous or root.flags.f_contiguous):
        return None
    order = "C" if root.flags.c_contiguous else "F"
    flat = root.reshape(-1, order=order).view("u1")
    start = row.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    return np.ndarray((1,), row.dtype, buffer=flat, offset=start)


def _first(array: Any) -> Any:
    return array[0]


def _plainly(array: Any) -> Any:
    """How numpy's own arrays are pickled; a class that does it in another way knows why."""
    return next(kind for kind in type(array).__mro__ if kind.__name__ == "ndarray").__reduce__


def seen_as(values: Any, kind: Any) -> Any:
    """An array of another kind over values; a masked one has no mask yet. Called by pickle in the receiving kernel."""
    return values.view(kind)


def _fill(array: Any, state: Mapping[str, Any]) -> None:
    vars(array).update(state)


def _view(carrier: Any, offset: int, shape: Any, strides: Any, dtype: Any, writeable: Any) -> Any:
    """Make a window again; called by pickle in the receiving kernel."""
    import numpy as np

    flat = carrier
    if isinstance(carrier, bytearray | plain.array):
        flat = np.frombuffer(carrier, np.uint8)
    elif carrier.ndim != 1 or carrier.dtype != np.uint8:
        order = "C" if carrier.flags.c_contiguous else "F"
        flat = carrier.reshape(-1, order=order).view(np.uint8)
    view = np.ndarray(shape, dtype, buffer=flat, offset=offset, strides=strides)
    if not writeable:
        view.flags.writeable = False
    return view
