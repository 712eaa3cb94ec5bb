"""The float that means "missing": which object it is decides `is`, `in` and what a key of a dict finds.

numpy and `math` have one each; a notebook may make its own, as `MISSING = float("nan")`. A stream writes floats by
their bits, so that the receiver would have another object at each place.
"""

import math
import struct
import sys
from typing import Any

from jupyterlab_promote.worker.handoff.context import current

_WRITTEN = (b"G\x7f\xf8" + bytes(6), b"G\xff\xf8" + bytes(6))
"""How a stream holds it: pickle's BINFLOAT with the bits of the quiet one, of either sign."""
_BITS = struct.Struct(">d")
_MOST = 100_000
"""How many of its own a kernel tells apart: a column that became a list of floats has as many as rows."""

_known: dict[str, float] = {}
_names: dict[int, str] = {}


def in_stream(stream: bytes) -> bool:
    """Whether some object of a stream may be one."""
    return any(bits in stream for bits in _WRITTEN)


def named(value: Any) -> Any:
    """What stands in a stream for one among many values that are written by themselves; else the value."""
    name = name_of(value) if type(value) is float else None
    return value if name is None else _Named(name)


class _Named:
    """Stands in a stream for one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return (own, (self.name,))


def name_of(value: float) -> str | None:
    """The module whose one a float is, or what this run calls one of the notebook's; None for any other float."""
    if value == value:
        return None
    for module in ("numpy", "math"):
        if _of(module) is value:
            return module
    if id(value) not in _names and len(_known) < _MOST:
        # Told by its step, so that no two steps call theirs alike, and the same each time that the step runs.
        _keep(f"{current().step}/{len(_known)}/{_BITS.pack(value).hex()}", value)
    return _names.get(id(value))


def own(name: str) -> Any:
    """The one of a name, in this kernel."""
    if "/" in name:
        if name not in _known:
            bits = bytes.fromhex(name.rpartition("/")[2])
            _keep(name, _BITS.unpack(bits)[0])
        return _known[name]
    # Values that numpy made may be used where it is not.
    return _of(name) or math.nan


def _keep(name: str, value: float) -> None:
    _known[name] = value
    _names[id(value)] = name


def _of(module: str) -> Any:
    return vars(sys.modules[module])["nan"] if module in sys.modules else None
