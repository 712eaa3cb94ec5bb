"""What this kernel has loaded, and when: the originals that read-only values are compared with."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.worker.handoff.files.bundle import Reader
from jupyterlab_promote.worker.handoff.files.manifest import Group
from jupyterlab_promote.worker.handoff.problems import Common


@dataclass(frozen=True)
class Origin:
    """Where a loaded name came from."""

    reader: Reader
    group: Group


_origins: dict[str, Origin] = {}
_ids: dict[str, int] = {}
_times: dict[str, float] = {}


def remember(name: str, value: Any, origin: Origin) -> None:
    """Note where a name was loaded from; the last load counts."""
    _origins[name] = origin
    _ids[name] = id(value)
    _times.setdefault("first", time.monotonic())


def forget(names: Iterable[str]) -> None:
    """The values of these names were put together after loading: no one handoff has their original."""
    for name in names:
        _origins.pop(name, None)


def origin_of(name: str) -> Origin | None:
    """Where a name was loaded from, None for a name of this step."""
    return _origins.get(name)


def loaded_names() -> tuple[str, ...]:
    """All names that were loaded."""
    return tuple(_origins)


def aliases_of(name: str, value: Any) -> Mapping[str, Common]:
    """What a loaded name had in common with others, while it is still the same object."""
    origin = _origins.get(name)
    if origin is None or _ids[name] != id(value):
        return {}
    return origin.reader.manifest.aliases.get(name, {})


def seconds_since_load() -> float:
    """How long the step's cells have run."""
    return time.monotonic() - _times["first"] if _times else 0.0
