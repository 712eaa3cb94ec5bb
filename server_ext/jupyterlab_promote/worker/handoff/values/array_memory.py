"""Where arrays lie in memory, and who owns it. numpy is imported only where a value is an array."""

import array as plain
from typing import Any

_NO_ARRAYS = frozenset({memoryview, bytes, bytearray, type(None), plain.array})


def _is_array(base: Any) -> bool:
    """Whether it is an array of numpy, of whatever class, or what numpy has between an array and its view."""
    kind = type(base)
    return kind not in _NO_ARRAYS and (
        kind.__name__ == "DummyArray" or any(one.__name__ == "ndarray" for one in kind.__mro__)
    )


def root_of(array: Any) -> Any:
    """The array that owns the memory, or the object behind all arrays on it."""
    base = array.base
    while _is_array(base):
        array = base if type(base).__name__ != "DummyArray" else array
        base = base.base
    return array


def memory_of(array: Any) -> tuple[int, int, int]:
    """Where an array lies: (id of what owns the memory, first address, last + 1)."""
    return (id(memory_owner(array)), *extent_of(array))


def memory_owner(array: Any) -> Any:
    """The object whose memory an array shows; itself, where it has memory of its own."""
    root = root_of(array)
    owner = root if root.base is None else root.base
    while isinstance(owner, memoryview):
        owner = owner.obj
    return owner


def start_of(holder: "bytearray | plain.array[Any]") -> int:
    """The first address of a holder's memory."""
    import numpy as np

    return int(np.frombuffer(holder, np.uint8).__array_interface__["data"][0])


def span_of(members: list[Any]) -> tuple[int, int]:
    """First and last + 1 address that some arrays touch."""
    extents = [extent_of(array) for array in members]
    return min(low for low, _ in extents), max(high for _, high in extents)


def extent_of(array: Any) -> tuple[int, int]:
    """First and last + 1 address that an array touches."""
    start = array.__array_interface__["data"][0]
    low = high = start
    if array.size:
        for length, stride in zip(array.shape, array.strides, strict=True):
            reach = (length - 1) * stride
            low, high = low + min(reach, 0), high + max(reach, 0)
        high += array.dtype.itemsize
    return low, high


def array_over(start: int, size: int) -> Any:
    """An array of bytes over memory that others keep alive."""
    import ctypes

    import numpy as np  # the value is a numpy array, so numpy is there

    memory = (ctypes.c_uint8 * size).from_address(start)
    carrier: Any = np.frombuffer(memoryview(memory), dtype=np.uint8)
    return carrier
