"""Which versions of Python and of some packages this kernel has. Asked by the worker before the first cell."""

import importlib.metadata
import platform
from collections.abc import Sequence


def versions(names: Sequence[str]) -> dict[str, str | None]:
    """Installed versions by distribution, None for one that is not there; `""` is Python's own."""
    found: dict[str, str | None] = {"": platform.python_version()}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found
