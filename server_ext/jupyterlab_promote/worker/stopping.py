"""The wish that a running step ends before its time: noted first, then told to the main thread, once.

What else happens meanwhile (Ray ends the kernel as well, libraries swallow the interrupt) does not change who
asked. How the step then ends is `attempt.py`'s.
"""

import os
import signal
import time
from enum import StrEnum
from types import FrameType


class Wish(StrEnum):
    """Why a step is to end.

    CANCELLED: it was asked to. The others: what had started it on Ray is gone, so nobody could stop it later; that
    alone (ABANDONED), with Ray's process of this node (NODE_LOST), or with Ray's head as well (RAY_ENDED).
    """

    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    NODE_LOST = "node_lost"
    RAY_ENDED = "ray_ended"


class Stop:
    """The wish to end one step; set from a signal handler or any thread.

    Attributes:
        wish: the first one; None while the step may go on.
    """

    def __init__(self) -> None:
        self.wish: Wish | None = None
        self._since = 0.0
        self._told = False

    def on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """SIGTERM: interrupt the main thread, so that outputs are kept. Later signals change nothing."""
        self._note(Wish.CANCELLED)
        if not self._told:
            self._told = True
            raise KeyboardInterrupt

    def ask(self, wish: Wish) -> None:
        """Note the wish and interrupt the main thread, which must have `on_signal` as its handler."""
        self._note(wish)
        os.kill(os.getpid(), signal.SIGTERM)

    def overdue(self, grace: float) -> bool:
        """Whether the wish is older than `grace` seconds, so that the interrupt was not heard."""
        return self.wish is not None and time.monotonic() - self._since > grace

    def decided(self) -> None:
        """From now on the end stands: a late signal must not cut off the writing of the outcome."""
        self._told = True

    def _note(self, wish: Wish) -> None:
        if self.wish is None:
            self._since = time.monotonic()
            self.wish = wish
