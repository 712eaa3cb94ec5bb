"""`plan`, `split` and `merge` as a person or a script calls them."""

import json
from pathlib import Path

import nbformat
import pytest

from jupyterlab_promote.cli.main import main


@pytest.fixture
def file(tmp_path, nb_json):
    path = tmp_path / "work" / "sums.ipynb"
    path.parent.mkdir()
    raw = nb_json(
        "import math",
        ("parameters", "n = 3  # how many"),
        ("step:make", "values = list(range(n))"),
        ("step:sum-up", "total = math.fsum(values)\nprint(total)"),
        steps={"sum-up": {"resources": {"cpus": 2, "memory": "4 GB"}}},
        schedule={"cron": "0 2 * * *", "timezone": "Europe/Berlin"},
    )
    path.write_text(json.dumps(raw))
    return path


def test_plan_shows_steps_edges_parameters_and_schedule(file, capsys):
    assert main(["plan", str(file)]) == 0
    assert capsys.readouterr().out == (
        "sums: 2 steps, kernel python3\n\n"
        "  STEP    CELLS  AFTER  CPUS  GPUS  MEMORY   RECEIVES\n"
        "  make    3      -      1     -     -        -\n"
        "  sum-up  4      make   2     -     3.7 GiB  values\n\n"
        "Edges\n"
        "  make -> sum-up\n"
        "      `values` bound in cell 3 line 1, read in cell 4 line 1\n\n"
        "Parameters\n"
        "  n  int  3  how many\n\n"
        "Schedule  At 02:00, Europe/Berlin\n\n"
        "It can be published.\n"
    )


def test_plan_as_json_has_steps_with_resources_edges_and_findings(file, capsys):
    assert main(["plan", "--json", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(s["name"], s["cells"], s["resources"]["cpus"]) for s in told["steps"]] == [
        ("make", ["c2"], 1.0),
        ("sum-up", ["c3"], 2.0),
    ]
    (edge,) = told["edges"]
    assert (edge["from"], edge["to"], edge["names"][0]) == ("make", "sum-up", "values")
    assert edge["reason"]
    assert told["findings"] == []


def test_plan_of_a_notebook_that_cannot_be_published_still_shows_all_and_exits_1(
    tmp_path, nb_json, capsys
):
    path = tmp_path / "bad.ipynb"
    path.write_text(json.dumps(nb_json(("step:a", "x = 1"), ("step:b", "print(x, lost)"))))
    assert main(["plan", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (finding,) = (f for f in told["findings"] if f["severity"] == "error")
    assert (
        finding["cell"],
        finding["line"],
        "lost" in finding["message"],
        bool(finding["fix"]),
    ) == ("c1", 1, True, True)
    assert main(["plan", str(path)]) == 1
    out = capsys.readouterr().out
    assert "Blocks publishing" in out
    assert "cell 2, line 1" in out


def test_plan_says_of_no_file_that_is_missing_that_it_travels(tmp_path, nb_json, capsys):
    path = tmp_path / "gone.ipynb"
    path.write_text(json.dumps(nb_json(("step:a", "open('there.csv')\nopen('gone.csv')"))))
    (tmp_path / "there.csv").write_text("1")
    assert main(["plan", str(path)]) == 1
    told = capsys.readouterr().out
    assert "  gone.csv   cannot travel, see below\n" in told
    assert "  there.csv  frozen in the version\n" in told


def test_plan_says_where_the_steps_that_it_offers_come_from(tmp_path, nb_json, capsys):
    cells = ("rows = [3, 1]\nmore = [2]", "rows += more", "clean = sorted(rows)")
    cells += (
        "scale = max(clean)",
        "model = [r / scale for r in clean]",
        "error = sum(model)",
    )
    path = tmp_path / "plain.ipynb"
    path.write_text(json.dumps(nb_json(*cells, "score = error / 2", "print(score)")))
    assert main(["plan", str(path)]) == 0
    assert (
        "\n\nSteps between which least has to travel: part_1, part_2\n" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "the file is not valid JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))"),
        ('{"nbformat": 4, "metadata": {}, "cells": []}', "it has no cells"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_the_reason(tmp_path, capsys, content, message):
    path = tmp_path / "bad.ipynb"
    path.write_text(content)
    assert main(["plan", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["code"]) == ("failed", "invalid_input")
    assert told["message"] == f"{path}: {message}"
    assert path.read_text() == content


def test_the_doctor_looks_at_the_airflow_that_is_meant(capsys):
    assert main(["doctor", "--json", "--airflow-url", "http://127.0.0.1:9"]) == 1
    told = json.loads(capsys.readouterr().out)
    found = {check["subject"]: (check["state"], check["found"]) for check in told["checks"]}
    assert found["Airflow"][0] == "failed"
    assert "http://127.0.0.1:9" in found["Airflow"][1]


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["plan", str(tmp_path / "no.ipynb")]) == 1
    assert "There is no notebook" in capsys.readouterr().err


def test_a_file_that_is_no_notebook_is_answered_with_what_to_name(tmp_path, capsys):
    (tmp_path / "sales.csv").write_text("day,n\n")
    assert main(["plan", str(tmp_path / "sales.csv")]) == 1
    assert capsys.readouterr().err.endswith("\n  Name a file that ends in .ipynb.\n")


def test_split_writes_one_valid_notebook_for_each_step(file, tmp_path, capsys):
    target = tmp_path / "out" / "steps"
    assert main(["split", str(file), "-o", str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "state": "success",
        "directory": str(target),
        "steps": [
            {"name": "make", "notebook": str(target / "make.ipynb")},
            {"name": "sum-up", "notebook": str(target / "sum-up.ipynb")},
        ],
    }
    assert sorted(path.name for path in target.iterdir()) == ["make.ipynb", "sum-up.ipynb"]
    for path in target.iterdir():
        nbformat.validate(nbformat.read(path, as_version=4))


def test_split_refuses_with_findings_and_writes_nothing(tmp_path, nb_json, capsys):
    path = tmp_path / "bad.ipynb"
    path.write_text(json.dumps(nb_json(("step:a", "x = ("))))
    assert main(["split", str(path), "-o", str(tmp_path / "out"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["code"]) == ("refused", "not_promotable")
    assert [(f["severity"], f["cell"], f["line"]) for f in told["findings"]] == [("error", "c0", 1)]
    assert not (tmp_path / "out").exists()


def test_merge_changes_only_tags_and_settings_of_the_file(file, capsys):
    before = json.loads(file.read_text())
    assert main(["merge", str(file), "make", "sum-up", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "state": "success",
        "notebook": str(file),
        "steps": ["make"],
    }
    after = json.loads(file.read_text())
    assert [cell["metadata"].get("tags") for cell in after["cells"]] == [
        None,
        ["parameters"],
        ["step:make"],
        ["step:make"],
    ]
    assert after["metadata"]["promote"]["steps"] == {
        "make": {"resources": {"cpus": 2, "memory": "4 GB"}}
    }
    assert [cell["source"] for cell in after["cells"]] == [
        cell["source"] for cell in before["cells"]
    ]
    assert list(Path(file).parent.iterdir()) == [file]


def test_merge_of_a_step_that_is_not_there_lists_those_that_are(file, capsys):
    assert main(["merge", str(file), "make", "fit", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["hint"]) == ("not_found", "There are: make, sum-up.")


def test_learn_writes_beside_what_the_settings_say_already(file, capsys):
    before = json.loads(file.read_text())["metadata"]["promote"]["steps"]
    for words in (["--changes", "make", "df"], ["--changes", "make", "cfg", "df"]):
        assert main(["learn", str(file), *words, "--json"]) == 0
    assert main(["learn", str(file), "--shared", "a", "b"]) == 0
    after = json.loads(file.read_text())["metadata"]["promote"]
    assert after["shared"] == [["a", "b"]]
    assert after["steps"] == {
        **before,
        "make": {**before.get("make", {}), "changes": ["cfg", "df"]},
    }
    capsys.readouterr()
    assert main(["learn", str(file), "--changes", "fit", "df", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["hint"] == "There are: make, sum-up."
