"""`verify` finds a wrong value that no cell prints, and says where it came in."""

from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.pipeline import Pipeline, StepInput
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.worker.verify import Verdict, verify_pipeline
from jupyterlab_promote.worker.verify_chance import random_names, unfilled
from jupyterlab_promote.worker.verify_compare import (
    Divergence,
    Sides,
    compare_cells,
    compare_variables,
    divergences,
)
from jupyterlab_promote.worker.watched import Watched

CELLS = (
    (
        "load",
        "import time\nrows = [3, 1, 2]\nwords = {'b', 'a', ('c', 1)}\nbegan = time.time_ns()\n"
        "letters = (letter for letter in 'abc')\ndef first(some):\n    return some[0]",
    ),
    ("clean", "rows.sort()"),
    ("use", "top = first(rows)"),
    ("use", "shown = f'{top}.'"),
)


def _notebook(code: Iterable[tuple[str, str]] = CELLS) -> Notebook:
    cells = []
    for index, (step, source) in enumerate(code):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:{step}"]})
        cell["id"] = f"c{index}"
        cells.append(cell)
    return read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))


def _without_the_change(pipeline: Pipeline) -> Pipeline:
    """The pipeline as it would be if nobody had seen that `clean` changes `rows`."""
    given = StepInput(step="load", names=("rows", "first"))
    steps = tuple(
        step.model_copy(update={"inputs": (given,)}) if step.name == "use" else step
        for step in pipeline.steps
    )
    return pipeline.model_copy(update={"steps": steps})


def _verified(
    nb: Notebook,
    folder: Path,
    pipeline: Pipeline | None = None,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> Verdict:
    """What verify says of a notebook in a folder, cut as it is tagged unless a pipeline is given."""
    return verify_pipeline(
        nb,
        pipeline or plan(analyse(nb), nb, name="verified"),
        folder=folder,
        context=Context(),
        store=open_store(folder / "store"),
        seed=0,
        tell=tell,
    )


def test_a_wrong_value_that_no_cell_prints_is_found_with_the_cell_where_it_came_in(
    tmp_path: Path,
) -> None:
    nb = _notebook()
    # Credentials beside the notebook never travel, also not into these runs.
    for name in ("secret.json", "keys/id_rsa", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    verdict = verify_pipeline(
        nb,
        _without_the_change(plan(analyse(nb), nb, name="wrong")),
        folder=tmp_path,
        context=Context(files=frozenset({"secret.json", "keys/id_rsa", "notes.txt"})),
        store=open_store(tmp_path / "store"),
        seed=0,
        tell=lambda _: None,
    )
    assert {cell.verdict for cell in verdict.cells} == {"equal"}
    assert {variable.name: variable.verdict for variable in verdict.variables} == {
        "began": "nondeterministic",
        "first": "equal",
        "letters": "not_compared",
        "rows": "equal",
        "shown": "different",
        "top": "different",
        "words": "equal",
    }
    assert verdict.first == Divergence("rows", "c2", 2, "use")
    assert (verdict.equal, verdict.message) == (
        False,
        "Variable `rows` first differs after cell 3 (step `use`).",
    )
    assert {v.name: str(v.first) for v in verdict.variables if v.verdict == "different"} == {
        "top": "Variable `top` first differs after cell 3 (step `use`).",
        "shown": "Variable `shown` first differs after cell 4 (step `use`).",
    }
    assert verdict.notes == (
        "Variables that were not compared: `letters` (a generator).",
        "Variables that differ in each run, also from top to bottom: `began`.",
    )


def test_two_linear_runs_that_agree_by_chance_do_not_make_the_split_run_a_different_one(
    tmp_path: Path,
) -> None:
    # What comes of a draw from few outcomes: the first two runs get the same, each later one something else.
    drawn = (
        f"import pathlib\ncounted = pathlib.Path({str(tmp_path / 'counted')!r})\n"
        "with counted.open('a') as file:\n    file.write('|')\n"
        "draw = max(2, len(counted.read_text()))"
    )
    nb = _notebook([("load", drawn), ("use", "print(draw)\ntop = draw + 1")])
    told: list[str] = []
    verdict = _verified(nb, tmp_path, tell=told.append)
    assert [line.partition(":")[0] for line in told] == [
        "linear-1",
        "linear-2",
        "split",
        "linear-3",
    ]
    assert (verdict.equal, verdict.message) == (True, "")
    assert [cell.verdict for cell in verdict.cells] == ["equal", "nondeterministic"]
    found = {variable.name: variable.verdict for variable in verdict.variables}
    assert (found["draw"], found["top"]) == ("nondeterministic", "nondeterministic")


def test_what_only_seems_to_differ_by_chance_is_found_by_several_runs(tmp_path: Path) -> None:
    # The number of the process is another one in each run, and what is printed of it hangs on the split alone.
    nb = _notebook([("load", "import os\nfirst = os.getpid()"), ("use", "os.getpid() == first")])
    told: list[str] = []
    verdict = _verified(nb, tmp_path, tell=told.append)
    assert [line.partition(":")[0] for line in told] == [
        "linear-1",
        "linear-2",
        "split",
        "linear-3",
        "split-2",
        "linear-4",
        "split-3",
        "linear-5",
    ]
    assert [cell.verdict for cell in verdict.cells] == ["equal", "different"]
    assert verdict.message.startswith("Cell 2 (step `use`) says something else in the split run.")


def test_a_split_run_that_once_says_what_the_linear_runs_say_differs_by_chance(
    tmp_path: Path,
) -> None:
    # Runs are counted: linear ones are the first, second and fourth, split ones the third, and the fifth, which agrees.
    asked = (
        f"import os, pathlib\ncounted = pathlib.Path({str(tmp_path / 'counted')!r})\n"
        "with counted.open('a') as file:\n    file.write('|')\n"
        "runs = len(counted.read_text())"
    )
    nb = _notebook([("load", asked), ("use", "print(runs == 3)")])
    verdict = _verified(nb, tmp_path)
    assert (verdict.equal, verdict.message) == (True, "")


def test_a_step_that_only_the_split_run_stops_is_told_with_what_to_do(tmp_path: Path) -> None:
    hidden = "box = type('Box', (), {})()\nsetattr(box, 'rows', (row for row in 'abc'))"
    nb = _notebook([("load", hidden), ("use", "print(next(box.rows))")])
    verdict = _verified(nb, tmp_path)
    assert not verdict.equal
    assert verdict.message.startswith("Step `load` fails in the split run only: ")
    assert "generator" in verdict.message
    assert "erge" in verdict.message


def test_what_hangs_on_a_random_value_is_not_compared_though_two_runs_say_the_same() -> None:
    nb = _notebook()
    found = compare_cells(
        nb,
        plan(analyse(nb), nb, name="chance"),
        [{"c1": ["True"], "c2": ["False"]}] * 2,
        {"c0": [""], "c1": ["False"], "c2": ["True"], "c3": [""]},
        drawn=([{}, {}], {}),
        behind=(),
        random=random_names(
            nb,
            (
                Watched({"c1": {"rows": "#1"}, "c2": {"rows": "#3"}}),
                Watched({"c1": {"rows": "#2"}, "c2": {"rows": "#3"}}),
            ),
        ),
    )
    assert [cell.verdict for cell in found] == ["equal", "nondeterministic", "different", "equal"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("np.empty((3, 3))", {"_"}),
        ("%precision 3\nnumpy.empty([2, 3]) + 2", {"_"}),
        ("a = np.empty(3)", {"a"}),
        ("a = np.empty(3); b = 1\nprint(a, b)", {"_", "a"}),
        ("a = np.empty(3); b = 1\nb", {"a"}),
        ("a = np.empty(3)\na[:] = 0\na", set()),
        ("a = np.empty(3)\nfor i in range(3): a[i] = i\nprint(a)", set()),
        ("a = np.empty(3)\nrng.random(out=a)", set()),
        ("a = np.empty(3)\nnp.copyto(a, rows)\nprint(a)", set()),
        ("a = np.empty(3)\na.fill(x)", set()),
        ("a = np.empty(3); b = a\nb[:] = rows\na", set()),
        ("a = scale(np.empty(3), rows)", set()),
        ("print(total(rows, np.empty(3)))", set()),
        ("np.zeros(3)", set()),
    ],
)
def test_memory_that_nobody_filled_is_by_chance_what_it_is(source: str, names: set[str]) -> None:
    assert unfilled(source) == names


def test_a_cell_that_shows_memory_that_nobody_filled_is_not_called_different() -> None:
    nb = _notebook([("load", "import numpy as np"), ("use", "np.empty(3)"), ("end", "np.ones(3)")])
    found = compare_cells(
        nb,
        plan(analyse(nb), nb, name="empty"),
        [{"c1": ["0.1"], "c2": ["1"]}] * 2,
        {"c0": [""], "c1": ["0.2"], "c2": ["2"]},
        drawn=([{}, {}], {}),
        behind=(),
        random={},
    )
    assert [cell.verdict for cell in found] == ["equal", "nondeterministic", "different"]


def test_a_chart_with_other_numbers_is_different_unless_two_linear_runs_differ_in_it() -> None:
    nb = _notebook([("load", "1"), ("use", "2"), ("end", "3")])
    same: dict[str, list[str]] = {"c0": [""], "c1": ["<Chart>"], "c2": ["<Chart>"]}
    found = compare_cells(
        nb,
        plan(analyse(nb), nb, name="charts"),
        [same, same],
        same,
        drawn=(
            [{"c1": ["1"], "c2": ["7"]}, {"c1": ["1"], "c2": ["8"]}],
            {"c1": ["2"], "c2": ["9"]},
        ),
        behind=(),
        random={},
    )
    assert [cell.verdict for cell in found] == ["equal", "different", "equal"]
    assert (found[1].linear, found[1].split) == ("1", "2")


def test_a_table_with_a_style_is_compared_by_what_it_shows(tmp_path: Path) -> None:
    table = "import pandas as pd\ndf = pd.DataFrame({'a': [1.5, 2]})"
    chance = "import os\nstyled = df.style.format(str(os.getpid()))\nstyled"
    steps = [("load", table), ("same", "df.style.highlight_max()"), ("use", chance)]
    verdict = _verified(_notebook(steps), tmp_path)
    assert (verdict.equal, verdict.message) == (True, "")


def test_a_variable_that_hangs_on_a_random_one_is_not_called_different() -> None:
    nb = _notebook()
    pipeline = plan(analyse(nb), nb, name="chance")
    cells = {
        "c0": {"rows": "=1"},
        "c2": {"top": "=1", "rows": "=1"},
        "c3": {"shown": "=1", "top": "=1"},
    }
    end = {"rows": "=1", "top": "=1", "shown": "=1"}
    other = {name: {**known} for name, known in cells.items()}
    other["c2"]["rows"] = "=2"
    wrong = Watched({"c2": {"top": "=9"}, "c3": {"shown": "=9"}}, {"top": "=9", "shown": "=9"})

    def verdicts(second: Watched) -> dict[str, str]:
        sides = Sides(
            linear=(Watched(cells, end), second),
            split={"load": Watched({}, {"rows": "=1"}), "clean": Watched(), "use": wrong},
            givers={"top": "use", "shown": "use", "rows": "load"},
            outside=(),
        )
        assert bool(list(divergences(nb, pipeline, sides))) == (second.cells == cells)
        return {v.name: v.verdict for v in compare_variables(nb, pipeline, sides)}

    assert verdicts(Watched(cells, end)) == {
        "rows": "equal",
        "shown": "different",
        "top": "different",
    }
    assert verdicts(Watched(other, end)) == {
        "rows": "equal",
        "shown": "nondeterministic",
        "top": "nondeterministic",
    }


def test_a_random_value_that_takes_too_long_to_be_read_is_random_as_it_is_next_known() -> None:
    nb, late = _notebook(), "?it would take too long"
    pipeline = plan(analyse(nb), nb, name="late")
    cells = {
        "c0": {"rows": late},
        "c2": {"top": late, "rows": late},
        "c3": {"shown": "=1", "top": late},
    }

    def verdicts(*rows: str) -> dict[str, str]:
        ends = [{"rows": known, "top": "=1", "shown": "=1"} for known in rows]
        wrong = Watched(
            {"c2": {"top": late}, "c3": {"shown": "=9", "top": late}}, {"top": "=9", "shown": "=9"}
        )
        sides = Sides(
            linear=(Watched(cells, ends[0]), Watched(cells, ends[1])),
            split={"load": Watched({}, {"rows": "=1"}), "clean": Watched(), "use": wrong},
            givers={"top": "use", "shown": "use", "rows": "load"},
            outside=(),
        )
        return {v.name: v.verdict for v in compare_variables(nb, pipeline, sides)}

    assert verdicts("=1", "=1") == {"rows": "equal", "shown": "different", "top": "different"}
    assert set(verdicts("=1", "=2").values()) == {"nondeterministic"}


def test_the_values_of_a_step_are_taken_after_its_last_cell_though_that_runs_again_elsewhere(
    tmp_path: Path,
) -> None:
    sources = ("point = (1, 2)", "print(point)", "point = (1, 2, 3)", "print(point)")
    steps = ("first", "first", "first", "second")
    cells = []
    for index, (step, source) in enumerate(zip(steps, sources, strict=True)):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:{step}"]})
        cell["id"] = f"c{index}"
        cells.append(cell)
    del cells[0].metadata["tags"], cells[1].metadata["tags"], cells[2].metadata["tags"]
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))
    pipeline = plan(analyse(nb), nb, name="again")
    assert pipeline.steps[0].replay[-1] == "c2"
    verdict = _verified(nb, tmp_path, pipeline)
    assert (verdict.equal, verdict.message) == (True, "")


def test_a_name_that_a_later_step_imports_from_elsewhere_is_compared_as_it_is_at_the_end() -> None:
    sources = ("from math import cos", "print(cos(0))", "from cmath import cos", "print(cos(0))")
    cells = []
    for index, source in enumerate(sources):
        tags = [f"step:{'early' if index < 2 else 'late'}"]
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": tags})
        cell["id"] = f"c{index}"
        cells.append(cell)
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))
    linear = Watched({}, {"cos": "=of cmath"})

    def verdict(late: str) -> str:
        split = {"early": Watched({}, {"cos": "=of math"}), "late": Watched({}, {"cos": late})}
        sides = Sides(linear=(linear, linear), split=split, givers={"cos": ""}, outside=())
        (found,) = compare_variables(nb, plan(analyse(nb), nb, name="cos"), sides)
        return found.verdict

    assert (verdict("=of cmath"), verdict("=of math")) == ("equal", "different")


def test_a_widget_goes_on_in_later_steps_with_those_who_observe_it(tmp_path: Path) -> None:
    pytest.importorskip("ipywidgets")
    nb = _notebook(
        (
            ("make", "import ipywidgets\nw = ipywidgets.IntSlider(value=3)\nw"),
            ("set", "seen = []\nw.observe(lambda c: seen.append(c.new), names='value')"),
            ("set", "box = ipywidgets.HBox([w, ipywidgets.Button(description='go')])\nbox"),
            ("use", "w.value = 7\nprint(w.value, seen, box.children[0] is w)\nbox"),
        )
    )
    assert _verified(nb, tmp_path).equal


def test_a_widget_that_takes_what_is_printed_stops_its_step_with_the_reason(tmp_path: Path) -> None:
    pytest.importorskip("ipywidgets")
    code = (("make", "import ipywidgets\nout = ipywidgets.Output()"), ("use", "print(out)"))
    said = _verified(_notebook(code), tmp_path).message
    assert "what is printed into an Output widget" in said
