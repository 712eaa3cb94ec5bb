"""What the server tells the browser of its own accord."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from jupyterlab_promote.server.events import SCHEMA, changed
from jupyterlab_promote.server.operations import Operations
from jupyterlab_promote.server.overview import ALL
from jupyterlab_promote.server.settings import Settings
from jupyterlab_promote.server.site import Site


class NoRuns(BaseHTTPRequestHandler):
    """An Airflow without runs, or one that is not well."""

    well = True

    def do_GET(self) -> None:  # noqa: N802 - a name of http.server
        body = b"[]"
        self.send_response(200 if NoRuns.well else 503)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ThreadingHTTPServer(("127.0.0.1", 0), NoRuns) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        site = Site(
            settings=Settings(airflow_url=url, token="t"),
            operations=Operations(tmp_path, changed=lambda _: None),
            root=None,
            read=lambda _: {},
        )
        site.watch(ALL)
        yield site
        server.shutdown()


def test_that_airflow_went_away_or_came_back_is_told_once(site, monkeypatch):
    assert (changed(site), changed(site)) == ((), ())
    monkeypatch.setattr(NoRuns, "well", False)
    [gone] = changed(site)
    assert (gone["state"], changed(site)) == ("unreachable", ())
    monkeypatch.setattr(NoRuns, "well", True)
    [back] = changed(site)
    assert (back["state"], changed(site)) == ("connected", ())
    assert gone["kind"] == back["kind"] == "connection"
    assert "connection" in SCHEMA["properties"]["kind"]["enum"]
