"""Jupyter beside a plugin of another release: what only adds fits, what does not is said with both releases."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jupyterlab_promote._version import __version__
from jupyterlab_promote.errors import NotFound, Unavailable
from jupyterlab_promote.model.registration import REGISTRATION_API
from jupyterlab_promote.server.registration_client import RegistrationClient
from jupyterlab_promote.server.settings import Settings
from jupyterlab_promote.server.sign_in import Tokens

INFO = {"api": REGISTRATION_API, "user": "ann", "can_publish": True, "max_upload": 1}
HEAD = {"uid": "u", "version": "v", "revision": 1, "at": "2026-01-01T00:00:00Z"}


class Plugin(ThreadingHTTPServer):
    """The other process: answers each path as it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.answers: dict[str, tuple[int, object]] = {}

    def client(self, version: str, **info: object) -> RegistrationClient:
        self.answers["/promote/info"] = (200, {**INFO, "version": version, **info})
        settings = Settings(airflow_url=f"http://127.0.0.1:{self.server_port}", token="t")
        return RegistrationClient(settings.airflow_url, Tokens(settings))


class Answer(BaseHTTPRequestHandler):
    server: Plugin

    def do_GET(self) -> None:
        status, body = self.server.answers.get(self.path, (404, {"detail": "Not Found"}))
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing on the console."""


@pytest.fixture
def plugin() -> Iterator[Plugin]:
    server = Plugin()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_a_newer_plugin_adds_is_left_out(plugin) -> None:
    client = plugin.client("99.0", colour="blue")
    entry = {**HEAD, "also": {"x": 1}}
    plugin.answers["/promote/pipelines"] = (200, [{"dag_id": "a", "entry": entry, "more": 1}])
    assert client.info().version == "99.0"
    assert [(head.dag_id, head.entry.version) for head in client.pipelines()] == [("a", "v")]


@pytest.mark.parametrize(
    ("theirs", "upgrade"),
    [
        ("99.0", "Upgrade Jupyter's: pip install jupyterlab-promote==99.0"),
        ("0.0.1", "Upgrade Airflow's"),
    ],
)
def test_another_version_of_the_api_is_said_with_what_to_upgrade(plugin, theirs, upgrade) -> None:
    with pytest.raises(Unavailable) as caught:
        plugin.client(theirs, api=7).info()
    assert caught.value.code == "other_release"
    assert f"Jupyter has release {__version__}, Airflow {theirs}" in caught.value.message
    assert upgrade in caught.value.hint


def test_what_an_older_plugin_lacks_or_refuses_is_said_with_both_releases(plugin) -> None:
    client = plugin.client("0.0.1")
    refused = {"code": "invalid_input", "message": "x: Extra inputs are not permitted"}
    plugin.answers |= {
        "/promote/pipelines": (200, [{"dag_id": "a"}]),
        "/promote/pipelines/a/retire": (422, {**refused, "fields": {"field": "x"}}),
    }
    for call in (client.pipelines, lambda: client.retire("a", 1), client.housekeeping):
        with pytest.raises(Unavailable) as caught:
            call()
        assert f"Jupyter has release {__version__}, Airflow 0.0.1" in caught.value.message


def test_what_the_same_release_does_not_have_is_just_not_there(plugin) -> None:
    with pytest.raises(NotFound):
        plugin.client(__version__).housekeeping()
