"""The store in a directory: temp file, fsync, hard link. No fsspec, so that it is as fast as the disk."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


class LocalBackend:
    """Files under a directory of this machine or of a shared mount that has hard links."""

    failures: tuple[type[BaseException], ...] = (OSError,)

    def __init__(self, root: Path) -> None:
        self.root = root

    def create(self, path: str, data: bytes) -> None:
        """Link a finished temp file to its name; linking fails when the name is taken."""
        target = self._target(path)
        with self._temporary(target, data) as temporary:
            os.link(temporary, target)
        _sync_folder(target.parent)

    def put(self, path: str, data: bytes) -> None:
        """Rename a finished temp file over the name."""
        target = self._target(path)
        with self._temporary(target, data) as temporary:
            temporary.replace(target)
        _sync_folder(target.parent)

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.root / path).read_bytes()

    def size(self, path: str) -> int:
        """The size of a file in bytes."""
        return (self.root / path).stat().st_size

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return (self.root / path).exists()

    def list(self, path: str) -> tuple[str, ...]:
        """Names of the direct children, without temp files."""
        try:
            names = [child.name for child in (self.root / path).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(sorted(name for name in names if not name.startswith(_TEMPORARY)))

    def walk(self, path: str) -> tuple[str, ...]:
        """Paths of all files below `path`, without temp files."""
        base = self.root / path
        found = [
            (Path(folder) / name).relative_to(base).as_posix()
            for folder, _, names in os.walk(base)
            for name in names
            if not name.startswith(_TEMPORARY)
        ]
        return tuple(sorted(found))

    def upload(self, local: Path, path: str) -> None:
        """Copy in the kernel, then rename."""
        target = self._target(path)
        with self._temporary(target, None) as temporary:
            shutil.copyfile(local, temporary)
            with temporary.open("rb") as copied:
                os.fsync(copied.fileno())
            temporary.replace(target)

    def download(self, path: str, local: Path) -> None:
        """Copy in the kernel, then rename."""
        local.parent.mkdir(parents=True, exist_ok=True)
        with self._temporary(local, None) as temporary:
            shutil.copyfile(self.root / path, temporary)
            temporary.replace(local)

    def copy(self, source: str, target: str) -> None:
        """A hard link: what is in the store is replaced, never changed in place."""
        new = self._target(target)
        new.unlink(missing_ok=True)
        try:
            os.link(self.root / source, new)
        except FileNotFoundError:
            raise
        except OSError:
            self.upload(self.root / source, target)

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink(missing_ok=True)

    def hold(self, path: str, size: int) -> None:
        """Bytes that no file system can leave out; a power cut may take them, so nothing is synced."""
        if not size:
            self.remove(path)
            return
        with self._target(path).open("ab") as file:
            there = file.tell()
            file.truncate(min(size, there))
            file.write(os.urandom(max(size - there, 0)))

    def local_path(self, path: str) -> Path | None:
        """The file itself."""
        return self.root / path

    def creates_atomically(self) -> bool:
        """A hard link is one operation of the file system."""
        return True

    def _target(self, path: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    @contextlib.contextmanager
    def _temporary(self, target: Path, data: bytes | None) -> Iterator[Path]:
        """A synced temp file in the target's folder, gone afterwards whatever happens."""
        descriptor, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if data is not None:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            temporary.chmod(0o644)
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


_TEMPORARY = ".promote-tmp-"


def _sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
