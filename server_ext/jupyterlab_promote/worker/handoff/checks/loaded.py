"""Tells when a module was loaded, before the cell that imports it goes on: it may change the module at once."""

from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import ModuleType

_IMPORTLIB = "<frozen importlib._bootstrap_external>"
"""The file of frames that Python leaves out where it shows how an import failed."""
_load = SourceFileLoader.exec_module
_under_way: list[str] = []


def tell(told: Callable[[str], None]) -> None:
    """Have it told, from now on, which module of Python source was loaded; none that another one imports."""

    def exec_module(self: SourceFileLoader, module: ModuleType) -> None:
        _under_way.append(module.__name__)
        try:
            _load(self, module)
        finally:
            _under_way.pop()
        if not _under_way:
            told(module.__name__)

    exec_module.__code__ = exec_module.__code__.replace(co_filename=_IMPORTLIB)
    SourceFileLoader.exec_module = exec_module  # type: ignore[assignment, method-assign]


def tell_nobody() -> None:
    """Load modules as Python does."""
    SourceFileLoader.exec_module = _load  # type: ignore[method-assign]
