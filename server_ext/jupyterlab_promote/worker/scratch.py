"""Folders that a process needs while it runs, found and removed later if it was killed before it could.

A lock is held on each while its owner lives, in whatever container: process ids would not tell that. What is
shared by processes, such as the node's cache, does not belong here.
"""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

STEP, SOCKETS, POOL = "promote-step-", "pk-", "pw-"
"""Beginnings of the names; those of sockets are short, because a socket's path must be."""

_HELD = ".held"
_YOUNG = 60.0
"""Seconds in which a folder may not be locked yet."""


class Scratch:
    """A temporary folder of this process.

    Attributes:
        path: the folder.
    """

    def __init__(self, prefix: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._lock = (self.path / _HELD).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Delete it with all that it holds; harmless when it is gone."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def sweep(*prefixes: str) -> None:
    """Remove what ended processes of this user left in the folder for temporary files."""
    with os.scandir(tempfile.gettempdir()) as entries:
        found = [Path(entry.path) for entry in entries if entry.name.startswith(prefixes)]
    for folder in found:
        if _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    try:
        about = folder.stat()
        if about.st_uid != os.getuid() or time.time() - about.st_mtime < _YOUNG:
            return False
        with (folder / _HELD).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
