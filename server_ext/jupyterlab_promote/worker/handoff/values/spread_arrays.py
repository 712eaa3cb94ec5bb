"""Arrays whose elements lie apart, as `y = data[:, 0]` without `data`: they lie apart in the receiver's kernel too.

numpy and BLAS add up what lies apart in another order than what lies together, and the last digit of a norm or of a
variance is another one.
"""

import pickle
from collections.abc import Sequence
from typing import Any

from jupyterlab_promote.worker.handoff.values.array_memory import extent_of

_WIDE = 256 * 2**20
"""Bytes from which on the gaps are made narrower: a column must not need the memory of its whole table."""


def reduced(array: Any) -> tuple[Any, ...] | None:
    """How to pickle such an array; None for one that lies together, or holds objects."""
    import numpy as np  # the value is a numpy array, so numpy is there

    if not _lies_apart(array):
        return None
    together: Any = np.ascontiguousarray(array).reshape(-1).view("u1")
    low, high = extent_of(array)
    strides = array.strides
    if high - low > max(_WIDE, 2 * array.nbytes):
        strides = _narrower(array.shape, strides, array.dtype.itemsize)
    told = (array.shape, strides, array.dtype, bool(array.flags.writeable))
    return (_spread, (pickle.PickleBuffer(together), *told))


def reduced_block(block: Any) -> Any:
    """How to pickle a block of a pandas frame of such an array, which pandas would lay together; None for another."""
    apart = type(block.values).__name__ == "ndarray" and _lies_apart(block.values)
    # The last protocol for which pandas leaves its array as it is.
    return block.__reduce_ex__(4) if apart else None


def _lies_apart(array: Any) -> bool:
    flags = array.flags
    together = flags.c_contiguous or flags.f_contiguous
    return bool(array.nbytes) and not together and not array.dtype.hasobject


def _narrower(shape: Sequence[int], strides: Sequence[int], itemsize: int) -> tuple[int, ...]:
    """Strides of the same order and signs, with a gap of one element where there is one."""
    made = list(strides)
    met = end = itemsize
    for axis in sorted(range(len(shape)), key=lambda one: abs(strides[one])):
        stride = abs(strides[axis])
        narrow = end + (itemsize if stride != met else 0)
        made[axis] = narrow if strides[axis] > 0 else -narrow
        met, end = shape[axis] * stride, shape[axis] * narrow
    return tuple(made)


def _spread(memory: Any, shape: Any, strides: Any, dtype: Any, writeable: Any) -> Any:
    """Make one again; called by pickle in the receiving kernel."""
    import numpy as np

    reach = [(length - 1) * stride for length, stride in zip(shape, strides, strict=True)]
    before = -sum(min(one, 0) for one in reach)
    size = before + sum(max(one, 0) for one in reach) + dtype.itemsize
    array: Any = np.ndarray(shape, dtype, np.empty(size, np.uint8), before, strides)
    array[...] = np.frombuffer(memory, dtype).reshape(shape)
    array.flags.writeable = writeable
    return array
