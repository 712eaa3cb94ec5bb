"""Arrays and tables as bytes and plain values, for fingerprints: what is equal gives the same in every kernel.

No library is imported for it: a value of a library can only be there when the library is.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jupyterlab_promote.worker.handoff.values import labelled_arrays
from jupyterlab_promote.worker.handoff.values.kinds import module_of

_BLOCKS = 64
"""Places of a large array that are read."""


class Limits(Protocol):
    """How much of a table is read: `cells` of it, or `size` bytes."""

    @property
    def cells(self) -> int:
        """Elements of a table."""

    @property
    def size(self) -> int:
        """Bytes of an array."""


@dataclass(frozen=True)
class Parts:
    """What an array or table consists of.

    Attributes:
        data: plain memory.
        values: what has to be looked into.
        sampled: not all of it was read.
    """

    data: tuple[bytes, ...] = ()
    values: tuple[Any, ...] = ()
    sampled: bool = False


def parts(value: Any, limits: Limits) -> Parts | None:
    """The parts of an array or a table; None for anything else."""
    for kind in type(value).__mro__:
        rule = _RULES.get((module_of(kind).partition(".")[0], kind.__name__))
        if rule is not None:
            return rule(value, limits)
    return None


def _array(array: Any, limits: Limits) -> Parts:
    head = f"{array.dtype}{array.shape}".encode()
    if type(array).__name__ == "MaskedArray":
        return Parts((head,), (array.filled(), array.mask))
    if array.dtype.names:
        # What lies between the fields is nobody's.
        return Parts((head,), tuple(array[name] for name in array.dtype.names))
    if array.dtype.hasobject:
        kept = array.ravel()[: limits.cells].tolist()
        return Parts((head,), (kept,), sampled=len(kept) < array.size)
    if array.nbytes <= limits.size:
        return Parts((head, array.tobytes()))
    flat = array.ravel(order="K")
    length = max(1, limits.size // (_BLOCKS * array.itemsize))
    starts = range(0, flat.size, max(1, flat.size // _BLOCKS))
    return Parts((head, *(flat[at : at + length].tobytes() for at in starts)), sampled=True)


def _frame(frame: Any, limits: Limits) -> Parts:
    kept, sampled = _rows(frame, limits.cells // max(1, frame.shape[1]))
    data: list[bytes] = []
    values: list[Any] = [_labels(frame.columns), [str(kind) for kind in frame.dtypes], len(frame)]
    for column in (kept.index, *(kept.iloc[:, place] for place in range(kept.shape[1]))):
        _take(column, data, values)
    return Parts(tuple(data), tuple(values), sampled=sampled)


def _series(series: Any, limits: Limits) -> Parts:
    kept, sampled = _rows(series, limits.cells)
    data: list[bytes] = []
    values: list[Any] = [series.name, str(series.dtype), len(series)]
    for column in (kept.index, kept):
        _take(column, data, values)
    return Parts(tuple(data), tuple(values), sampled=sampled)


def _index(index: Any, limits: Limits) -> Parts:
    step = len(index) // max(1, limits.cells) + 1
    data: list[bytes] = []
    values: list[Any] = [list(index.names), str(index.dtype), len(index)]
    _take(index[::step], data, values)
    return Parts(tuple(data), tuple(values), sampled=step > 1)


def _labels(index: Any) -> Any:
    return [list(index.names), list(index)]


def _rows(table: Any, most: int) -> tuple[Any, bool]:
    step = len(table) // max(1, most) + 1
    return (table.iloc[::step], True) if step > 1 else (table, False)


def _take(column: Any, data: list[bytes], values: list[Any]) -> None:
    """A column or an index by pandas' own hashes, and by its elements where those would be of addresses."""
    pandas = sys.modules["pandas"]
    if str(column.dtype) == "object" and pandas.api.types.infer_dtype(column) != "string":
        values.append(list(column))
        return
    try:
        data.append(pandas.util.hash_pandas_object(column, index=False).to_numpy().tobytes())
    except (TypeError, ValueError, NotImplementedError):
        values.append([repr(element) for element in column])


def _polars(table: Any, limits: Limits) -> Parts:
    columns = [table] if type(table).__name__ == "Series" else list(table.get_columns())
    step = len(table) // max(1, limits.cells // max(1, len(columns))) + 1
    values = tuple(
        (column.name, str(column.dtype), len(column), column.gather_every(step).to_list())
        for column in columns
    )
    return Parts(values=values, sampled=step > 1)


def _arrow(table: Any, limits: Limits) -> Parts:
    most = limits.cells // max(1, table.num_columns)
    values = (str(table.schema), table.num_rows, table.slice(0, most).to_pydict())
    return Parts(values=values, sampled=table.num_rows > most)


def _tree(tree: Any, _limits: Limits) -> Parts:
    """The points that scikit-learn looks for neighbours in; the rest follows from them, and counts their use."""
    return Parts(values=(sys.modules["numpy"].asarray(tree.data),))


def _tensor(tensor: Any, limits: Limits) -> Parts:
    """Memory byte by byte, because numpy has not all of PyTorch's numbers; of other layouts what they are made of."""
    plain = tensor.detach()
    gradient = tensor.grad if tensor.is_leaf else None
    about = (str(plain.dtype), str(plain.layout), tensor.requires_grad, gradient)
    inner = _inner_tensors(plain)
    if inner is not None or plain.is_meta:
        return Parts(values=(*about, None if plain.is_nested else list(plain.shape), inner))
    plain = plain.cpu().resolve_conj().resolve_neg()
    memory = plain.contiguous().reshape(-1).view(sys.modules["torch"].uint8).numpy()
    part = _array(memory, limits)
    return Parts(part.data, (*about, list(plain.shape)), sampled=part.sampled)


def _inner_tensors(tensor: Any) -> tuple[Any, ...] | None:
    """What a tensor is made of that is not one piece of plain numbers; None for one that is."""
    if tensor.is_nested:
        return tuple(tensor.unbind())
    layout = str(tensor.layout).removeprefix("torch.")
    if tensor.is_quantized:
        scheme = str(tensor.qscheme())
        if "per_tensor" in scheme:
            return (scheme, tensor.int_repr(), tensor.q_scale(), tensor.q_zero_point())
        scales = (tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points())
        return (scheme, tensor.int_repr(), *scales, tensor.q_per_channel_axis())
    if layout == "sparse_coo":
        return (tensor._indices(), tensor._values())
    if layout in ("sparse_csr", "sparse_bsr"):
        return (tensor.crow_indices(), tensor.col_indices(), tensor.values())
    if layout in ("sparse_csc", "sparse_bsc"):
        return (tensor.ccol_indices(), tensor.row_indices(), tensor.values())
    return None if layout == "strided" else (tensor.to_dense(),)


def _labelled(value: Any, limits: Limits) -> Parts:
    values, whole = labelled_arrays.told(value, limits)
    return Parts(values=values, sampled=not whole)


def _part_of_page(part: Any, _limits: Limits) -> Parts:
    """A tag or text of Beautiful Soup: its own text and where it stands, not the page, which knows all its parts."""
    path: list[int] = []
    at = part
    while at.parent is not None:
        path.append(at.parent.index(at))
        at = at.parent
    return Parts(values=(str(part), path))


_RULES: Mapping[tuple[str, str], Callable[[Any, Limits], Parts]] = {
    ("bs4", "PageElement"): _part_of_page,
    ("numpy", "ndarray"): _array,
    ("pandas", "DataFrame"): _frame,
    ("pandas", "Series"): _series,
    ("pandas", "Index"): _index,
    ("polars", "DataFrame"): _polars,
    ("polars", "Series"): _polars,
    ("pyarrow", "Table"): _arrow,
    ("sklearn", "KDTree"): _tree,
    ("sklearn", "BallTree"): _tree,
    ("torch", "Tensor"): _tensor,
    ("xarray", "DataArray"): _labelled,
    ("xarray", "Dataset"): _labelled,
    ("xarray", "Variable"): _labelled,
}
