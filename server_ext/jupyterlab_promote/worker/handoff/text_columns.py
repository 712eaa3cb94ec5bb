"""Text columns of frames: text objects go through Arrow, which writes two buffers instead of one object each.

Only when nothing is lost: every element is exactly `str` or None. pyarrow is used if the user has it loaded.
"""

import copyreg
import sys
from typing import Any

WORTH_IT = 20_000
"""Elements below which the plain stream is as fast."""

SLACK = 1.1
"""How much larger than their content buffers may be to count as filled."""
_SAMPLE = 10_000
"""Elements by which it is told whether texts repeat, so that a dictionary of them pays."""


def reduce(array: Any) -> tuple[Any, ...] | None:
    """How to pickle an object array; None for numpy's own way."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None or array.size < WORTH_IT or not _owns_order(array):
        return None
    flat = array.ravel(order="K")
    if not set(map(type, flat)) <= {str, type(None)}:
        return None
    try:
        column = pyarrow.array(flat, type=pyarrow.large_string(), from_pandas=False)
    except (pyarrow.ArrowException, UnicodeError):
        return None
    if len(column[:_SAMPLE].unique()) * 2 < _SAMPLE:
        column = column.dictionary_encode()
    order = "C" if array.flags.c_contiguous else "F"
    return (_restore, (column, array.shape, order))


def reduce_extension(array: Any) -> tuple[Any, ...] | None:
    """How to pickle a pandas array that is Arrow's already; None for pandas' own way.

    pandas copies the data first, because a slice would pickle the whole it was cut from. Not needed here
    for data in one piece that fills its buffers.
    """
    column = array._pa_array
    if column.num_chunks != 1 or column.get_total_buffer_size() > SLACK * column.nbytes:
        return None
    state = {**array.__dict__, "_pa_array": column.chunk(0)}
    if "_cache" in state:
        state["_cache"] = {}
    return (copyreg.__newobj__, (type(array),), state)  # type: ignore[attr-defined]


def _owns_order(array: Any) -> bool:
    return bool(array.flags.c_contiguous or array.flags.f_contiguous)


def _restore(column: Any, shape: Any, order: str) -> Any:
    """Make the objects again; called by pickle in the receiving kernel."""
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype != object:
        values = values.astype(object)
    return values.reshape(shape, order=order)
