"""Where classes come from."""

import contextlib
import importlib
import os
import sys
from pathlib import Path
from typing import Any

_STANDARD = Path(os.__file__).parent.resolve()
"""Where Python's own modules lie."""
_PICKLES = frozenset({"__getstate__", "__reduce__", "__reduce_ex__", "__setstate__", "__slots__"})
"""What a class has that says itself what is kept of its objects."""


def is_of_library(file: Path) -> bool:
    """Whether a module's file is none of the user's own."""
    return file.is_relative_to(_STANDARD) or "site-packages" in file.parts


def is_plain_own_class(kind: type, base: type) -> bool:
    """Whether a class of the user's own files adds nothing but attributes to what its objects are otherwise.

    Args:
        base: the class above it that says how these are kept.
    """
    file = getattr(sys.modules.get(module_of(kind)), "__file__", None)
    own = kind.__mro__[: kind.__mro__.index(base)]
    asks = any(_PICKLES & vars(one).keys() for one in own if not _is_of_python(one))
    return not asks and isinstance(file, str) and not is_of_library(Path(file).resolve())


def _is_of_python(kind: type) -> bool:
    return module_of(kind) == "collections"


def module_of(kind: type) -> str:
    """The module of a class, as it says; empty where it says none, as the functions that sympy makes do."""
    module: Any = kind.__module__
    return module if isinstance(module, str) else ""


def import_module_of(kind: type) -> None:
    """Import the part of a library that a class says to lie in, where nothing has done so yet.

    `numpy.recarray` says `numpy.rec`, which numpy imports only when it is asked for; cloudpickle would take the class
    for one of the notebook's and make a copy of it, which is no `numpy.recarray` in a later step.
    """
    module = module_of(kind)
    if module not in sys.modules and module.partition(".")[0] in sys.modules and "." in module:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
