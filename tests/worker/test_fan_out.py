"""Steps that run once for each item, without Airflow: `jupyter promote run` and `verify`, as a person types them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_promote.cli.main import main
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import Outcome
from jupyterlab_promote.store.attempts import attempts
from jupyterlab_promote.store.items import count_items
from jupyterlab_promote.store.runs import ref_of
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import get_manifest
from jupyterlab_promote.worker.ray_run import finished_before

CELLS = {
    "parameters": "weights: list = [1]",
    "step:load": "cities = ['Oslo', 'Rome', 'Bonn']\nnobody = []\ncity = 'Oslo'\nweight = person = each = 1\nprint(city)",
    "step:measure": "assert city != 'Rome', 'no data'\nletters = len(city)\nprint(letters)",
    "step:double": "twice = each * 2",
    "step:weigh": "heavy = weight + 1",
    "step:empty": "gone = person",
    "step:show": "print(letters, twice, heavy, gone)",
}
MAPS = {
    "measure": {"over": "cities", "item": "city", "collect": ["letters"], "when": "all_done"},
    "double": {"over": "letters", "item": "each", "collect": ["twice"]},
    "weigh": {"over": "weights", "item": "weight", "collect": ["heavy"]},
    "empty": {"over": "nobody", "item": "person", "collect": ["gone"]},
}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.chdir(tmp_path)

    def at(cells: dict[str, str], maps: dict[str, Any]) -> str:
        notebook = nbformat.v4.new_notebook()
        for number, (tag, source) in enumerate(cells.items()):
            cell = nbformat.v4.new_code_cell(source, id=f"c{number}", metadata={"tags": [tag]})
            notebook.cells.append(cell)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        steps = {name: {"map_over": over} for name, over in maps.items()}
        notebook.metadata.update({"kernelspec": kernel, "promote": {"steps": steps}})
        nbformat.write(notebook, tmp_path / "fan.ipynb")
        return "fan.ipynb"

    return at


@pytest.fixture
def type_in(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def run(*words: str, code: int = 0) -> Any:
        assert main([words[0], "--json", *words[1:]]) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def printed(file: str, cell: str) -> str:
    notebook = nbformat.read(file, as_version=4)
    found = next(each for each in notebook.cells if each["id"] == cell)
    return "".join(output["text"] for output in found["outputs"] if "text" in output)


@pytest.mark.ray
@pytest.mark.timeout(600)
def test_a_run_here_makes_one_run_of_a_step_for_each_item(write, type_in) -> None:
    file = write(CELLS, MAPS)
    run = type_in("run", file, "--store", str(Path.cwd() / "store"), "-p", "weights", "[5, 7]")
    items = {s["name"]: [i["state"] for i in s.get("items", ())] for s in run["steps"]}
    assert items == {
        "load": [],
        "measure": ["success", "failed", "success"],
        "double": ["success", "success"],
        "weigh": ["success", "success"],
        "empty": [],
        "show": [],
    }
    assert printed(run["whole"], "c6") == "[4, 4] [8, 8] [6, 8] []\n"
    store = open_store(Path.cwd() / "store")
    outcomes: dict[str, dict[int, Outcome]] = {}
    for attempt in attempts(store, "fan", run["run_id"]):
        outcomes.setdefault(attempt.step, {})[attempt.map_index] = attempt.outcome
    manifest = get_manifest(store, "fan", run["version"])
    kept = finished_before(store, manifest, outcomes, parameters={"weights": [5, 7]})
    assert [name for name, ended in kept.items() if ended.usable] == list(items)
    more = finished_before(store, manifest, outcomes, parameters={"weights": [5, 7, 9]})
    assert set(items) - set(more) == {"weigh"}


@pytest.mark.timeout(600)
def test_verify_compares_the_items_with_the_one_that_the_notebook_runs(write, type_in) -> None:
    cells = {tag: CELLS[tag] for tag in ("step:load", "step:measure")}
    cells["step:show"] = "print(sum(letters))"
    cells["step:apart"] = "print(cities)"
    verdict = type_in("verify", write(cells, {"measure": MAPS["measure"]}))
    assert {c["step"]: c["verdict"] for c in verdict["cells"]} == {
        "load": "equal",
        "measure": "equal",
        "show": "not_compared",
        "apart": "equal",
    }
    assert verdict["notes"] == [
        "Step `measure` ran for 3 elements of `cities`; from top to bottom it runs once, "
        "with the notebook's own `city`.",
        "Not compared, because they build on what was collected: `show`.",
    ]


def test_a_frame_gives_its_columns_and_a_set_is_refused_because_it_has_no_order(bench) -> None:
    load = (
        "import pandas\nframe = pandas.DataFrame({'a': [1, 2, 3], 'b': [4, 5, 6]})\n"
        "names = {'x', 'y'}\nname = 'a'"
    )
    over = {"over": "frame", "item": "name"}
    settings = {
        "steps": {"each": {"map_over": over}, "none": {"map_over": {**over, "over": "names"}}}
    }
    bench.publish({"load": [load], "each": ["print(name)"], "none": ["name"]}, settings=settings)
    left = [ref_of(bench.run("load"))]
    each, none = bench.manifest.step("each"), bench.manifest.step("none")
    assert count_items(bench.store, each, mapped=False, given=left, parameters={}) == 2
    with pytest.raises(InvalidInput, match="nothing whose elements have an order"):
        count_items(bench.store, none, mapped=False, given=left, parameters={})
    second = bench.executed(bench.run("each", map_index=1))
    assert second["each-0"]["outputs"][0]["text"] == "b\n"
