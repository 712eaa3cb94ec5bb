"""The edge to the user's code: pickling, loading and showing a value run code of any library, which may raise anything.

Whoever asks decides what a failure means; a wish to end (`KeyboardInterrupt`, `SystemExit`) goes through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from jupyterlab_promote.depth import with_room

T = TypeVar("T")


@dataclass(frozen=True)
class Failed:
    """What came instead of a result."""

    error: Exception


def ran(act: Callable[[], T]) -> T | Failed:
    """Run code of the user's, again from its beginning where it goes too deep; its result, or how it failed."""
    try:
        return with_room(act)
    except Exception as error:  # noqa: BLE001 - the edge to code that is not ours
        return Failed(error)


def failure(act: Callable[[], object]) -> Exception | None:
    """How code of the user's failed; None where it did not."""
    done = ran(act)
    return done.error if isinstance(done, Failed) else None
