"""Where classes come from."""

from typing import Any


def module_of(kind: type) -> str:
    """The module of a class, as it says; empty where it says none, as the functions that sympy makes do."""
    module: Any = kind.__module__
    return module if isinstance(module, str) else ""
