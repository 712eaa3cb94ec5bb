"""What the store needs of a place that keeps files; one implementation for a directory, one for fsspec.

Paths are relative to the root, with `/`, and come from `layout.py` only.
"""

from pathlib import Path
from typing import Protocol


class Backend(Protocol):
    """A place that keeps files under one root.

    Reading what is not there raises FileNotFoundError; every other failure is an OSError, or the
    backend's own error class listed in `failures`.
    """

    failures: tuple[type[BaseException], ...]

    def create(self, path: str, data: bytes) -> None:
        """Write a file whole, or raise FileExistsError when there is one; one of many callers wins."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Write or replace a file; a reader sees the old bytes or the new ones."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        ...

    def size(self, path: str) -> int:
        """The size of a file in bytes."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        ...

    def list(self, path: str) -> tuple[str, ...]:
        """Names of the direct children, sorted; nothing for a folder that is not there."""
        ...

    def walk(self, path: str) -> tuple[str, ...]:
        """Paths of all files below, relative to `path`, sorted."""
        ...

    def upload(self, local: Path, path: str) -> None:
        """Copy a local file to `path`; whole or not at all."""
        ...

    def download(self, path: str, local: Path) -> None:
        """Copy a file to `local`; whole or not at all."""
        ...

    def copy(self, source: str, target: str) -> None:
        """Let `target` have the content of `source`, without its bytes passing through this process."""
        ...

    def remove(self, path: str) -> None:
        """Delete a file; nothing happens when there is none."""
        ...

    def hold(self, path: str, size: int) -> None:
        """Keep `size` bytes of this machine's disk free for later, none for 0; a remote store has no need."""
        ...

    def local_path(self, path: str) -> Path | None:
        """Where the file lies on this machine, None for a remote store."""
        ...

    def creates_atomically(self) -> bool:
        """Whether `create` is one operation of the backend rather than a check and a write."""
        ...
