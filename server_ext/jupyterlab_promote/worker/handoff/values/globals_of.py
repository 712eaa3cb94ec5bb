"""Functions that are made while a module's function runs: they go on seeing that module, as closures of it do.

cloudpickle gives each a private copy of the globals that it uses, in which nobody else sees what it changes.
"""

import importlib
import sys
import types
from importlib.machinery import PathFinder
from typing import Any

from jupyterlab_promote.worker.handoff.values.namespace import NAMESPACE, user_namespace


class _Globals:
    """Stands in a stream for what a module of the receiver keeps."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_module, (self._module,)


class Globals:
    """What stands for the globals of functions; one object for each module, so that a stream names it once."""

    def __init__(self) -> None:
        self._namespace = user_namespace()
        self._known: dict[int, tuple[dict[str, Any], Any]] = {}

    def __call__(self, function: types.FunctionType) -> Any:
        """What stands for a function's globals; None where a receiver could not find them."""
        seen = function.__globals__
        if seen is self._namespace:
            return NAMESPACE
        if id(seen) not in self._known:
            name = seen.get("__name__")
            found = isinstance(name, str) and _is_found_again(name, seen)
            self._known[id(seen)] = seen, _Globals(str(name)) if found else None
        return self._known[id(seen)][1]


def _is_found_again(name: str, seen: dict[str, Any]) -> bool:
    """Whether importing a module by its name gives these globals, wherever its files are found."""
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if module is None or vars(module) is not seen or name == "__main__" or file is None:
        return False
    parent = name.rpartition(".")[0]
    above = getattr(sys.modules.get(parent), "__path__", None) if parent else None
    spec = PathFinder.find_spec(name, above) if above is not None or not parent else None
    return spec is not None and spec.origin == file


def _of_module(name: str) -> dict[str, Any]:
    return vars(importlib.import_module(name))
