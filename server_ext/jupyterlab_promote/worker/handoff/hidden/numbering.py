"""Numbers that libraries give to what they make, one after the other: objects of two steps must not have the same.

cvxpy tells the variables of a problem apart by them, sympy puts reference frames in their order.
"""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from typing import Any

_COUNTERS = (
    ("cvxpy.lin_ops.lin_utils", "ID_COUNTER", "count"),
    ("sympy.core.symbol", "Dummy", "_count"),
    ("sympy.core.symbol", "Dummy", "_base_dummy_index"),
    ("sympy.physics.vector.frame", "ReferenceFrame", "_count"),
)
"""(module, what has the counter, its name)."""


def get() -> Any:
    """How far the libraries have counted that the notebook has imported; None where it has imported none."""
    return {key: getattr(owner, key[2]) for key, owner in _owners()} or None


def set_(value: Any) -> None:
    """Count on from there, also for steps after this one, which may use a library that this one does not."""
    for module, *_ in value:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    # What a library of another version lacks, it does not count by.
    for key, owner in _owners():
        if key in value:
            setattr(owner, key[2], value[key])


def _owners() -> Iterator[tuple[tuple[str, str, str], Any]]:
    for key in _COUNTERS:
        owner = getattr(sys.modules.get(key[0]), key[1], None)
        if hasattr(owner, key[2]):
            yield key, owner
