"""Handoffs and other immutable folders of a remote store on this machine's disk, so that they can be mapped.

A local store needs no cache: its files are mapped where they lie. Entries are keyed by the outcome that
names them, made whole by a rename, locked while in use, and the least recently used ones go first.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import StoredFile
from jupyterlab_promote.store.store import Store

DEFAULT_LIMIT = 50 * 2**30
_LOCK = ".lock"


@dataclass(frozen=True)
class NodeCache:
    """A folder of this machine.

    Attributes:
        limit: bytes; entries in use may exceed it, since nothing that is mapped is deleted.
    """

    root: Path
    limit: int = DEFAULT_LIMIT

    @contextlib.contextmanager
    def folder(
        self, store: Store, path: str, files: Sequence[StoredFile], *, key: str
    ) -> Iterator[Path]:
        """A local folder with `files`, which lie below `path` in the store; kept while the context is open.

        Args:
            key: names the content, such as the sha256 of the outcome.

        Raises:
            NotFound: a file is gone.
            Unavailable: the store cannot be read, or a file has another size than the outcome says.
        """
        local = store.local_path(path)
        if local is not None:
            yield local
            return
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{key}{_LOCK}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            entry = self._entry(store, path, files, key=key)
            fcntl.flock(lock, fcntl.LOCK_SH)
            self._evict(keep=key)
            yield entry

    def _entry(self, store: Store, path: str, files: Sequence[StoredFile], *, key: str) -> Path:
        entry = self.root / key
        if entry.exists():
            os.utime(entry)
            return entry
        scratch = Path(tempfile.mkdtemp(prefix=".filling-", dir=self.root))
        try:
            for file in files:
                target = scratch / file.path
                store.download(f"{path}/{file.path}", target)
                if target.stat().st_size != file.size:
                    reason = f"{path}/{file.path} is not {file.size} bytes"
                    raise Unavailable("The store", store.url, reason)
            scratch.rename(entry)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return entry

    def _evict(self, *, keep: str) -> None:
        """Delete the least recently used entries that nobody has open, until the limit holds."""
        entries = [
            entry for entry in self.root.iterdir() if entry.is_dir() and entry.name[0] != "."
        ]
        sizes = {entry: _size(entry) for entry in entries}
        total = sum(sizes.values())
        for entry in sorted(entries, key=_used):
            if total <= self.limit:
                return
            if entry.name != keep and self._delete_unless_open(entry):
                total -= sizes[entry]

    def _delete_unless_open(self, entry: Path) -> bool:
        with (self.root / f"{entry.name}{_LOCK}").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            shutil.rmtree(entry, ignore_errors=True)
        return True


def _used(entry: Path) -> float:
    with contextlib.suppress(OSError):
        return entry.stat().st_mtime
    return 0.0


def _size(entry: Path) -> int:
    with contextlib.suppress(OSError):
        return sum(file.stat().st_size for file in entry.rglob("*") if file.is_file())
    return 0
