"""How long the checks at the end of a step may take: a share of the step's own time, and a little in any case."""

import time
from dataclasses import dataclass

from jupyterlab_promote.worker.handoff.files.loaded import seconds_since_load

_SHARE = 0.05
_LEAST_SECONDS = 0.2
STREAM_BYTES_PER_SECOND = 7.5e6
"""How fast objects are loaded and pickled again, for deciding beforehand."""


@dataclass(frozen=True)
class Budget:
    """What one check may take.

    Attributes:
        until: on the monotonic clock.
    """

    until: float

    @classmethod
    def of_step(cls) -> "Budget":
        """The budget of a check that begins now."""
        return cls(time.monotonic() + max(_LEAST_SECONDS, _SHARE * seconds_since_load()))

    def allows(self, seconds: float) -> bool:
        """Whether there is time for something that takes about so many seconds."""
        return time.monotonic() + seconds <= self.until
