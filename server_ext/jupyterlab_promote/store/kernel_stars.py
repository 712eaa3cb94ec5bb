"""Asks the Python of a notebook's kernel what star imports of installed modules bind.

It imports them in a process of its own, as the notebook would. Where it cannot, or takes too long, nothing is known.
"""

import contextlib
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from jupyterlab_promote.dataflow.modules.star_imports import stars_to_ask
from jupyterlab_promote.notebook import star_exports
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.store.kernel_python import interpreter

_SECONDS = 20.0
_PACKAGES = (
    "lib/python*/site-packages",
    "Lib/site-packages",
    "lib/python*/dist-packages",
    "local/lib/python*/dist-packages",
)


def installed_stars(
    nb: Notebook, modules: Mapping[str, str], sources: Mapping[str, str]
) -> dict[str, Mapping[str, str]]:
    """By installed module, the names that star imports of the notebook and its own modules bind.

    Args:
        modules: the notebook's own, which are not asked for, by path without `.py`.
        sources: of those.
    """
    asked = stars_to_ask(nb, modules, sources)
    python = interpreter(nb.kernel) if asked else None
    if python is None:
        return {}
    stamp = tuple(_stamp(python))
    told = ((module, _told(python, module, stamp)) for module in asked)
    return {module: bound for module, bound in told if bound is not None}


def _stamp(python: str) -> Iterator[float]:
    """When packages were last installed for that Python."""
    prefix = Path(python).parent.parent
    for folder in sorted(found for place in _PACKAGES for found in prefix.glob(place)):
        with contextlib.suppress(OSError):
            yield folder.stat().st_mtime


@lru_cache(maxsize=256)
def _told(python: str, module: str, stamp: tuple[float, ...]) -> Mapping[str, str] | None:
    """What one module binds; asked again once something else is installed."""
    del stamp
    command = [python, str(star_exports.__file__), module]
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(  # noqa: S603 - the kernel's own interpreter, no shell
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
            )
        told = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        return None
    return told if isinstance(told, dict) else None
