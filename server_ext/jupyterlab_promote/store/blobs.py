"""Files by content: written once, never changed, checked when they are read."""

import hashlib
from pathlib import Path

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.store import Store


def sha256_of_content(content: bytes | Path) -> str:
    """The sha256 of bytes, or of a local file read in pieces."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_blob(store: Store, content: bytes | Path, *, sha256: str) -> None:
    """Store content under its hash, unless it is there; raises Unavailable."""
    path = layout.blob(sha256)
    if store.exists(path):
        return
    if isinstance(content, Path):
        store.upload(content, path)
    else:
        create_same(store, path, content)


def get_blob(store: Store, sha256: str, local: Path) -> None:
    """Copy a blob to a local file and check it; raises NotFound or Unavailable."""
    store.download(layout.blob(sha256), local)
    if sha256_of_content(local) != sha256:
        local.unlink()
        raise Unavailable(
            "The store",
            store.url,
            f"{layout.blob(sha256)} is damaged",
            hint="Delete that file and publish the notebook again, which writes it anew.",
        )


def create_same(store: Store, path: str, data: bytes) -> None:
    """Create a file whose name implies its content, so that finding it there is as good."""
    try:
        store.create(path, data)
    except FileExistsError:
        return
