"""The float that means "missing": numpy and `math` have one object each, for which `is`, `in` and keys of dicts ask.

A stream writes floats by their bits, so that the receiver would have another object for each.
"""

import math
import sys
from typing import Any

_WRITTEN = b"G" + b"\x7f\xf8" + bytes(6)
"""How a stream holds it: pickle's BINFLOAT with the bits of the quiet one."""


def in_stream(stream: bytes) -> bool:
    """Whether some object of a stream may be one."""
    return _WRITTEN in stream


def named(value: Any) -> Any:
    """What stands in a stream for one among many values that are written by themselves; else the value."""
    name = name_of(value) if type(value) is float else None
    return value if name is None else _STANDS_FOR[name]


class _Named:
    """Stands in a stream for a module's."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return (own, (self.name,))


_STANDS_FOR = {name: _Named(name) for name in ("numpy", "math")}


def name_of(value: float) -> str | None:
    """The module whose one a float is; None for any other."""
    if value == value:
        return None
    return next((name for name in _STANDS_FOR if _of(name) is value), None)


def own(module: str) -> Any:
    """The one of a module of this kernel."""
    # Values that numpy made may be used where it is not.
    return _of(module) or math.nan


def _of(module: str) -> Any:
    return vars(sys.modules[module])["nan"] if module in sys.modules else None
