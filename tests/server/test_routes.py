"""The extension inside a real Jupyter server whose Airflow is not set up."""

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

API = ("promote", "api")


async def refused(fetch, *parts: str, **options: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(HTTPClientError) as caught:
        await fetch(*parts, **options)
    response = caught.value.response
    return caught.value.code, json.loads(response.body)


async def post(fetch, path: str, body: Any) -> Any:
    answer = await fetch(*API, *path.split("/"), method="POST", body=json.dumps(body))
    return json.loads(answer.body)


async def test_without_an_airflow_the_connection_offers_to_start_one(jp_fetch) -> None:
    answer = json.loads((await jp_fetch(*API, "connection")).body)
    assert (answer["state"], answer["action"], answer["embedded"]) == (
        "not_set_up", "Start it here", True
    )  # fmt: skip


async def test_a_notebook_is_analysed_as_it_is_in_the_browser(jp_fetch, make_notebook) -> None:
    content = make_notebook("# step load\nx = [1]", "# step use\nprint(x)")
    answer = await post(jp_fetch, "analyse", {"path": "a.ipynb", "notebook": content})
    assert [step["name"] for step in answer["steps"]] == ["load", "use"]
    [edge] = answer["edges"]
    assert (edge["from"], edge["to"], edge["names"][0]) == ("load", "use", "x")


async def test_a_file_in_the_folder_of_the_notebook_is_frozen(
    jp_fetch, jp_root_dir, make_notebook
) -> None:
    (jp_root_dir / "sub").mkdir()
    (jp_root_dir / "sub" / "d.csv").write_text("a\n1\n")
    content = make_notebook("# step load\nimport pandas as pd\nf = pd.read_csv('d.csv')")
    answer = await post(jp_fetch, "analyse", {"path": "sub/a.ipynb", "notebook": content})
    assert [(f["path"], f["travels"]) for f in answer["files"]] == [("d.csv", "frozen")]


@pytest.mark.parametrize(
    ("body", "field"),
    [("{", ""), ("{}", "path"), ('{"path": "a", "notebook": {}, "more": 1}', "more")],
)
async def test_a_body_that_is_not_as_it_should_be_is_refused(jp_fetch, body, field) -> None:
    code, problem = await refused(jp_fetch, *API, "analyse", method="POST", body=body)
    assert (code, problem["code"]) == (400, "invalid_input")
    assert field in problem["message"]


async def test_a_notebook_without_cells_is_refused_with_the_way_out(jp_fetch) -> None:
    body = json.dumps({"path": "a.ipynb", "notebook": {"nbformat": 4, "cells": [], "metadata": {}}})
    code, problem = await refused(jp_fetch, *API, "analyse", method="POST", body=body)
    assert (code, problem["message"], problem["hint"]) == (
        400, "notebook: it has no cells", "Write a cell of code first."
    )  # fmt: skip


async def test_a_path_does_not_lead_out_of_the_folder(jp_fetch) -> None:
    body = json.dumps({"path": "../../etc/a.ipynb"})
    code, problem = await refused(jp_fetch, *API, "publish", method="POST", body=body)
    assert (code, problem["fields"]["field"]) == (400, "path")


async def test_what_is_not_saved_cannot_be_published(jp_fetch) -> None:
    body = json.dumps({"path": "not-there.ipynb"})
    code, problem = await refused(jp_fetch, *API, "publish", method="POST", body=body)
    assert (code, problem["code"]) == (404, "not_found")


async def test_a_copy_made_by_a_run_is_never_published(
    jp_fetch, jp_root_dir, make_notebook
) -> None:
    content = make_notebook("# step a\nx = 1")
    content["metadata"]["derived_from"] = {"dag_id": "a"}
    (jp_root_dir / "copy.ipynb").write_text(json.dumps(content))
    body = json.dumps({"path": "copy.ipynb"})
    code, problem = await refused(jp_fetch, *API, "publish", method="POST", body=body)
    assert (code, "copies are never published" in problem["message"]) == (400, True)


async def test_without_airflow_runs_are_unavailable_and_it_is_said_what_to_do(jp_fetch) -> None:
    code, problem = await refused(jp_fetch, *API, "pipelines", "sales", "runs")
    assert (code, problem["code"]) == (503, "unavailable")
    assert "jupyter promote up" in problem["hint"]


async def test_a_schedule_is_previewed(jp_fetch) -> None:
    answer = await post(jp_fetch, "schedule/preview", {"cron": "0 2 * * *", "timezone": "UTC"})
    assert answer["sentence"] == "At 02:00, UTC"
    assert len(answer["runs"]) == 5


async def test_settings_hold_no_secret(jp_fetch) -> None:
    answer = json.loads((await jp_fetch(*API, "settings")).body)
    assert answer == {"airflowUrl": "", "embedded": True, "signIn": "stack"}


async def test_the_drive_has_no_checkpoints(jp_fetch) -> None:
    answer = await jp_fetch(*API, "contents", "sales", "r1", "a.ipynb", "checkpoints")
    assert json.loads(answer.body) == []


async def test_a_route_knows_its_methods(jp_fetch) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch(*API, "analyse")
    assert caught.value.code == 405
