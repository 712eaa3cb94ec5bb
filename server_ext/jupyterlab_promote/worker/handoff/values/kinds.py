"""Where classes come from."""

import contextlib
import importlib
import sys
from typing import Any


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
