"""Room for what nests deeper than Python's own recursion goes.

Such as code with sums of a thousand terms or three hundred `elif`, which the analysis follows, and values that are
lists in lists or nodes of a long chain, which pickle follows.
"""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

_Result = TypeVar("_Result")

_DEPTH = 100_000
_STACK_BYTES = 512 * 2**20
"""Of addresses only: memory is taken as far as the stack goes."""
_one_by_one = threading.Lock()


def with_room(work: Callable[[], _Result]) -> _Result:
    """Do some work; where it goes too deep, once more on a larger stack.

    Raises:
        RecursionError: it goes deeper still.
    """
    try:
        return work()
    except RecursionError:
        return _on_a_larger_stack(work)


def _on_a_larger_stack(work: Callable[[], _Result]) -> _Result:
    # Both are settings of the whole process.
    with _one_by_one:
        depth, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(_DEPTH)
        try:
            with ThreadPoolExecutor(max_workers=1) as thread:
                return thread.submit(copy_context().run, work).result()
        finally:
            sys.setrecursionlimit(depth)
            threading.stack_size(size)
