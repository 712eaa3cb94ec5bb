"""Names of one object that were loaded as two, and that the step may change: at its end neither must have been.

The other one would not show the change. Whether a function of a library changes what it is given is often not known
before, so the step runs, and fails at its end where it did.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.checks import unchanged
from jupyterlab_promote.worker.handoff.checks.aliases import stale
from jupyterlab_promote.worker.handoff.files.loaded import Origin, origin_of


class _Apart(NamedTuple):
    """`other` may be changed, and `name`, which came from `provider`, would not show it."""

    name: str
    other: str
    provider: str


_noted: dict[_Apart, None] = {}
_loaded: dict[str, tuple[Any, Origin]] = {}
"""The values that may be changed, also where the step gives their names to others afterwards."""


def note(name: str, other: str, *, provider: str) -> None:
    """Note two names, to be compared by `check`."""
    _noted[_Apart(name, other, provider)] = None


def keep(namespace: Mapping[str, Any]) -> None:
    """Keep what the noted names were loaded as.

    Raises:
        ChangedUnseen: one was put together of several handoffs, so that nothing tells whether it changes.
    """
    for name, other, provider in _noted:
        if other not in namespace:
            continue
        origin = origin_of(other)
        if origin is None:
            raise stale(name, other, provider=provider)
        if other not in _loaded or _loaded[other][1] is not origin:
            _loaded[other] = (namespace[other], origin)


def check() -> None:
    """Compare what may have changed with what was loaded.

    Raises:
        ChangedUnseen: it has changed, and another name of the same object does not show it.
    """
    for name, other, provider in _noted:
        if other not in _loaded or unchanged.is_changed(other, *_loaded[other]):
            raise stale(name, other, provider=provider)
    _noted.clear()
    _loaded.clear()
