"""The working directory of a step: what it starts with, and what the step changed in it.

It starts with the version's files, then what earlier steps added, changed or deleted, in the order of the
graph. Files by content are fetched once per machine; each step gets its own copy, for it may write to it.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import Outcome, WorkingFile
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import blobs
from jupyterlab_promote.store.store import Store

_IGNORED = frozenset({"__pycache__", ".ipynb_checkpoints", ".handoff", ".pytest_cache", ".ipython"})


@dataclass(frozen=True)
class FileState:
    """What tells whether a file was touched: size, time of change (ns), inode, and its hash at the start."""

    size: int
    changed: int
    inode: int
    sha256: str


def prepare(store: Store, folder: Path, *, manifest: Manifest, before: Iterable[Outcome]) -> Mapping[str, FileState]:
    """Fill a fresh working directory.

    Args:
        before: outcomes of the steps before, in the order of the graph.

    Returns:
        the state of each file, for `changes`.

    Raises:
        NotFound, Unavailable: a file cannot be had from the store.
        InvalidInput: a path leads out of the directory.
    """
    wanted: dict[str, str] = {entry.path: entry.sha256 for entry in manifest.files}
    for outcome in before:
        for change in outcome.changes:
            if change.sha256 is None:
                wanted.pop(change.path, None)
            else:
                wanted[change.path] = change.sha256
    for path, sha256 in wanted.items():
        target = _inside(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_cached(store, sha256), target)
    return {path: _state(folder / path, sha256) for path, sha256 in wanted.items()}


def changes(store: Store, folder: Path, *, before: Mapping[str, FileState]) -> tuple[WorkingFile, ...]:
    """What differs from the start, its content stored; sorted by path. Raises Unavailable."""
    found: list[WorkingFile] = []
    present = set()
    for path, local in _files(folder):
        present.add(path)
        known = before.get(path)
        status = local.stat()
        if known is not None and (status.st_size, status.st_mtime_ns, status.st_ino) == (
            known.size,
            known.changed,
            known.inode,
        ):
            continue
        sha256 = blobs.sha256_of_content(local)
        if known is None or sha256 != known.sha256:
            blobs.put_blob(store, local, sha256=sha256)
            found.append(WorkingFile(path=path, size=status.st_size, sha256=sha256))
    found.extend(WorkingFile(path=path) for path in before.keys() - present)
    return tuple(sorted(found, key=lambda change: change.path))


def _inside(folder: Path, path: str) -> Path:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts:
        raise InvalidInput("path", f"{path!r} leads out of the working directory")
    return folder / parts


def _state(path: Path, sha256: str) -> FileState:
    status = path.stat()
    return FileState(status.st_size, status.st_mtime_ns, status.st_ino, sha256)


def _files(folder: Path) -> Iterable[tuple[str, Path]]:
    """Regular files below, without caches; links and sockets do not travel."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _IGNORED]
        for name in names:
            local = Path(root) / name
            if stat.S_ISREG(local.lstat().st_mode):
                yield local.relative_to(folder).as_posix(), local


def _cached(store: Store, sha256: str) -> Path:
    """A file by content on this machine: in the store itself, or fetched and checked once."""
    from jupyterlab_promote.store import layout

    local = store.local_path(layout.blob(sha256))
    if local is not None:
        return local
    cache = Path(tempfile.gettempdir()) / f"promote-blobs-{os.getuid()}"
    cache.mkdir(mode=0o700, exist_ok=True)
    path = cache / sha256
    if not path.exists():
        handle, scratch = tempfile.mkstemp(dir=cache)
        os.close(handle)
        blobs.get_blob(store, sha256, Path(scratch))
        Path(scratch).rename(path)
    return path
