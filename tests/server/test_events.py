"""What the server tells the browser of its own accord."""

import json
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

_NOW = "2026-01-01T00:00:00Z"


class NoRuns(BaseHTTPRequestHandler):
    """An Airflow without runs but one, whose only step is at a cell, or one that is not well."""

    well = True
    state = "running"
    cell = 1
    revision = 1

    def do_GET(self) -> None:  # noqa: N802 - a name of http.server
        body = json.dumps(self._answer()).encode()
        self.send_response(200 if NoRuns.well else 503)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> object:
        if "/runs/cells/attempts" in self.path:
            event = {"seq": 1, "at": _NOW, "kind": "cell_start", "k": NoRuns.cell, "n": 3}
            return {"run-1": [{"step": "load", "attempt": 1, "progress": event}]}
        if "/runs/cells" in self.path:
            run = {"dag_id": "cells", "run_id": "run-1", "state": NoRuns.state, "due": _NOW}
            return {"runs": [run], "total": 1}
        if self.path.endswith("/pipelines/cells"):
            entry = {"version": "v", "revision": NoRuns.revision, "at": _NOW, "uid": "u"}
            return {"dag_id": "cells", "name": "cells", "entry": entry}
        return []

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


def test_each_cell_of_a_run_is_told_while_it_runs(site, monkeypatch):
    site.watch("cells")
    told = {"kind": "runs", "id": "cells", "state": "changed"}
    assert (changed(site), changed(site)) == ((), ())
    monkeypatch.setattr(NoRuns, "cell", 2)
    assert (changed(site), changed(site), site.live) == ((told,), (), True)
    monkeypatch.setattr(NoRuns, "state", "success")
    assert (changed(site), site.live) == ((told,), False)
    monkeypatch.setattr(NoRuns, "cell", 3)
    assert changed(site) == ()


def test_what_another_server_published_is_told(site, monkeypatch):
    site.watch("cells")
    monkeypatch.setattr(NoRuns, "state", "success")
    assert (changed(site), changed(site)) == ((), ())
    monkeypatch.setattr(NoRuns, "revision", 2)
    assert changed(site) == ({"kind": "runs", "id": "cells", "state": "changed"},)
    assert changed(site) == ()
