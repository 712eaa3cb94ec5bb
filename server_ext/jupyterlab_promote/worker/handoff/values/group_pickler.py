"""What is asked of each object of a group of names: rules that look at the whole group first, then those of its type.

Functions and classes belong to the receiving notebook, arrays that share memory go on sharing it.
"""

import enum
import io
import math
import pickle
import time
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import cloudpickle
from cloudpickle import cloudpickle as internals

from jupyterlab_promote.worker.handoff.values import (
    arrays,
    classes,
    enumerations,
    figures,
    globals_of,
    kinds,
    made_again,
    one_by_one,
    own_columns,
    shared_attributes,
    single_types,
    sources,
    spread_arrays,
    tensors,
    text_columns,
)

Note = Callable[[Iterable[Any], Mapping[int, Any]], None]
"""Is told the objects that were pickled, and by id the arrays that tables have for themselves."""


class TooLong(Exception):
    """The time that was given is over."""


class GroupPickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Writes one stream; `sharing` says which arrays are views of what (see `arrays.py`).

    Attributes:
        until: on the monotonic clock; what is not written by then raises TooLong.
    """

    until = math.inf

    def __init__(
        self,
        file: io.BytesIO,
        *,
        buffer_callback: Callable[[pickle.PickleBuffer], Any] | None,
        sharing: "arrays.Sharing",
        stable: bool = False,
    ) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffer_callback)
        self._sharing = sharing
        self._globals = globals_of.Globals()
        self._stable = stable
        self._cells = sources.Cells()
        self._storages = tensors.Storages(sharing)
        self._columns = own_columns.Columns()
        self._rules: dict[int, _Rules] = {}
        self._pickled: list[Any] | None = None

    def dump(self, obj: Any) -> None:
        """Write a value; a RecursionError stays one, which cloudpickle words as another, so that there can be room."""
        pickle.Pickler.dump(self, obj)

    def tell(self, note: Note) -> None:
        """Tell the objects that were pickled, and which arrays tables have for themselves."""
        note(self.pickled(), self._sharing.private)

    def pickled(self) -> list[Any]:
        """The objects that were pickled, once that is done."""
        if self._pickled is None:
            self._pickled = [one for _, one in self.memo.copy().values()]
        return self._pickled

    def reducer_override(self, obj: Any) -> Any:
        """Ask our rules first, then cloudpickle's."""
        if time.monotonic() > self.until:
            raise TooLong
        kind = type(obj)
        rules = self._rules.get(id(kind))
        if rules is None:
            rules = self._rules[id(kind)] = _rules_of(kind)
        if rules.of_group is not None:
            reduced = rules.of_group(self, obj)
        else:
            reduced = rules.of_type(obj) if rules.of_type is not None else None
        if reduced is not None:
            return reduced
        if rules.is_figure:
            return figures.reduced(obj)
        if not self._stable and (shared := shared_attributes.reduced(obj)):
            return shared
        return self._class(obj) if isinstance(obj, type) else super().reducer_override(obj)

    def _class(self, kind: type) -> Any:
        """Cloudpickle's way, with what it leaves out."""
        kinds.import_module_of(kind)
        reduced = super().reducer_override(kind)
        if not isinstance(reduced, tuple):
            return reduced
        if isinstance(kind, enum.EnumMeta):
            return enumerations.with_members(kind, reduced)
        reduced = classes.with_slots(kind, reduced)
        return classes.without_tracker(reduced) if self._stable else reduced

    def _dynamic_function_reduce(self, func: types.FunctionType) -> tuple[Any, ...]:
        """Leave out a function's globals; it sees those of the receiving notebook, or of the receiver's module.

        cloudpickle gives such a function a private copy, which breaks `global` and late binding.
        """
        reduced: tuple[Any, ...] = super()._dynamic_function_reduce(func)
        seen = self._globals(func)
        if seen is None:
            return reduced
        make, arguments, (state, slots), *rest = reduced
        slots["__globals__"] = {}
        slots["_cloudpickle_submodules"] = []
        parameters: tuple[Any, ...] = getattr(func, "__type_params__", ())
        if parameters:
            slots["__type_params__"] = parameters
        # cloudpickle makes new cells; functions that share a variable would each have their own.
        slots["__closure__"] = None
        named = (arguments[0], seen, *arguments[2:4], func.__closure__)
        return (make, named, (state, slots), *rest)

    def code(self, obj: types.CodeType) -> tuple[Any, ...]:
        """Code of a cell, with the cell's text: tracebacks and `inspect.getsource` show it."""
        reduced: tuple[Any, ...] = internals._code_reduce(obj)
        text = self._cells.text(obj.co_filename)
        return reduced if text is None else (sources.code, (obj.co_filename, text, *reduced))

    def cell(self, obj: types.CellType) -> tuple[Any, ...]:
        """A variable that functions share; it is known before its content, which may be the function."""
        try:
            content = obj.cell_contents
        except ValueError:
            return (types.CellType, ())
        # In a tuple, because pickle leaves out a state that is None.
        return (types.CellType, (), (content,), None, None, _fill)

    def _keep_private(self, values: Any) -> None:
        """The memory of a column: an array, or one of dates, categories or nullable numbers."""
        names = ("_ndarray", "_data", "_mask")
        for array in (values, *(getattr(values, name, None) for name in names)):
            if type(array).__name__ == "ndarray":
                self._sharing.keep_private(array)

    def array(self, obj: Any) -> Any:
        """A numpy array, as a view when it shares its memory with another one of the group."""
        return self._sharing.reduce(obj)

    def masked_array(self, obj: Any) -> Any:
        """An array with a mask; both go on being views of what they are views of."""
        return self._sharing.reduce_masked(obj) if not obj.dtype.hasobject else None

    def array_of_another_kind(self, obj: Any) -> Any:
        """A matrix, or an array with named columns; it goes on being a view of what it is a view of."""
        return self._sharing.reduce_kind(obj)

    def row(self, obj: Any) -> Any:
        """A row of an array with named columns, which goes on being a part of it."""
        return self._sharing.reduce_row(obj)

    def storage(self, obj: Any) -> Any:
        """The memory of PyTorch's tensors."""
        return self._storages.reduce(obj)

    def tensor(self, obj: Any) -> Any:
        """A tensor of PyTorch, with its gradient."""
        return tensors.reduce_tensor(obj)

    def typed_storage(self, obj: Any) -> Any:
        """The memory of PyTorch's tensors, as one of them sees it."""
        return self._storages.reduce_typed(obj)

    def block(self, obj: Any) -> Any:
        """A block of a pandas frame: its text columns travel through Arrow."""
        apart = self._apart(obj, obj.values, getattr(obj, "refs", None))
        return spread_arrays.reduced_block(obj) if apart is None else apart(obj.__reduce__())

    def column(self, obj: Any) -> Any:
        """The memory of a pandas Series."""
        block = obj.blocks[0]
        apart = self._apart(obj, block.values, getattr(block, "refs", None))
        return None if apart is None else apart(obj.__reduce_ex__(pickle.HIGHEST_PROTOCOL))

    def index(self, obj: Any) -> Any:
        """The labels of a table, which several may have in common and nobody changes."""
        for codes in getattr(obj, "codes", ()):
            self._keep_private(codes)
        note = getattr(obj, "_references", None)
        apart = self._apart(obj, getattr(obj, "_data", None), note, labels=True)
        return None if apart is None else apart(obj.__reduce__())

    def _apart(
        self, holder: Any, values: Any, note: Any, *, labels: bool = False
    ) -> Callable[[Any], Any] | None:
        """Gives a table's part an array of its own in what pickle is to write; None where it has one."""
        other = self._columns.apart(holder, values, note, labels=labels)
        self._keep_private(values if other is None else other)
        if other is None:
            return None
        # Who has it here and who there is the tables' own matter, as for an array.
        self._sharing.keep_private(values)
        return lambda state: own_columns.replaced(state, values, other)

    def array_of_objects(self, obj: Any) -> Any:
        """An array of objects, as a view where it is one, and else by its texts."""
        return self._sharing.reduce_objects(obj) or text_columns.reduce(obj)


class OneByOnePickler(one_by_one.OneByOne, GroupPickler):
    """Writes a stream in which nothing is lost that pickle itself does not ask a rule for."""


def _fill(cell: types.CellType, content: tuple[Any]) -> None:
    (cell.cell_contents,) = content


def _array(pickler: GroupPickler, obj: Any) -> Any:
    if obj.dtype.hasobject:
        return pickler.array_of_objects(obj)
    return pickler.array(obj)


_BLOCKS = ("Block", "NumpyBlock", "ExtensionBlock", "DatetimeLikeBlock", "DatetimeTZBlock",
           "NDArrayBackedExtensionBlock")  # fmt: skip
_INDEXES = ("Index", "MultiIndex", "CategoricalIndex", "DatetimeIndex", "TimedeltaIndex",
            "PeriodIndex")  # fmt: skip

_RULES: Mapping[tuple[str, str], Callable[[GroupPickler, Any], Any]] = {
    **{("pandas", name): GroupPickler.index for name in _INDEXES},
    ("pandas.core.indexes.base", "Index"): GroupPickler.index,
    ("numpy", "ndarray"): _array,
    ("numpy", "matrix"): GroupPickler.array_of_another_kind,
    ("numpy", "recarray"): GroupPickler.array_of_another_kind,
    ("numpy.rec", "recarray"): GroupPickler.array_of_another_kind,
    ("numpy", "void"): GroupPickler.row,
    ("numpy", "record"): GroupPickler.row,
    ("numpy.rec", "record"): GroupPickler.row,
    ("numpy.ma", "MaskedArray"): GroupPickler.masked_array,
    ("numpy.ma.core", "MaskedArray"): GroupPickler.masked_array,
    **{("pandas.core.internals.blocks", name): GroupPickler.block for name in _BLOCKS},
    ("pandas.core.internals.managers", "SingleBlockManager"): GroupPickler.column,
    ("torch", "Tensor"): GroupPickler.tensor,
    ("torch.nn.parameter", "Parameter"): GroupPickler.tensor,
    ("torch.storage", "UntypedStorage"): GroupPickler.storage,
    ("torch.storage", "TypedStorage"): GroupPickler.typed_storage,
    ("builtins", "cell"): GroupPickler.cell,
    ("builtins", "code"): GroupPickler.code,
}


class _Rules(NamedTuple):
    """What is asked of a class once, however many of its objects a group has.

    Attributes:
        kind: the class, kept so that its id is no other's.
    """

    kind: type
    of_group: Callable[[GroupPickler, Any], Any] | None
    of_type: single_types.Rule | None
    is_figure: bool


def _rules_of(kind: type) -> _Rules:
    of_group = _RULES.get((kind.__module__, kind.__name__))
    if of_group is None and made_again.array_of_own_kind(kind):
        of_group = GroupPickler.array_of_another_kind
    of_type = single_types.rule_of(kind) if of_group is None else None
    return _Rules(kind, of_group, of_type, figures.is_figure(kind))
