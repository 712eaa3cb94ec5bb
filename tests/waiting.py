"""How tests wait: for a condition or a process's end, with deadlines that are generous on a slow and busy machine."""

import signal
import subprocess
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


def end(process: subprocess.Popen[Any], *, within: float = 60.0) -> None:
    """Ask a process that a test holds to end, and end it after so many seconds."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
