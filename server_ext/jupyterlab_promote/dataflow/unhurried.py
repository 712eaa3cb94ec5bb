"""Python's collector of garbage waits while a notebook is read.

A syntax tree is thousands of objects without a cycle. The collector goes through all that there are whenever there are
a quarter more, and finds nothing: a quarter of the time that a long notebook takes.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0
_resumes = False


@contextmanager
def collector_waits() -> Iterator[None]:
    """No collection while some thread is inside; it goes on afterwards, if it did before."""
    global _inside, _resumes
    with _lock:
        _inside += 1
        if _inside == 1:
            _resumes = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0 and _resumes:
                gc.enable()
