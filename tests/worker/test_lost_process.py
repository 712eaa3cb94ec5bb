"""`jupyter promote run` where the machine kills the process on Ray that runs a step, as it does when memory runs out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_promote.cli.main import main

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]

IMPORTS = "import os, pathlib, signal, threading"
KILL_THE_WORKER = """
events = pathlib.Path(STORE)
while not any('cell_start' in part.read_text() for part in events.glob(EVENTS)):
    print('waits until its cell was told', flush=True)
    threading.Event().wait(0.1)
os.kill(os.getppid(), signal.SIGKILL)
threading.Event().wait()
"""


def test_a_step_whose_process_was_killed_says_so_and_in_which_cell(run) -> None:
    told = run(
        {
            "step:load": IMPORTS,
            "step:grow": f"size = 3\n{KILL_THE_WORKER}",
            "step:after": "print(size)",
        },
        events="**/grow/**/events/*",
    )

    load, grow, after = told["steps"]
    assert [load["state"], grow["state"], after["state"]] == [
        "success",
        "failed",
        "upstream_failed",
    ]
    assert (told["step"], told["cause"], told["cell_index"]) == ("grow", "infrastructure", 1)
    assert told["message"].endswith("was killed, and the step with it; it stood in cell 2.")
    assert "ran out of memory" in told["hint"]


def test_an_item_whose_process_was_killed_leaves_the_others_as_they_are(run) -> None:
    told = run(
        {
            "step:load": f"{IMPORTS}\ncities = ['Oslo', 'Rome']\ncity = 'Oslo'",
            "step:each": f"if city == 'Rome':{KILL_THE_WORKER.replace(chr(10), chr(10) + '    ')}",
        },
        events="**/each/1/**/events/*",
        each={"map_over": {"over": "cities", "item": "city"}},
    )

    oslo, rome = told["steps"][1]["items"]
    assert (oslo["state"], rome["state"]) == ("success", "failed")
    assert rome["message"].endswith("was killed, and the step with it; it stood in cell 2.")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Run steps, of which one fails, and give what the command prints."""

    def type_in(cells: dict[str, str], *, events: str, **settings: Any) -> dict[str, Any]:
        where = {"STORE": repr(str(tmp_path / "store")), "EVENTS": repr(events)}
        for name, path in where.items():
            cells = {tag: source.replace(name, path) for tag, source in cells.items()}
        path = _write(tmp_path / "killed.ipynb", cells, settings)
        assert main(["run", "--json", str(path), "--store", str(tmp_path / "store")]) == 1
        told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return told

    return type_in


def _write(path: Path, cells: dict[str, str], settings: dict[str, Any]) -> Path:
    notebook = nbformat.v4.new_notebook()
    for number, (tag, source) in enumerate(cells.items()):
        cell = nbformat.v4.new_code_cell(source, id=f"c{number}", metadata={"tags": [tag]})
        notebook.cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata.update({"kernelspec": kernel, "promote": {"steps": settings}})
    nbformat.write(notebook, path)
    return path
