"""The store: the files that Jupyter's plugin, Airflow and the workers share.

`create` is the only primitive that anything depends on. What is written with `put` belongs to one
attempt, which has one writer. Here are bytes and paths; what they mean is in the other modules.
"""

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, JsonValue

from jupyterlab_promote.errors import InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.document import canonical_json, dump
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.backend import Backend
from jupyterlab_promote.store.conformance import check_conformance
from jupyterlab_promote.store.local import LocalBackend

FORMAT = 1
"""The version of the store's layout, written into `store.json`."""


class Store:
    """An open store.

    Attributes:
        url: as it was opened; goes into requests, so that workers open the same place.
        uid: random, made with the store; part of every Ray job id.
        newest_head: a bundle version that exists, from which the newest is looked for; 0 where none is known.
    """

    def __init__(self, backend: Backend, *, url: str, uid: str = "") -> None:
        self.backend = backend
        self.url = url
        self.uid = uid
        self.newest_head = 0

    def create(self, path: str, data: bytes) -> None:
        """Write a file that must not exist yet.

        Raises:
            FileExistsError: somebody else created it first.
            Unavailable: the store cannot be written (code `store_full` when there is no space).
        """
        with self._speaking(path, writing=True):
            self.backend.create(path, data)

    def put(self, path: str, data: bytes) -> None:
        """Write or replace a file of one attempt; raises Unavailable."""
        with self._speaking(path, writing=True):
            self.backend.put(path, data)

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises NotFound or Unavailable."""
        with self._speaking(path):
            return self.backend.read(path)

    def read_json(self, path: str) -> JsonValue:
        """The JSON value of a file; raises NotFound, InvalidInput or Unavailable."""
        data = self.read(path)
        try:
            value: JsonValue = json.loads(data)
        except ValueError as error:
            raise InvalidInput(path, f"is not JSON ({error})") from error
        return value

    def create_document(self, path: str, document: BaseModel) -> None:
        """Write a document in canonical form; raises FileExistsError or Unavailable."""
        self.create(path, canonical_json(dump(document)))

    def size(self, path: str) -> int:
        """The size of a file in bytes; raises NotFound or Unavailable."""
        with self._speaking(path):
            return self.backend.size(path)

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder; raises Unavailable."""
        with self._speaking(path):
            return self.backend.exists(path)

    def list(self, path: str) -> tuple[str, ...]:
        """Names of the direct children, sorted; raises Unavailable."""
        with self._speaking(path):
            return self.backend.list(path)

    def walk(self, path: str) -> tuple[str, ...]:
        """Relative paths of all files below, sorted; raises Unavailable."""
        with self._speaking(path):
            return self.backend.walk(path)

    def upload(self, local: Path, path: str) -> None:
        """Copy a local file into the store; raises Unavailable."""
        with self._speaking(path, writing=True):
            self.backend.upload(local, path)

    def download(self, path: str, local: Path) -> None:
        """Copy a file of the store to `local`; raises NotFound or Unavailable."""
        with self._speaking(path):
            self.backend.download(path, local)

    def copy(self, source: str, target: str) -> None:
        """Copy a file within the store; raises NotFound or Unavailable."""
        with self._speaking(source):
            self.backend.copy(source, target)

    def remove(self, path: str) -> None:
        """Delete a file, if there is one; raises Unavailable."""
        with self._speaking(path):
            self.backend.remove(path)

    def hold(self, path: str, size: int) -> None:
        """Take `size` bytes of a local disk by a file that means nothing, and give back what an earlier call took more.

        So that there is space later, also when others fill the disk meanwhile. Raises Unavailable.
        """
        with self._speaking(path, writing=True):
            self.backend.hold(path, size)

    def local_path(self, path: str) -> Path | None:
        """Where a file lies on this machine, so that it can be mapped; None for a remote store."""
        return self.backend.local_path(path)

    @contextlib.contextmanager
    def _speaking(self, path: str, *, writing: bool = False) -> Iterator[None]:
        """Turn the backend's failures into errors that say what to do; FileExistsError passes."""
        try:
            yield
        except FileExistsError:
            raise
        except FileNotFoundError as error:
            if writing:
                raise _unavailable(self.url, path, error) from error
            raise NotFound("file in the store", path) from error
        except self.backend.failures as error:
            raise _unavailable(self.url, path, error) from error


def open_store(
    url: str | Path, *, check: bool = False, options: Mapping[str, Any] | None = None
) -> Store:
    """Open a store, making it on first use.

    Args:
        url: a directory, `file://...` or any fsspec URL such as `s3://bucket/prefix`.
        check: run the conformance test again (it always runs when the store is made).
        options: arguments of the fsspec file system; credentials normally come from its environment.

    Raises:
        InvalidInput: no file system is known for the URL.
        Unavailable: it cannot be read or written, or cannot create files exclusively.
    """
    text = str(url)
    store = Store(_backend(text, options or {}), url=text)
    known = _read_info(store)
    if check or known is None:
        check_conformance(store)
    if known is None:
        known = _make_info(store)
    store.uid = known
    return store


def _backend(url: str, options: Mapping[str, Any]) -> Backend:
    scheme, separator, rest = url.partition("://")
    if not separator:
        return LocalBackend(Path(url).expanduser().absolute())
    if scheme in ("file", "local"):
        return LocalBackend(Path(rest).absolute())
    from jupyterlab_promote.store.remote import RemoteBackend

    try:
        return RemoteBackend(url, options)
    except (ValueError, ImportError) as error:
        hint = "Use a directory, or install the fsspec package for this kind of URL."
        raise InvalidInput("store", f"{url!r} cannot be opened ({error})", hint=hint) from error


def _read_info(store: Store) -> str | None:
    try:
        info = store.read_json(layout.STORE_INFO)
    except NotFound:
        return None
    if not isinstance(info, dict) or not isinstance(info.get("uid"), str):
        raise InvalidInput(layout.STORE_INFO, f"of {store.url} has no uid")
    if info.get("format") != FORMAT:
        raise InvalidInput(
            layout.STORE_INFO,
            f"of {store.url} has format {info.get('format')!r}, this version reads {FORMAT}",
            hint="Install the version of jupyterlab-promote that made the store, or use another store.",
        )
    return str(info["uid"])


def _make_info(store: Store) -> str:
    uid = secrets.token_hex(16)
    with contextlib.suppress(FileExistsError):
        store.create(layout.STORE_INFO, canonical_json({"format": FORMAT, "uid": uid}))
    made = _read_info(store)
    if made is None:
        raise Unavailable("The store", store.url, "a file that was just written cannot be read")
    return made


_FULL = {errno.ENOSPC, errno.EDQUOT}


def _unavailable(url: str, path: str, error: BaseException) -> Unavailable:
    number = error.errno if isinstance(error, OSError) else None
    reason = f"{os.strerror(number) if number else error} ({path})"
    if number in _FULL:
        full = Unavailable("The store", url, reason, hint="Free some space there, then try again.")
        full.code = "store_full"
        return full
    hint = "Check that the place exists and that this user may write there."
    return Unavailable("The store", url, reason, hint=hint)
