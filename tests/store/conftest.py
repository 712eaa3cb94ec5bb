"""Stores to test with: a directory, and a bucket of a real S3 server on a loopback port."""

import hashlib
import json
import threading
import uuid

import boto3
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from jupyterlab_promote.model.version import FileEntry, Manifest
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import Draft

BUCKET = "promote"


class OneAtATime:
    """moto checks `If-None-Match` and then writes; S3 does both as one, so requests take turns here."""

    def __init__(self, application):
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        with self._lock:
            return list(self._application(environ, start_response))


@pytest.fixture(scope="session")
def s3_endpoint():
    application = OneAtATime(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patch.setenv("AWS_ENDPOINT_URL", endpoint)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    yield endpoint
    patch.undo()
    server.shutdown()
    thread.join()


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
