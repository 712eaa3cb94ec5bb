"""How values of single types are pickled, whatever else stands in their group.

A rule gives what `__reduce__` would, or None for the usual way. Rules that look at the whole group are
in `group_pickler.py`.
"""

import asyncio
import collections
import copyreg
import gc
import importlib
import io
import logging
import pickle
import sys
import threading
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values import (
    attributes,
    bokeh_models,
    boosted_data,
    caches,
    comms,
    exceptions,
    finalizers,
    labelled_arrays,
    log_handlers,
    made_again,
    mesa_models,
    molecules,
    observers,
    quantities,
    set_order,
    shown_files,
    singletons,
    tables,
    text_columns,
)
from jupyterlab_promote.worker.handoff.values.kinds import module_of

Rule = Callable[[Any], Any]


def rule_of(kind: type) -> Rule | None:
    """The rule for a type, if it has one."""
    rule = _RULES.get((kind.__module__, kind.__name__))
    counts = kind is not collections.Counter and issubclass(kind, collections.Counter)
    if counts and getattr(kind, "__reduce__", None) is collections.Counter.__reduce__:
        return _counter
    if module_of(kind).startswith(("IPython.", "ipykernel.")) and _is_shell(kind):
        return _shell
    if of_base := [reduce for belongs, reduce in _BY_BASE if belongs(kind)]:
        return of_base[0]
    if rule is None and issubclass(kind, logging.Handler):
        return log_handlers.reduce
    if rule is None and issubclass(kind, set):
        return set_order.reduce_subclass
    if rule is None and issubclass(kind, asyncio.AbstractEventLoop):
        return made_again.loop
    if kind.__module__ == "numpy.dtypes":
        return _dtype
    if rule is None and attributes.may_be_forgotten(kind):
        return attributes.reduce
    if kind.__module__ == "argparse" and (kind.__name__.endswith(("Action", "Parser"))):
        return _of_argparse
    return exceptions.reduce if rule is None and exceptions.can_be_made(kind) else rule


def _is_shell(kind: type) -> bool:
    return any(base.__name__ == "InteractiveShell" for base in kind.__mro__)


def _shell(obj: Any) -> Any:
    """A name of `get_ipython()` leads to the receiver's own."""
    del obj
    return (_own_shell, ())


def _own_shell() -> Any:
    return importlib.import_module("IPython").get_ipython()


def _lock(obj: Any) -> Any:
    """A lock that nobody holds is as good as a new one."""
    free = obj.acquire(blocking=False)
    if not free:
        raise NotPicklable("a lock that somebody holds cannot leave its kernel")
    obj.release()
    return (threading.RLock if type(obj).__name__ == "RLock" else threading.Lock, ())


def _counter(obj: Any) -> Any:
    """A class of the notebook that counts, with its attributes: `Counter` itself would leave them behind."""
    return (copyreg.__newobj__, (type(obj),), vars(obj) or None, None, iter(obj.items()))  # type: ignore[attr-defined]


def _view(obj: Any) -> Any:
    """What shows a dict goes on showing it."""
    shown = gc.get_referents(obj)
    if len(shown) != 1 or not isinstance(shown[0], dict):
        return None
    if isinstance(obj, types.MappingProxyType) and "__weakref__" in shown[0]:
        raise NotPicklable("the namespace of a class cannot leave its kernel")
    if isinstance(obj, types.MappingProxyType):
        return (types.MappingProxyType, (shown[0],))
    return (_shown, (shown[0], type(obj).__name__.rpartition("_")[2]))


def _shown(shown: dict[Any, Any], part: str) -> Any:
    # A class of its own may have put something else in the place of its method.
    kind = collections.OrderedDict if isinstance(shown, collections.OrderedDict) else dict
    return vars(kind)[part](shown)


def _type_alias(obj: Any) -> Any:
    """What `type X = T` of the notebook binds; its value is looked up now, which Python leaves for later."""
    if _is_found_by_name(obj):
        return None
    told = {"type_params": obj.__type_params__}
    return (_made_for_types, ("TypeAliasType", (obj.__name__, obj.__value__), told))


def _is_found_by_name(obj: Any) -> bool:
    """Whether a module holds it, which whoever loads it has as well; the notebook is none."""
    module = sys.modules.get(obj.__module__)
    mine = obj.__module__ == "__main__"
    return not mine and vars(module or types).get(obj.__name__) is obj


def _type_parameter(obj: Any) -> Any:
    """What the `[T]` of a function or class binds, and a `ParamSpec` of the notebook, which pickle looks up by name."""
    infers = getattr(obj, "__infer_variance__", False)
    if _is_found_by_name(obj) or (type(obj) is typing.TypeVar and not infers):
        return None
    told: dict[str, Any] = {"infer_variance": True} if infers else {}
    if getattr(obj, "__bound__", None) is not None:
        told["bound"] = obj.__bound__
    if getattr(obj, "has_default", bool)():
        told["default"] = obj.__default__
    made = (obj.__name__, *getattr(obj, "__constraints__", ()))
    return (_made_for_types, (type(obj).__name__, made, told))


def _made_for_types(kind: str, given: tuple[Any, ...], told: dict[str, Any]) -> Any:
    return vars(typing)[kind](*given, **told)


def _weak_set(obj: Any) -> Any:
    """Who is in it depends on who else is kept, which is another question in another kernel."""
    if len(obj):
        raise NotPicklable("a set of weak references cannot leave its kernel")
    return (type(obj), ())


def _dtype(obj: Any) -> Any:
    """A kind of numbers, of which numpy has one object; None for another one."""
    make = sys.modules["numpy"].dtype
    return (make, (obj.char,)) if make(obj.char) is obj else None


def _of_argparse(obj: Any) -> Any:
    """What means "not said" is told from texts by being one object, which a copy of it is not."""
    suppress = sys.modules["argparse"].SUPPRESS
    state = {key: _NOT_SAID if value is suppress else value for key, value in vars(obj).items()}
    return (copyreg.__newobj__, (type(obj),), state)  # type: ignore[attr-defined]


class _NotSaid:
    """Stands in a stream for argparse's own mark."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_not_said, ())


_NOT_SAID = _NotSaid()


def _not_said() -> Any:
    return importlib.import_module("argparse").SUPPRESS


def _refuse(obj: Any) -> Any:
    """A value that pickles, but would be something else afterwards."""
    kind = type(obj)
    raise NotPicklable(f"{kind.__module__}.{kind.__qualname__} cannot leave its kernel")


def _open_arrays(obj: Any) -> Any:
    """What `np.load` of an archive gives: the archive itself goes along, and is read as it is asked."""
    if obj.zip is None or obj.zip.fp is None:
        raise NotPicklable("an archive of arrays that was closed cannot leave its kernel")
    file = obj.zip.fp
    place = file.tell()
    file.seek(0)
    told = {"allow_pickle": obj.allow_pickle}
    content = pickle.PickleBuffer(file.read())
    file.seek(place)
    return (_opened, ("numpy", "load", content, told))


def _opened(module: str, function: str, content: Any, told: dict[str, Any]) -> Any:
    return vars(importlib.import_module(module))[function](io.BytesIO(content), **told)


def _drawing(obj: Any) -> Any:
    """What draws on a picture goes on drawing on it."""
    state = {name: vars(obj)[name] for name in ("ink", "fill", "fontmode") if name in vars(obj)}
    return (_draws, (obj._image,), state)


def _draws(image: Any) -> Any:
    return importlib.import_module("PIL.ImageDraw").Draw(image)


def _callbacks(obj: Any) -> Any:
    """What the notebook connected to a figure or its axes stays connected; matplotlib leaves it behind."""
    make, arguments, state = obj.__reduce_ex__(5)[:3]
    for signal, connected in obj.callbacks.items():
        functions = ((cid, proxy()) for cid, proxy in connected.items())
        mine = {cid: f for cid, f in functions if f is not None and not _is_of_the_screen(f)}
        state["callbacks"][signal] = {**state["callbacks"].get(signal, {}), **mine}
    return (make, arguments, state)


def _is_of_the_screen(function: Any) -> bool:
    """Whether matplotlib connects it anew where the figure is shown."""
    module = getattr(function, "__module__", None) or ""
    return module.startswith(
        ("matplotlib.back", "matplotlib.pyplot", "matplotlib._pylab_helpers", "matplotlib_inline")
    )


_BY_BASE: tuple[tuple[Callable[[type], bool], Rule], ...] = (
    (bokeh_models.is_model, bokeh_models.reduce_model),
    (mesa_models.is_model, mesa_models.reduce),
    (finalizers.has_one, finalizers.refuse),
    (comms.is_comm, comms.reduce),
    (observers.has_traits, observers.reduce),
)
_RULES: Mapping[tuple[str, str], Rule] = {
    **made_again.rules(),
    **bokeh_models.RULES,
    **molecules.RULES,
    **quantities.RULES,
    ("matplotlib.cbook", "CallbackRegistry"): _callbacks,
    ("pandas.arrays", "ArrowExtensionArray"): text_columns.reduce_extension,
    ("pandas.arrays", "ArrowStringArray"): text_columns.reduce_extension,
    ("pandas.core.arrays.arrow.array", "ArrowExtensionArray"): text_columns.reduce_extension,
    ("pandas.core.arrays.string_arrow", "ArrowStringArray"): text_columns.reduce_extension,
    ("builtins", "dict_items"): _view,
    ("builtins", "dict_keys"): _view,
    ("builtins", "dict_values"): _view,
    ("builtins", "odict_items"): _view,
    ("builtins", "odict_keys"): _view,
    ("builtins", "odict_values"): _view,
    ("builtins", "mappingproxy"): _view,
    **dict.fromkeys(singletons.KINDS, singletons.reduce),
    ("pandas", "DataFrame"): tables.reduce,
    ("pandas", "Series"): tables.reduce,
    ("pandas.core.frame", "DataFrame"): tables.reduce,
    ("pandas.core.series", "Series"): tables.reduce,
    ("lightgbm.basic", "Dataset"): boosted_data.reduce_dataset,
    ("xgboost.core", "DMatrix"): boosted_data.reduce_matrix,
    ("gurobipy._core", "tupledict"): lambda obj: (type(obj), (list(obj.items()),)),
    ("gurobipy._core", "tuplelist"): lambda obj: (type(obj), (list(obj),)),
    ("xarray.backends.file_manager", "CachingFileManager"): labelled_arrays.reduce_file,
    ("_thread", "RLock"): _lock,
    ("_thread", "lock"): _lock,
    ("functools", "_lru_cache_wrapper"): caches.reduce,
    ("typing", "ParamSpec"): _type_parameter,
    ("typing", "TypeAliasType"): _type_alias,
    ("typing", "TypeVar"): _type_parameter,
    ("typing", "TypeVarTuple"): _type_parameter,
    ("numpy.lib.npyio", "NpzFile"): _open_arrays,
    ("PIL.ImageDraw", "ImageDraw"): _drawing,
    ("_io", "TextIOWrapper"): _refuse,
    ("numpy", "memmap"): shown_files.reduce,
    ("_weakrefset", "WeakSet"): _weak_set,
    ("tempfile", "TemporaryDirectory"): _refuse,
    ("tempfile", "_TemporaryFileWrapper"): _refuse,
}
