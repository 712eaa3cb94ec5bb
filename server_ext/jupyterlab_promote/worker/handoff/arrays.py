"""Arrays that share memory: `b = a[:2]` is still a view of `a` after the handoff.

pickle gives each array its own copy. A first pass notes which arrays have one root; if any two do, a
second pass writes each as a window (offset, shape, strides) of one carrier. numpy is never imported for it.
"""

from typing import Any


class Sharing:
    """Which arrays of a group are windows of the same memory."""

    def __init__(self) -> None:
        self._seen: dict[int, list[Any]] = {}
        self._private: dict[int, Any] = {}
        self._windows: dict[int, tuple[Any, ...]] | None = None

    def keep_private(self, array: Any) -> None:
        """Leave an array out: pandas copies on write by its own book-keeping, which pickles lose."""
        self._private[id(array)] = array

    def reduce(self, array: Any) -> tuple[Any, ...] | None:
        """How to pickle an array; None for numpy's own way."""
        if self._windows is not None:
            return self._windows.get(id(array))
        if id(array) not in self._private:
            self._seen.setdefault(id(_root(array)), []).append(array)
        return None

    def resolve(self) -> bool:
        """End the first pass; whether a second one is needed because arrays share memory."""
        windows: dict[int, tuple[Any, ...]] = {}
        for members in self._seen.values():
            together = [array for array in members if id(array) not in self._private]
            if len(together) > 1:
                windows.update(_windows_of(together))
        self._windows = windows
        return bool(windows)


def _root(array: Any) -> Any:
    """The array that owns the memory, or the object behind all arrays on it."""
    while type(array.base).__name__ in ("ndarray", "memmap"):
        array = array.base
    return array


def _windows_of(members: list[Any]) -> dict[int, tuple[Any, ...]]:
    root = _root(members[0])
    extents = [_extent(array) for array in members]
    low, high = min(low for low, _ in extents), max(high for _, high in extents)
    owner = next((array for array in members if array is root), None)
    carrier = owner if owner is not None and owner.nbytes else _carrier(low, high)
    start = carrier.__array_interface__["data"][0]
    return {
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


def _extent(array: Any) -> tuple[int, int]:
    """First and last + 1 address that an array touches."""
    start = array.__array_interface__["data"][0]
    low = high = start
    if array.size:
        for length, stride in zip(array.shape, array.strides, strict=True):
            reach = (length - 1) * stride
            low, high = low + min(reach, 0), high + max(reach, 0)
        high += array.dtype.itemsize
    return low, high


def _carrier(low: int, high: int) -> Any:
    """An array of bytes over memory that the group's arrays keep alive."""
    import ctypes

    import numpy as np  # the value is a numpy array, so numpy is there

    memory = (ctypes.c_uint8 * (high - low)).from_address(low)
    carrier: Any = np.frombuffer(memoryview(memory), dtype=np.uint8)
    return carrier


def _view(carrier: Any, offset: int, shape: Any, strides: Any, dtype: Any, writeable: Any) -> Any:
    """Make a window again; called by pickle in the receiving kernel."""
    import numpy as np

    flat = carrier
    if carrier.ndim != 1 or carrier.dtype != np.uint8:
        order = "C" if carrier.flags.c_contiguous else "F"
        flat = carrier.reshape(-1, order=order).view(np.uint8)
    view = np.ndarray(shape, dtype, buffer=flat, offset=offset, strides=strides)
    if not writeable:
        view.flags.writeable = False
    return view
