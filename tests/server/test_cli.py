"""`jupyter promote` against the real stack, as a person types it."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from jupyterlab_promote.cli.main import main
from jupyterlab_promote.server.settings import local_timezone


@pytest.fixture
def type_in(capsys, monkeypatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)

    def run(*words: str, code: int = 0) -> Any:
        assert main([words[0], "--json", *words[1:]]) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def test_publish_run_look_and_debug(stack, type_in, tmp_path, make_notebook) -> None:
    file = tmp_path / "typed.ipynb"
    file.write_text(
        json.dumps(
            make_notebook(
                "# parameters\nn: int = 2", "# step load\nx = [n, n]", "# step use\nprint(sum(x))"
            )
        )
    )
    made = type_in("publish", "typed.ipynb", "--schedule", "@daily", "-m", "first", "--pause")
    assert (made["dag_id"], made["number"], made["paused"]) == ("typed", 1, True)
    own = json.loads(file.read_text())["metadata"]["promote"]
    assert own["published"]["uid"] == made["uid"]
    assert own["schedule"]["cron"] == "@daily"
    again = type_in("publish", "typed.ipynb")
    assert (again["version"], again["created"], again["paused_by"]) == (
        made["version"],
        False,
        "admin",
    )

    (tmp_path / "copy.ipynb").write_text(file.read_text())
    asked = type_in("publish", "copy.ipynb", code=1)
    assert asked["code"] == "moved"
    assert all(answer in asked["hint"] for answer in ("--moved", "--new"))

    assert type_in("trigger", "typed", code=1)["code"] == "paused"
    assert type_in("unpause", "typed") == {"dag_id": "typed", "paused": False}
    run = type_in("trigger", "typed", "-p", "n", "5", "--wait")
    assert (run["state"], run["parameters"]) == ("success", {"n": 5})
    name = f"typed/{run['run_id']}"
    shown = type_in("show", name)
    assert (shown["run_id"], shown["edges"]) == (run["run_id"], [["load", "use"]])
    assert [r["run_id"] for r in type_in("runs", "typed")] == [run["run_id"]]
    opened = type_in("open", "typed")
    whole = json.loads(Path(opened["whole"]).read_text())
    assert "".join(whole["cells"][2]["outputs"][0]["text"]) == "10\n"
    assert type_in("open", "typed", "-o", "/dev/null/no-folder", code=1)["field"] == "output"
    assert "text" in type_in("logs", name, "use")

    cleared = type_in("clear", name, "--from", "use", "--wait")
    assert [(s["step"], s["attempts"]) for s in cleared["steps"]] == [("load", 1), ("use", 2)]

    weekly = ("publish", "typed.ipynb", "--as", "weekly", "--schedule", "@weekly")
    also = type_in(*weekly, "-p", "n", "7", "--unpause")
    assert (also["dag_id"], also["number"]) == ("typed__weekly", 1)
    assert type_in("publish", "copy.ipynb", "--as", "hourly", code=1)["code"] == "moved"
    [row] = [r for r in type_in("versions") if r["dag_id"] == "typed__weekly"]
    assert row["schedule"] == f"At 00:00, only on Sunday, {local_timezone()}"
    run = type_in("trigger", "typed__weekly", "--wait")
    assert run["state"] == "success"
    seven = json.loads(Path(type_in("open", "typed__weekly")["whole"]).read_text())
    assert "".join(seven["cells"][2]["outputs"][0]["text"]) == "14\n"
    assert type_in("publish", "typed.ipynb")["dag_id"] == "typed__weekly"
    assert [v["number"] for v in type_in("versions", "typed__weekly")] == [1]
    assert [v["number"] for v in type_in("versions", "typed")] == [1]

    debug = Path(type_in("debug", name, "use")["notebook"])
    notebook = nbformat.read(debug, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(debug.parent)}}).execute()
    printed = [
        o["text"] for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "text" in o
    ]
    assert "10\n" in printed


def test_refusals_are_told_with_the_way_out(stack, type_in) -> None:
    unknown = type_in("trigger", "no-such-pipeline", code=1)
    assert (unknown["state"], unknown["code"]) == ("failed", "not_found")
    nothing = type_in("publish", "missing.ipynb", code=1)
    assert nothing["code"] == "not_found"


def test_a_notebook_that_cannot_be_told_of_its_publish_is_named(
    stack, type_in, tmp_path, make_notebook
) -> None:
    # Too long a name for the file that replaces it; root may write everywhere else.
    name = f"{'n' * 240}.ipynb"
    (tmp_path / name).write_text(json.dumps(make_notebook("# step a\nx = 1")))
    told = type_in("publish", name, code=1)
    assert told["field"] == "notebook"
    dag_id = told["hint"].partition(" is published all the same.")[0]
    assert type_in("unpublish", dag_id)["dag_id"] == dag_id


def test_a_notebook_that_cannot_be_split_is_refused_with_its_findings(
    stack, type_in, tmp_path, make_notebook
) -> None:
    (tmp_path / "bad.ipynb").write_text(
        json.dumps(
            make_notebook("# step a\ng = (i for i in range(3))\ninput()", "# step b\nprint(g)")
        )
    )
    refused = type_in("publish", "bad.ipynb", code=1)
    assert (refused["state"], refused["code"]) == ("refused", "not_promotable")
    assert any(finding["severity"] == "error" for finding in refused["findings"])
