"""`jupyter promote run` with cached steps."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_promote.cli.main import main

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    notebook = nbformat.v4.new_notebook()
    for step, source in {"load": "x = [1, 2]", "show": "print(sum(x))"}.items():
        tags = {"tags": [f"step:{step}"]}
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=step, metadata=tags))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    steps = {"load": {"cache": True}, "show": {"cache": True}}
    notebook.metadata.update({"kernelspec": kernel, "promote": {"steps": steps}})
    nbformat.write(notebook, tmp_path / "nb.ipynb")

    def type_in(*words: str) -> dict[str, Any]:
        command = ["run", "--json", str(tmp_path / "nb.ipynb"), "--store", str(tmp_path / "store")]
        assert main([*command, *words]) == 0, capsys.readouterr()
        told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return told

    return type_in


def test_a_second_run_shows_which_run_made_its_results_unless_it_may_not(run) -> None:
    first = run("--run-id", "one", "--steps", "load", "--no-cache")
    second = run("--run-id", "two")
    assert [step["cached_from"] for step in first["steps"]] == [None]
    assert [step["cached_from"] for step in second["steps"]] == ["one", None]
    whole = json.loads(Path(second["whole"]).read_text())
    assert "".join(whole["cells"][1]["outputs"][0]["text"]) == "3\n"
