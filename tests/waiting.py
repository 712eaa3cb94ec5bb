"""How tests wait: for a condition, with a deadline that is generous on a slow and busy machine."""

import time
from collections.abc import Callable
from typing import Any

_PAUSE = 0.1


def until(
    condition: Callable[[], Any], *, what: str = "the condition", within: float = 180.0
) -> Any:
    """The condition's first true value; it is asked ten times a second.

    Raises:
        AssertionError: not within so many seconds.
    """
    end = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {within:.0f} s: {what}"
        time.sleep(_PAUSE)
    return found
