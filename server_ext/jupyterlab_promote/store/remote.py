"""The store behind any fsspec URL; on S3 `create` is a conditional put (`If-None-Match: *`)."""

import concurrent.futures
import contextlib
import errno
import importlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.cached import CachingFileSystem
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.spec import AbstractFileSystem

RANGE = 16 * 2**20
PARALLEL = 8
"""A download asks for that many ranges of that many bytes at a time."""


class RemoteBackend:
    """Files under a prefix of an fsspec file system, with every listing cache off."""

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self.files, root = fsspec.core.url_to_fs(
            url, use_listings_cache=False, skip_instance_cache=True, **options
        )
        self.root = str(root).rstrip("/")
        self._buckets = bool(_protocols(self.files) & _OBJECT_STORES)
        self.failures = _failures_of(self.files)

    def create(self, path: str, data: bytes) -> None:
        """One conditional write of the backend."""
        try:
            self._with_folder(
                path, lambda: self.files.pipe_file(self._full(path), data, mode="create")
            )
        except FileExistsError:
            raise
        except OSError as error:
            if _says_exists(error):
                raise FileExistsError(path) from error
            raise

    def put(self, path: str, data: bytes) -> None:
        """One write; object stores show it whole or not at all."""
        self._with_folder(path, lambda: self.files.pipe_file(self._full(path), data))

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return bytes(self.files.cat_file(self._full(path)))

    def size(self, path: str) -> int:
        """The size of a file in bytes."""
        return int(self.files.info(self._full(path))["size"])

    def exists(self, path: str) -> bool:
        """Whether there is a file, or a prefix of files."""
        return bool(self.files.exists(self._full(path)))

    def list(self, path: str) -> tuple[str, ...]:
        """Names of the direct children."""
        try:
            found = self.files.ls(self._full(path), detail=False)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        own = str(self.files._strip_protocol(self._full(path)))
        children = (str(name).rstrip("/") for name in found)
        return tuple(sorted({name.rsplit("/", 1)[-1] for name in children if name != own}))

    def walk(self, path: str) -> tuple[str, ...]:
        """Paths of all files below `path`, in one listing."""
        base = self._full(path)
        try:
            found = self.files.find(base)
        except FileNotFoundError:
            return ()
        cut = len(self.files._strip_protocol(base)) + 1
        return tuple(sorted(str(name)[cut:] for name in found))

    def upload(self, local: Path, path: str) -> None:
        """Parallel parts on object stores."""
        self._with_folder(path, lambda: self.files.put_file(str(local), self._full(path)))

    def download(self, path: str, local: Path) -> None:
        """Parallel ranges into a temp file beside the target, then renamed."""
        local.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".promote-tmp-", dir=local.parent)
        os.close(descriptor)
        try:
            self._fill(Path(name), path)
            Path(name).replace(local)
        finally:
            Path(name).unlink(missing_ok=True)

    def copy(self, source: str, target: str) -> None:
        """On object stores the server copies."""
        self._with_folder(
            target, lambda: self.files.cp_file(self._full(source), self._full(target))
        )

    def remove(self, path: str) -> None:
        """Delete a file."""
        with contextlib.suppress(FileNotFoundError):
            self.files.rm_file(self._full(path))

    def hold(self, path: str, size: int) -> None:
        """No disk that could be full."""

    def local_path(self, path: str) -> Path | None:  # noqa: ARG002 - the backend protocol
        """Nothing lies on this machine."""
        return None

    def creates_atomically(self) -> bool:
        """False for file systems that inherit fsspec's check-then-write."""
        files = self.files
        while isinstance(files, DirFileSystem | CachingFileSystem):
            files = files.fs
        kind = type(files)
        inherited = kind.pipe_file is AbstractFileSystem.pipe_file
        return not inherited or _brings_its_own_write(kind)

    def _fill(self, target: Path, path: str) -> None:
        """Read a file in ranges, several at a time, each written to its place."""
        full, size = self._full(path), self.size(path)
        with target.open("r+b", buffering=0) as file:

            def fetch(start: int) -> None:
                data = self.files.cat_file(full, start=start, end=min(start + RANGE, size))
                view = memoryview(data)
                while view.nbytes:
                    written = os.pwrite(file.fileno(), view, start + len(data) - view.nbytes)
                    view = view[written:]

            with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
                list(pool.map(fetch, range(0, size, RANGE)))
        if target.stat().st_size != size:
            raise OSError(errno.EIO, "the file changed while it was read", path)

    def _with_folder(self, path: str, write: Callable[[], Any]) -> None:
        """Write; where the file system has real folders, make them when they turn out to be missing."""
        try:
            write()
        except FileNotFoundError:
            if self._buckets:
                raise
            self.files.makedirs(self._full(path).rsplit("/", 1)[0], exist_ok=True)
            write()

    def _full(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root


def _brings_its_own_write(kind: type) -> bool:
    """Whether the file system brings its own `_pipe_file` (fsspec's async systems do)."""
    return any("_pipe_file" in base.__dict__ for base in kind.__mro__[:-1])


def _says_exists(error: OSError) -> bool:
    """S3 answers 412 (lost) or 409 (a concurrent conditional write) where files say EEXIST."""
    text = str(error)
    return (
        error.errno == errno.EEXIST
        or "PreconditionFailed" in text
        or "At least one of the pre-conditions" in text
        or "ConditionalRequestConflict" in text
    )


_OBJECT_STORES = {"s3", "gs", "gcs", "abfs", "az", "adl", "oss", "r2"}
"""Here a missing folder is a missing bucket, which is not ours to make."""


def _protocols(files: Any) -> set[str]:
    return {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)


def _failures_of(files: Any) -> tuple[type[BaseException], ...]:
    """The error classes that the file system raises besides OSError."""
    if "s3" not in _protocols(files):
        return (OSError,)
    botocore = importlib.import_module("botocore.exceptions")
    return (OSError, botocore.BotoCoreError, botocore.ClientError)
