"""Loading of what `pickling.py` wrote: as the notebook's own values, or as a second copy beside them."""

import io
import pickle
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from cloudpickle import cloudpickle as internals

from jupyterlab_promote.worker.handoff.values import (
    class_order,
    kept_parts,
    named_first,
    one_by_one,
)
from jupyterlab_promote.worker.handoff.values.namespace import user_namespace


class _Unpickler(one_by_one.MadeAgain, pickle.Unpickler):
    """Loads what this pipeline made."""


def load_group(stream: bytes | memoryview, buffers: Sequence[memoryview]) -> dict[str, Any]:
    """The values of a stream, bound to this notebook; raises whatever their unpickling raises."""
    return _loaded(_Unpickler(io.BytesIO(stream), buffers=buffers))


class _ApartUnpickler(_Unpickler):
    """Loads a second copy beside the first: classes are made anew instead of set back in place."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _APART:
            return _APART[module, name]
        return super().find_class(module, name)


def _skeleton_class(*arguments: Any) -> Any:
    return internals._make_skeleton_class(*arguments[:4], None, *arguments[5:])


def _skeleton_enum(*arguments: Any) -> Any:
    return internals._make_skeleton_enum(*arguments[:5], None, *arguments[6:])


_APART = {
    ("cloudpickle.cloudpickle", "_make_skeleton_class"): _skeleton_class,
    ("cloudpickle.cloudpickle", "_make_skeleton_enum"): _skeleton_enum,
    (kept_parts.own.__module__, kept_parts.own.__name__): kept_parts.beside,
}


def load_apart(stream: bytes | memoryview, buffers: Sequence[memoryview]) -> dict[str, Any]:
    """A copy of a group that shares nothing with what this kernel has, for comparing only."""
    return _loaded(_ApartUnpickler(io.BytesIO(stream), buffers=buffers))


def _loaded(unpickler: pickle.Unpickler) -> dict[str, Any]:
    """What it gives, with the namespace's `__builtins__` as they were: functions that are loaded bring theirs."""
    namespace = user_namespace()
    builtins = namespace.get("__builtins__")
    with named_first.only_meanwhile():
        values = named_first.values_of(unpickler.load())
        with suppress(EOFError):
            class_order.settle(unpickler.load())
    if builtins is not None:
        namespace["__builtins__"] = builtins
    return values
