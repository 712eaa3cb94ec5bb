"""The local, content-addressed cache of manifests that the bundle's DAG files read.

It lies beside the bundle's folders: `<bundle>/manifests/<version>.json` and `<bundle>/store` with the
store's URL. A version never changes, so what is there is right or is fetched again.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.ids import is_dag_id, is_version_id, version_id
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import parse_manifest

_STORE = "store"
_MANIFESTS = "manifests"
_MAX_DEPTH = 3


@dataclass(frozen=True)
class ManifestCache:
    """The cache of one bundle on one machine.

    Attributes:
        root: the bundle's own folder.
        store_url: where a missing manifest is fetched from.
    """

    root: Path
    store_url: str

    @classmethod
    def beside(cls, file: Path) -> "ManifestCache":
        """The cache that belongs to a DAG file, in the tracking folder or in a pinned version's.

        Raises:
            InvalidInput: the file lies in no folder of the bundle.
        """
        for folder in list(file.parents)[:_MAX_DEPTH]:
            if (folder / _STORE).is_file():
                return cls(root=folder, store_url=(folder / _STORE).read_text(encoding="utf-8"))
        raise InvalidInput(str(file), "is not a file of the promote bundle")

    def remember_store(self) -> None:
        """Leave the store's URL where the DAG files find it."""
        path = self.root / _STORE
        if not path.is_file() or path.read_text(encoding="utf-8") != self.store_url:
            write_atomically(path, self.store_url.encode())

    def manifest(self, dag_id: str, version: str) -> Manifest:
        """The manifest of a version, from the cache or else from the store.

        Raises:
            NotFound: the store does not have that version, or it is another pipeline's.
            InvalidInput: an id is none, or the manifest in the store is damaged.
            Unavailable: the store cannot be read.
        """
        if not (is_dag_id(dag_id) and is_version_id(version)):
            raise InvalidInput("version", f"{dag_id!r} {version!r} are no ids of ours")
        path = self.root / _MANIFESTS / f"{version}.json"
        data = _read(path, version)
        if data is None:
            data = open_store(self.store_url).read(layout.manifest(dag_id, version))
            if not _is_version(data, version):
                raise InvalidInput(
                    layout.manifest(dag_id, version),
                    "is damaged in the store",
                    hint="Delete that version's folder and publish the notebook again.",
                )
            write_atomically(path, data)
        manifest = parse_manifest(data)
        if manifest.dag_id != dag_id:
            raise NotFound("version", f"{dag_id}/{version}")
        return manifest


def _read(path: Path, version: str) -> bytes | None:
    """A cached manifest that is what its name says; a broken one counts as missing."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return data if _is_version(data, version) else None


def _is_version(data: bytes, version: str) -> bool:
    return version_id(hashlib.sha256(data).hexdigest()) == version


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file so that a reader sees the old or the new one; other users may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    temporary = Path(name)
    temporary.chmod(0o644)
    temporary.replace(path)
