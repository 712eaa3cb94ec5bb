"""The way through the Lab's API on a real Airflow and a real Ray: publish, run, read what was executed."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.server.use_cases import CELLS

from jupyterlab_promote.model.settings import Published, Schedule
from jupyterlab_promote.notebook.further import with_further
from jupyterlab_promote.notebook.settings_edits import with_published


@pytest.fixture
def published_file(jp_root_dir: Path, make_notebook) -> str:
    content = with_further(make_notebook(*CELLS), "weekly", Schedule(cron="@weekly"), {})
    (jp_root_dir / "lab.ipynb").write_text(json.dumps(content))
    return "lab.ipynb"


async def test_the_way_through_the_lab(stack, jp_fetch, published_file, jp_root_dir) -> None:
    api = ("promote", "api")

    async def call(method: str, *parts: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body)
        answer = await jp_fetch(*api, *parts, method=method, body=data, request_timeout=60)
        return json.loads(answer.body)

    async def wait(*parts: str, done: Callable[[Any], bool]) -> Any:
        end = time.monotonic() + 300
        while not done(value := await call("GET", *parts)):
            assert time.monotonic() < end, value
        return value

    assert (await call("GET", "connection"))["state"] == "connected"
    content = json.loads((jp_root_dir / published_file).read_text())
    content["cells"][1]["source"] += "\nprint('as shown')"
    body = {"path": published_file, "message": "hi", "notebook": content}
    begun = await call("POST", "publish", body=body)
    operation = await wait("operations", begun["id"], done=lambda o: o["state"] != "running")
    assert (operation["state"], operation["problem"]) == ("done", None)
    dag_id = operation["published"]["dag_id"]
    content = with_published(content, Published(**operation["published"]))
    state = await call(
        "POST", "pipelines", dag_id, "state", body={"path": published_file, "notebook": content}
    )
    assert (state["state"], state["number"]) == ("up_to_date", 1)
    [weekly] = state["further"]
    assert (weekly["dagId"], weekly["sentence"]) == ("lab__weekly", "At 00:00, only on Sunday, UTC")
    assert [r["further"] for r in operation["results"]] == ["", "weekly"]
    assert operation["publishedAs"]["weekly"]["dag_id"] == "lab__weekly"
    body = {"path": published_file, "further": "monthly"}
    begun = await call("POST", "publish", body=body)
    refused = await wait("operations", begun["id"], done=lambda o: o["state"] != "running")
    assert refused["problem"]["fields"]["field"] == "further"
    [row] = [r for r in await call("GET", "pipelines") if r["dagId"] == dag_id]
    assert (row["path"], row["sourceFound"]) == (published_file, True)
    run = await call("POST", "pipelines", dag_id, "runs", body={"parameters": {}})
    page = await wait(
        "pipelines", dag_id, "runs", done=lambda p: p["runs"][0]["state"] in ("success", "failed")
    )
    [ended] = page["runs"]
    assert (ended["runId"], ended["state"], ended["version"]) == (run["runId"], "success", 1)
    folder = ended["whole"].split("/")
    whole = await call("GET", "contents", *folder)
    assert (whole["type"], whole["writable"]) == ("notebook", False)
    cell = whole["content"]["cells"][1]
    assert "".join(cell["outputs"][0]["text"]) == "21\nas shown\n"
    assert cell["metadata"]["editable"] is False
    assert "trusted" not in cell["metadata"]
    listed = await call("GET", "contents", dag_id, folder[1])
    assert sorted(c["name"] for c in listed["content"]) == [
        "load.ipynb",
        "use.ipynb",
        "whole.ipynb",
    ]
    log = await call("GET", "runs", dag_id, run["runId"], "steps", "use", "log")
    assert log["text"]
