"""What the Lab asks of runs: last results, failures, comparisons, debug notebooks, trials. On a real stack."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from tornado.httpclient import HTTPClientError

from jupyterlab_promote.server.run_views import LIVE


@pytest.fixture
def call(stack, jp_fetch) -> Callable[..., Any]:
    async def ask(method: str, *parts: str, body: Any = None, **query: str) -> Any:
        answer = await jp_fetch(
            "promote",
            "api",
            *parts,
            method=method,
            params=query,
            body=None if body is None else json.dumps(body),
            request_timeout=120,
        )
        return json.loads(answer.body)

    return ask


async def until(ask: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + 240
    while not done(value := await ask()):
        assert time.monotonic() < end, value
    return value


@pytest.fixture
def publish(call, jp_root_dir: Path, make_notebook) -> Callable[..., Any]:
    async def at(name: str, *cells: str) -> str:
        (jp_root_dir / f"{name}.ipynb").write_text(json.dumps(make_notebook(*cells)))
        begun = await call("POST", "publish", body={"path": f"{name}.ipynb"})
        ended = await until(
            lambda: call("GET", "operations", begun["id"]), lambda o: o["state"] != "running"
        )
        assert ended["problem"] is None
        return str(ended["published"]["dag_id"])

    return at


@pytest.fixture
def run(call) -> Callable[..., Any]:
    async def to_its_end(dag_id: str, **parameters: Any) -> Any:
        made = await call("POST", "pipelines", dag_id, "runs", body={"parameters": parameters})
        return await until(
            lambda: call("GET", "runs", dag_id, made["runId"]), lambda r: r["state"] not in LIVE
        )

    return to_its_end


async def test_a_failed_run_is_told_and_its_step_opens_with_its_inputs(
    call, publish, run, jp_fetch, jp_root_dir
) -> None:
    load = (
        '# step load\nrows = [1, 2, int(open("three.txt").read())]\n'
        'with open("count.tar.gz", "w") as file:\n    file.write("3")\nzeros = bytes(10**6)'
    )
    (jp_root_dir / "three.txt").write_text("3")
    dag_id = await publish(
        "broken-mean", load, "# step mean\nprint(rows[7])", "# step size\nlen(zeros)"
    )
    failed = await run(dag_id)
    [told] = [f for f in await call("GET", "failures") if f["dagId"] == dag_id]
    assert (told["runId"], told["step"], told["cellIndex"]) == (failed["runId"], "mean", 1)
    assert "IndexError" in told["message"]
    [row] = [r for r in await call("GET", "overview") if r["dagId"] == dag_id]
    assert [mark["state"] for mark in row["lastRuns"]] == ["failed"]
    assert (row["schedule"], row["nextRun"]) == ("", None)

    load_step = ("runs", dag_id, failed["runId"], "steps", "load")
    answer = await jp_fetch("promote", "api", *load_step, "file", params={"path": "count.tar.gz"})
    assert (answer.body, answer.headers["Content-Type"]) == (b"3", "application/octet-stream")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''count.tar.gz"
    for name in ("count.tar.gz", "count-1.tar.gz"):
        copied = await call("POST", *load_step, "copy", body={"path": "count.tar.gz"})
        assert (copied["path"], (jp_root_dir / name).read_text()) == (name, "3")
    with pytest.raises(HTTPClientError, match="404"):
        await call("POST", *load_step, "copy", body={"path": "../../heads/1.json"})

    step = ("runs", dag_id, failed["runId"], "steps", "mean", "debug")
    planned = await call("POST", *step, body={})
    assert (planned["written"], planned["by"], planned["own"]) == (False, "admin", True)
    assert [(given["step"], given["names"]) for given in planned["inputs"]] == [("load", ["rows"])]
    assert 0 < planned["bytes"] < 10**6  # not what another step gets
    assert not (jp_root_dir / planned["path"]).exists()

    written = await call("POST", *step, body={"confirm": True})
    file = jp_root_dir / written["path"]
    assert (written["written"], file.parent.parent.name) == (True, "debug")
    notebook = nbformat.read(file, as_version=4)
    assert notebook.metadata["derived_from"]["debug"] is True
    assert notebook.metadata["derived_from"]["failed_cell"] == "c1"
    at = next(k for k, cell in enumerate(notebook.cells) if cell["id"] == "c1")
    notebook.cells[at]["source"] = 'print(sum(rows), open("three.txt").read())'
    NotebookClient(notebook, resources={"metadata": {"path": str(file.parent)}}).execute()
    assert notebook.cells[at]["outputs"][0]["text"] == "6 3\n"


async def test_a_run_is_compared_with_the_one_before_and_with_its_source(
    call, publish, run, jp_root_dir
) -> None:
    cells = ("# parameters\nn: int = 2", "# step load\nx = [n]", "# step use\nprint('sum', sum(x))")
    dag_id = await publish("beside", *cells)
    await run(dag_id)
    second = await run(dag_id, n=5)
    compare = ("runs", dag_id, second["runId"], "compare")
    found = await call("GET", *compare, **{"with": "previous"})
    assert (found["other"]["kind"], found["equal"]) == ("run", 2)
    assert found["changes"] == ["Parameter n: 2 -> 5."]
    [cell] = found["cells"]
    assert (cell["step"], cell["outputs"]) == ("use", "@@ -1 +1 @@\n-sum 2\n+sum 5")
    file = jp_root_dir / "beside.ipynb"
    source = await call("GET", *compare, **{"with": "source"})
    assert (source["other"]["path"], source["cells"]) == (file.name, [])
    assert source["changes"] == ["Parameter n: 2 -> 5."]
    notebook = json.loads(file.read_text())
    notebook["cells"][1]["source"] = "# step load\nx = [n, n]"
    file.write_text(json.dumps(notebook))
    edited = await call("GET", *compare, **{"with": "source"})
    assert [cell["step"] for cell in edited["cells"]] == ["load"]
    page = await call("GET", "pipelines", dag_id, "runs", state="failed")
    assert (page["total"], page["runs"]) == (0, [])


async def test_a_notebook_is_tried_and_verified_as_it_is_shown_before_it_is_published(
    call, jp_root_dir, make_notebook
) -> None:
    saved = make_notebook("# step load\nx = 0", "# step use\nprint(1 / x)")
    (jp_root_dir / "tried.ipynb").write_text(json.dumps(saved))
    shown = make_notebook("# step load\nx = 20", "# step use\nprint(x + 1)")
    for kind in ("test_run", "verify"):
        body = {"path": "tried.ipynb", "notebook": shown, "kind": kind}
        begun = await call("POST", "trials", body=body)
        ended = await until(
            lambda begun=begun: call("GET", "operations", begun["id"]),
            lambda o: o["state"] != "running",
        )
        assert (ended["state"], ended["problem"]) == ("done", None)
        assert ended["trial"]["ok"], ended["trial"]
        if kind == "test_run":
            whole = await call("GET", "contents", "-trials", begun["id"], "whole.ipynb")
            assert "".join(whole["content"]["cells"][1]["outputs"][0]["text"]) == "21\n"
