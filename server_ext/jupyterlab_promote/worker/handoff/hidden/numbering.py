"""Numbers that libraries give to what they make, one after the other: objects of two steps must not have the same.

cvxpy tells the variables of a problem apart by them, sympy puts reference frames in their order, Python names its
threads by them, control its systems, and Keras layers, models and metrics.
"""

import contextlib
import importlib
import itertools
import sys
import threading
from collections.abc import Iterator
from typing import Any

_COUNTERS = (
    ("control.iosys", "InputOutputSystem", "_idCounter"),
    ("keras.src.backend.common.global_state", "GLOBAL_STATE_TRACKER", "object_name_uids"),
    ("cvxpy.lin_ops.lin_utils", "ID_COUNTER", "count"),
    ("sympy.core.symbol", "Dummy", "_count"),
    ("sympy.core.symbol", "Dummy", "_base_dummy_index"),
    ("sympy.physics.vector.frame", "ReferenceFrame", "_count"),
    ("threading", "", "_counter"),
    ("concurrent.futures.thread", "ThreadPoolExecutor", "_counter"),
)
"""(module, what of it has the counter, its name)."""


def get() -> Any:
    """How far the libraries have counted that the notebook has imported; None where it has imported none."""
    return {key: _told(getattr(o, key[2])) for key, o in _owners() if hasattr(o, key[2])} or None


def set_(value: Any) -> None:
    """Count on from there, also for steps after this one, which may use a library that this one does not."""
    for module, *_ in value:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    # What a library of another version lacks, it does not count by.
    for key, owner in _owners():
        if key in value:
            counter = getattr(owner, key[2], None)
            setattr(owner, key[2], _again(value[key]) if _counts(counter) else value[key])


def _owners() -> Iterator[tuple[tuple[str, str, str], Any]]:
    for key in _COUNTERS:
        module = sys.modules.get(key[0])
        owner = getattr(module, key[1], None) if key[1] else module
        # Keras has its counter only when it has counted.
        if hasattr(owner, key[2]) or isinstance(owner, threading.local):
            yield key, owner


def _counts(counter: Any) -> bool:
    """Whether asking a counter moves it: Python's own are the next number of an `itertools.count`."""
    return isinstance(getattr(counter, "__self__", None), itertools.count)


def _told(counter: Any) -> Any:
    # Its text is the one way to look at it without moving it that every Python has: `count(3)`.
    return int(repr(counter.__self__)[len("count(") : -1]) if _counts(counter) else counter


def _again(number: int) -> Any:
    return itertools.count(number).__next__
