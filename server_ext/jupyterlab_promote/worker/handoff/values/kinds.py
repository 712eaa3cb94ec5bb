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


def is_of_users_file(module: str) -> bool:
    """Whether a module was loaded from a file of the user's own."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return isinstance(file, str) and not is_of_library(Path(file).resolve())


def is_found_by_name(code: Any) -> bool:
    """Whether a function or class is what its module has under its name; never what the notebook made."""
    home, path = getattr(code, "__module__", None), getattr(code, "__qualname__", "")
    found: Any = sys.modules.get(home) if isinstance(home, str) and home != "__main__" else None
    for name in path.split("."):
        found = getattr(found, name, None)
    return found is code


def is_plain_own_class(kind: type, base: type) -> bool:
    """Whether a class of the user's own files adds nothing but attributes to what its objects are otherwise.

    Args:
        base: the class above it that says how these are kept.
    """
    own = kind.__mro__[: kind.__mro__.index(base)]
    asks = any(_PICKLES & vars(one).keys() for one in own if not _is_of_python(one))
    return not asks and is_of_users_file(module_of(kind))


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
