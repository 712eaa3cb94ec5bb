"""Text columns of frames: texts are written behind one another in a few large buffers instead of one object each.

Nothing is lost: what is not exactly `str` goes through the stream as it is. Texts that repeat become a dictionary of
Arrow's, if the user has it loaded.
"""

import copyreg
import importlib
import operator
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jupyterlab_promote.worker.handoff.values import nans, places

WORTH_IT = 20_000
"""Elements below which the plain stream is as fast."""

SLACK = 1.1
"""How much larger than their content buffers may be to count as filled."""
_SAMPLE = 10_000
"""Elements by which it is told whether an array is of texts, whether they repeat, so that a dictionary pays, and
whether they are paths."""
_CHUNK = 4_096
"""Elements that are looked at and joined together: the objects and their text fit a processor's own cache."""
_PIECE = 8 * 2**20
"""Bytes of text after which a buffer is handed on."""
_FIRST = 1_024
_END = "\0"


def reduce(array: Any) -> tuple[Any, ...] | None:
    """How to pickle an object array; None for numpy's own way."""
    if array.size < WORTH_IT or not _owns_order(array):
        return None
    flat = array.ravel(order="K")
    texts = [element for element in flat[:_SAMPLE].tolist() if type(element) is str]
    if len(texts) * 2 < _SAMPLE or any(map(places.may_hold, texts)):
        return None
    shape = (array.shape, "C" if array.flags.c_contiguous else "F")
    if len(set(texts)) * 2 > len(texts):
        others = Others()
        return (_restore, (Texts(flat, others), *shape), others, None, None, _put_back)
    column = _dictionary(flat)
    return None if column is None else (_restore, (column, *shape))


def _dictionary(flat: Any) -> Any:
    """The elements as a dictionary of Arrow's; None unless every one is text or None."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None or not set(map(type, flat)) <= {str, type(None)}:
        return None
    try:
        column = pyarrow.array(flat, type=pyarrow.large_string(), from_pandas=False)
    except (pyarrow.ArrowException, UnicodeError):
        return None
    return column.dictionary_encode()


class Others(list[tuple[int, Any]]):
    """The elements that do not go with the texts, with their places; filled while the texts are written."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (list, (tuple(self),))


class Texts:
    """The elements of a one-dimensional array of objects, most of which are text, on their way.

    While it is pickled, its buffers are made one by one: whoever takes them can write one while the next is made.
    """

    def __init__(self, elements: Any, others: Others) -> None:
        self.elements = elements
        self._others = others
        self._filled = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return (_expected, (len(self.elements),), None, _pieces(self.elements, self._others))

    def extend(self, pieces: "Iterable[memoryview | bytes]") -> None:
        """Take the next buffers; called by pickle, as is `append`."""
        for piece in pieces:
            self.append(piece)

    def append(self, piece: "memoryview | bytes") -> None:
        """Take the next buffer."""
        texts = str(piece, "utf-8", "surrogatepass").split(_END)
        texts.pop()
        self.elements[self._filled : self._filled + len(texts)] = texts
        self._filled += len(texts)


def _expected(count: int) -> Texts:
    import numpy as np  # the value is a numpy array, so numpy is there

    return Texts(np.empty(count, dtype=object), Others())


def _pieces(flat: Any, others: Others) -> Iterator[pickle.PickleBuffer]:
    """The texts, each ended by a NUL; what is none, or has one, is added to `others`, with its place."""
    parts: list[bytes] = []
    size, start, many = 0, 0, _FIRST
    while start < len(flat):
        chunk = flat[start : start + many].tolist()
        count = len(chunk)
        # After the last text an empty one, so that it is ended as well.
        chunk.append("")
        if operator.countOf(map(type, chunk), str) <= count:
            _take_out(chunk, start, others, stays=lambda one: type(one) is str)
        joined = _joined(chunk)
        if _ends(joined) > count:
            _take_out(chunk, start, others, stays=lambda one: _END not in one)
            joined = _joined(chunk)
        parts.append(joined)
        start += count
        size += len(joined)
        many = max(1, min(_CHUNK, _PIECE * count // len(joined)))
        if size >= _PIECE or start == len(flat):
            yield pickle.PickleBuffer(b"".join(parts))
            parts, size = [], 0


def _joined(chunk: list[str]) -> bytes:
    return _END.join(chunk).encode("utf-8", "surrogatepass")


def _ends(joined: bytes) -> int:
    """How many NULs there are; numpy counts several times as fast as Python, which stops at each."""
    import numpy as np  # the value is a numpy array, so numpy is there

    return len(joined) - int(np.count_nonzero(np.frombuffer(joined, np.uint8)))


def _take_out(
    chunk: list[Any], start: int, others: Others, *, stays: Callable[[Any], bool]
) -> None:
    for place, one in enumerate(chunk):
        if not stays(one):
            others.append((start + place, nans.named(one)))
            chunk[place] = ""


def _put_back(array: Any, others: list[tuple[int, Any]]) -> None:
    """Put what is no text in its places; called by pickle in the receiving kernel."""
    flat = array.ravel(order="K")
    for place, one in others:
        flat[place] = one


def reduce_extension(array: Any) -> tuple[Any, ...] | None:
    """How to pickle a pandas array that is Arrow's already; None for pandas' own way.

    pandas copies the data into one piece first, because a slice would pickle the whole it was cut from. Not needed
    here for data that fills its buffers; and one piece takes other memory, which `df.info()` says.
    """
    column = array._pa_array
    if _may_hold_places(column):
        return (_from_texts, (column.to_pylist(), array.dtype))
    if not column.num_chunks or column.get_total_buffer_size() > SLACK * column.nbytes:
        return None
    pieces = [_Piece(chunk) if _says_no_nulls(chunk) else chunk for chunk in column.chunks]
    state = {**array.__dict__, "_pa_array": pieces}
    if "_cache" in state:
        state["_cache"] = {}
    return (copyreg.__newobj__, (type(array),), state)  # type: ignore[attr-defined]


_TEXTS = ("string", "large_string")


def _may_hold_places(column: Any) -> bool:
    """Whether a column is of texts, and one of the first may hold the place of the step's working directory.

    Looking through all of them takes longer than writing them.
    """
    if str(column.type) not in _TEXTS:
        return False
    compute = importlib.import_module("pyarrow.compute")
    first = column.slice(0, _SAMPLE)
    return compute.any(compute.match_substring(first, places.SCRATCH)).as_py() is True


def _from_texts(texts: list[Any], dtype: Any) -> Any:
    """A pandas array of texts, which are written one by one; called by pickle in the receiving kernel."""
    return importlib.import_module("pandas").array(texts, dtype=dtype)


class _Piece:
    """Texts of Arrow's with a bitmap which says that none is missing: Arrow leaves that out when it is pickled."""

    def __init__(self, chunk: Any) -> None:
        self._chunk = chunk

    def __reduce__(self) -> tuple[Any, ...]:
        one = self._chunk
        return (_piece, (one.type, len(one), one.buffers(), one.offset))


def _says_no_nulls(chunk: Any) -> bool:
    return str(chunk.type) in _TEXTS and chunk.null_count == 0 and chunk.buffers()[0] is not None


def _piece(kind: Any, length: int, buffers: list[Any], offset: int) -> Any:
    """Make it again; called by pickle in the receiving kernel."""
    # Told that none is missing, Arrow would leave the bitmap out again.
    uncounted = -1
    arrays = importlib.import_module("pyarrow")
    return arrays.Array.from_buffers(kind, length, buffers, uncounted, offset)


def _owns_order(array: Any) -> bool:
    return bool(array.flags.c_contiguous or array.flags.f_contiguous)


def _restore(column: Any, shape: Any, order: str) -> Any:
    """Make the objects again; called by pickle in the receiving kernel."""
    if isinstance(column, Texts):
        return column.elements.reshape(shape, order=order)
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype != object:
        values = values.astype(object)
    return values.reshape(shape, order=order)
