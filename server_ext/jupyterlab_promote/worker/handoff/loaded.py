"""What this kernel has loaded, and when: the originals that read-only values are compared with."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from jupyterlab_promote.worker.handoff.bundle import Group, Reader


@dataclass(frozen=True)
class Origin:
    """Where a loaded name came from."""

    reader: Reader
    group: Group


_origins: dict[str, Origin] = {}
_times: dict[str, float] = {}


def remember(name: str, origin: Origin) -> None:
    """Note where a name was loaded from; the last load counts."""
    _origins[name] = origin
    _times.setdefault("first", time.monotonic())


def forget(names: Iterable[str]) -> None:
    """The values of these names were put together after loading: no one handoff has their original."""
    for name in names:
        _origins.pop(name, None)


def origin_of(name: str) -> Origin | None:
    """Where a name was loaded from, None for a name of this step."""
    return _origins.get(name)


def seconds_since_load() -> float:
    """How long the step's cells have run."""
    return time.monotonic() - _times["first"] if _times else 0.0
