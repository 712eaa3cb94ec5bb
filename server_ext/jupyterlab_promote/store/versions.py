"""Versions: immutable, content-addressed. A version is whole or absent: its manifest is written last.

The id is the hash of the manifest's bytes as they were sent, so that it stays the same when a later
release adds a field. How a draft is made from a notebook is in `drafts.py`, its zip in `packing.py`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound, Unavailable
from jupyterlab_promote.ids import Sha256, VersionId, is_dag_id, is_version_id, version_id
from jupyterlab_promote.model.document import canonical_json, dump
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import blobs, layout
from jupyterlab_promote.store.store import Store


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A version that is not stored yet.

    Attributes:
        notebooks: bytes of each step notebook, by step name.
        source: bytes of the notebook that was published.
        files: the files of the manifest, by their path; a Path is read when it is needed.
        sent: the manifest's bytes as a client sent them; empty for a draft made here.
    """

    manifest: Manifest
    notebooks: Mapping[str, bytes]
    source: bytes
    files: Mapping[str, bytes | Path]
    sent: bytes = b""

    @cached_property
    def manifest_bytes(self) -> bytes:
        """The canonical form that is hashed and stored."""
        return self.sent or canonical_json(dump(self.manifest))

    @cached_property
    def sha256(self) -> Sha256:
        """The full hash of the version."""
        return Sha256(hashlib.sha256(self.manifest_bytes).hexdigest())

    @property
    def version(self) -> VersionId:
        """The short id of the version."""
        return version_id(self.sha256)


def put_version(store: Store, draft: Draft) -> tuple[VersionId, bool]:
    """Store a version; False when the same content was there already.

    Raises:
        Conflict: the short id is taken by other content (code `version_collision`).
        InvalidInput: a notebook or file does not have the hash that the manifest names.
        Unavailable: the store cannot be written.
    """
    manifest, version = draft.manifest, draft.version
    _check_hashes(draft)
    path = layout.manifest(manifest.dag_id, version)
    if store.exists(path):
        return version, _same_or_conflict(store, path, draft)
    for entry in manifest.files:
        blobs.put_blob(store, draft.files[entry.path], sha256=entry.sha256)
    for step, data in draft.notebooks.items():
        blobs.create_same(store, layout.step_notebook(manifest.dag_id, version, step), data)
    blobs.create_same(store, layout.source(manifest.dag_id, version), draft.source)
    try:
        store.create(path, draft.manifest_bytes)
    except FileExistsError:
        return version, _same_or_conflict(store, path, draft)
    return version, True


def get_manifest(store: Store, dag_id: str, version: str) -> Manifest:
    """The manifest of a version; raises NotFound, InvalidInput when it is damaged, Unavailable."""
    if not is_dag_id(dag_id) or not is_version_id(version):
        raise NotFound("version", f"{dag_id}/{version}")
    try:
        data = store.read(layout.manifest(dag_id, version))
    except NotFound as error:
        raise NotFound("version", f"{dag_id}/{version}") from error
    manifest = parse_manifest(data)
    if version_id(hashlib.sha256(data).hexdigest()) != version or manifest.dag_id != dag_id:
        raise _damaged(store, layout.manifest(dag_id, version))
    return manifest


def parse_manifest(data: bytes) -> Manifest:
    """A manifest from its JSON; raises InvalidInput naming the first field that is wrong."""
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"manifest.{place}".rstrip("."), first["msg"]) from error


def get_step_notebook(store: Store, dag_id: str, version: str, step: str) -> bytes:
    """The runnable notebook of a step, checked against the manifest; raises as `get_manifest`, and NotFound."""
    expected = get_manifest(store, dag_id, version).notebooks.get(step)
    if expected is None:
        raise NotFound("step", f"{step} of {dag_id} {version}")
    return _checked(store, layout.step_notebook(dag_id, version, step), expected)


def get_source(store: Store, dag_id: str, version: str) -> bytes:
    """The published notebook, checked against the manifest; raises as `get_manifest`."""
    expected = get_manifest(store, dag_id, version).source
    return _checked(store, layout.source(dag_id, version), expected)


def _checked(store: Store, path: str, expected: str) -> bytes:
    data = store.read(path)
    if hashlib.sha256(data).hexdigest() != expected:
        raise _damaged(store, path)
    return data


def _damaged(store: Store, path: str) -> Unavailable:
    return Unavailable(
        "The store",
        store.url,
        f"{path} is damaged: its hash is not the one it was stored with",
        hint="Publish the notebook again.",
    )


def _same_or_conflict(store: Store, path: str, draft: Draft) -> bool:
    if store.read(path) != draft.manifest_bytes:
        raise Conflict(
            f"The short id {draft.version} of {draft.manifest.dag_id!r} is taken by other content.",
            hint="Change anything in the notebook and publish again.",
            code="version_collision",
        )
    return False


def _check_hashes(draft: Draft) -> None:
    manifest = draft.manifest
    if set(draft.notebooks) != set(manifest.notebooks):
        raise InvalidInput("notebooks", "the step notebooks are not those that the manifest names")
    for step, data in draft.notebooks.items():
        if hashlib.sha256(data).hexdigest() != manifest.notebooks[step]:
            raise InvalidInput(f"steps/{step}.ipynb", "its hash is not the one of the manifest")
    if hashlib.sha256(draft.source).hexdigest() != manifest.source:
        raise InvalidInput("source.ipynb", "its hash is not the one of the manifest")
    for entry in manifest.files:
        if entry.path not in draft.files:
            raise InvalidInput(entry.path, "the manifest names this file, but it is not there")
        if blobs.sha256_of_content(draft.files[entry.path]) != entry.sha256:
            raise InvalidInput(entry.path, "its hash is not the one of the manifest")
