"""Python's collector of garbage waits while a notebook is read, and while values are written or loaded.

A syntax tree is thousands of objects without a cycle, a loaded list may be millions. The collector goes through all
that there are whenever there are a quarter more, and finds nothing: a quarter of the time that a long notebook takes.
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
                _count_as_old()
                gc.enable()


_MANY = 50_000
"""Objects of a notebook that was never seen; an edit makes a tenth of them."""


def _count_as_old() -> None:
    """Where a whole notebook was read, only the next full collection goes through what was made: nearly all is kept.

    The first collection of the young would take a tenth of the notebook's time. After each edit it is not spared, since
    full ones come only after some of them.
    """
    if gc.get_count()[0] > _MANY and gc.get_freeze_count() == 0:
        gc.freeze()
        gc.unfreeze()
