"""Stores to test with: a directory, and a bucket of a real S3 server on a loopback port."""

import hashlib
import json
import uuid

import pytest
from tests.s3 import BUCKET, s3_server

from jupyterlab_promote.model.version import FileEntry, Manifest
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import Draft


@pytest.fixture(scope="session")
def s3_endpoint():
    with s3_server() as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield environment["AWS_ENDPOINT_URL"]


@pytest.fixture(params=["directory", "s3"])
def url(request, tmp_path):
    if request.param == "directory":
        return str(tmp_path / "store")
    request.getfixturevalue("s3_endpoint")
    return f"s3://{BUCKET}/{uuid.uuid4().hex}/store"


@pytest.fixture
def store(url):
    return open_store(url)


@pytest.fixture
def local_store(tmp_path):
    return open_store(tmp_path / "store")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def draft_of():
    def make(dag_id="demo", *, uid="u1", text="1", files=None) -> Draft:
        notebook = json.dumps({"cells": [text]}).encode()
        source = json.dumps({"source": text}).encode()
        files = files or {}
        manifest = Manifest(
            dag_id=dag_id,
            uid=uid,
            name="Demo",
            kernel="python3",
            steps=(),
            edges=(),
            notebooks={"load": sha256(notebook)},
            source=sha256(source),
            files=tuple(
                FileEntry(path=path, sha256=sha256(data), size=len(data))
                for path, data in sorted(files.items())
            ),
        )
        return Draft(manifest=manifest, notebooks={"load": notebook}, source=source, files=files)

    return make
