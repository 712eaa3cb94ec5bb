"""A notebook as somebody sees it, given on standard input by the program that waits for the answer.

The input stays open while that program wants the answer. Its end, also by a kill, ends this process, which would
else go on for nobody until it next says something.
"""

import contextlib
import os
import signal
import sys
import threading
from types import FrameType
from typing import BinaryIO


def read_shown(stream: BinaryIO | None = None) -> bytes:
    """The notebook: one line of JSON. From now on the end of the input ends the process."""
    source = stream or sys.stdin.buffer
    content = source.readline()
    # Not SIGTERM, at which Ray aborts the process before anything is put away.
    signal.signal(signal.SIGINT, _end)
    threading.Thread(target=_wait_for_end, args=(source,), daemon=True).start()
    return content


def _wait_for_end(source: BinaryIO) -> None:
    # Not through the buffer, whose lock the interpreter wants when it ends.
    with contextlib.suppress(OSError, ValueError):
        while os.read(source.fileno(), 1):
            pass
    os.kill(os.getpid(), signal.SIGINT)


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that kernels are ended and folders removed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(128 + signal.SIGINT)
