"""What functions of the notebook's own modules do to values, told from their sources."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import Notebook

Make = Callable[..., Notebook]
Received = dict[str, dict[str, tuple[str, ...]]]

HELPERS = """
import time
from functools import cache, lru_cache
import numpy as np
import pandas as pd
from inner.tables import doubled

LIMIT = 3
NAMES = {"a": "first"}
found = []

def clean(df):
    return shortened(df.dropna())

def shortened(df):
    return df[df["a"] < LIMIT].rename(columns=NAMES)

def mark(df):
    df["q"] = LIMIT

def twice(df):
    return doubled(df)

def column(df):
    return df["a"]

def note(text):
    found.append(text)

def notes():
    return found

def draw():
    return np.random.rand(2)

def saved(df, path):
    df.to_csv("out.csv")

def once(function):
    given = []
    def inner(*arguments):
        if not given:
            given.append(function(*arguments))
        return given[0]
    return inner

@once
def settings():
    return {"a": 1}

@cache
def loaded(name):
    return [name]

def parse(name):
    return [name]

fast = lru_cache(maxsize=9)(parse)

def timed(function):
    def inner(*arguments):
        begin = time.time()
        print(time.time() - begin)
        return function(*arguments)
    return inner

@timed
def slow():
    return 1

class Marker:
    def transform(self, df):
        df["m"] = 1
        return df
"""
TABLES = "made = []\ndef doubled(df):\n    return df * 2\ndef kept(df):\n    made.append(df)\n"


def _analysed(notebook: Make, *steps: str) -> Analysis:
    sources = {"helpers": HELPERS, "inner/tables": TABLES}
    there = {"helpers": "helpers.py", "inner": "inner", "inner/tables": "inner/tables.py"}
    context = Context(files=frozenset(), local_modules=there, module_sources=sources)
    imports = "import helpers\nimport pandas as pd"
    cells = [(f"step:s{index}", source) for index, source in enumerate(steps)]
    return analyse(notebook(imports, *cells), context=context)


def _received(analysis: Analysis) -> Received:
    return {
        step.name: {given.step: tuple(sorted(given.names)) for given in step.inputs}
        for step in analysis.steps
    }


def _said(analysis: Analysis) -> list[tuple[str, str | None]]:
    return [(f.code, f.name) for f in analysis.findings if f.severity != "info"]


FRAME = "df = pd.DataFrame({'a': [1, 2]})"


@pytest.mark.parametrize("function", ["clean", "twice", "shortened"])
def test_steps_that_call_what_changes_nothing_run_beside_each_other(
    function: str, notebook: Make
) -> None:
    call = f"helpers.{function}(df)"
    found = _analysed(notebook, FRAME, f"x = {call}", f"y = {call}", "print(x, y)")
    assert _received(found) == {
        "s0": {},
        "s1": {"s0": ("df",)},
        "s2": {"s0": ("df",)},
        "s3": {"s1": ("x",), "s2": ("y",)},
    }
    assert _said(found) == []


@pytest.mark.parametrize(
    "call",
    [
        "helpers.mark(df)",
        "helpers.Marker().transform(df)",
        "f = helpers.mark\nf(df)",
        "df.pipe(helpers.mark)",
        "c = helpers.column(df)\nc[0] = 9",
    ],
)
def test_a_function_that_changes_what_it_is_given_changes_it_for_later_steps(
    call: str, notebook: Make
) -> None:
    found = _analysed(notebook, FRAME, call, "print(df)")
    assert _received(found)["s2"] == {"s1": ("df",)}


@pytest.mark.parametrize(
    ("change", "reading"),
    [
        ("helpers.note('x')", "print(helpers.notes())"),
        ("helpers.notes().append('x')", "print(helpers.found)"),
        ("helpers.found.append('x')", "print(helpers.notes())"),
        ("helpers.NAMES['b'] = 'second'", "helpers.clean(pd.DataFrame())"),
        ("from helpers import found\nfound.append('x')", "print(found)"),
    ],
)
def test_what_a_module_keeps_goes_to_later_steps_when_a_step_changes_it(
    change: str, reading: str, notebook: Make
) -> None:
    changed = _analysed(notebook, change, reading)
    assert _said(changed) == []
    assert "module:helpers" in _received(changed)["s1"]["s0"]
    earlier = _analysed(notebook, f"from helpers import found\n{reading}", change)
    assert all("module:helpers" not in given for given in _received(earlier)["s1"].values())


@pytest.mark.parametrize(
    ("call", "remembered"),
    [
        ("helpers.settings()", True),
        ("from helpers import loaded\nloaded('a')", True),
        ("helpers.fast('a')", True),
        ("helpers.slow()", False),
    ],
)
def test_what_a_module_remembers_of_a_call_goes_to_later_steps(
    call: str, remembered: bool, notebook: Make
) -> None:
    received = _received(_analysed(notebook, call, f"print(1)\n{call}"))
    assert ("module:helpers" in received["s1"].get("s0", ())) is remembered


@pytest.mark.parametrize(
    "change",
    [
        "helpers.limit = len('abc')",
        "if len('abc'):\n    helpers.limit = 3",
        "helpers.limit += 1",
        "def give(n):\n    helpers.limit = n\ngive(3)",
        "helpers.notes = print",
        "helpers.limit, x = 1, 2",
    ],
)
def test_what_the_notebook_gives_a_module_goes_to_later_steps(change: str, notebook: Make) -> None:
    found = _analysed(notebook, change, "print(helpers.limit)")
    assert _said(found) == []
    assert "module:helpers" in _received(found)["s1"]["s0"]


def test_what_the_notebook_gives_a_class_of_a_module_does_not(notebook: Make) -> None:
    found = _analysed(notebook, "helpers.Marker.transform = lambda s, d: d", "helpers.Marker()")
    assert _said(found) == [("PRM205", "helpers.Marker.transform")]


def test_modules_that_may_change_with_another_one_go_along(notebook: Make) -> None:
    received = _received(_analysed(notebook, "helpers.note('x')", "print(helpers.notes())"))
    assert {"module:helpers", "module:inner/tables"} <= set(received["s1"]["s0"])
    unchanged = _received(_analysed(notebook, "print(helpers.notes)", "print(helpers.notes())"))
    assert not unchanged["s1"]


@pytest.mark.parametrize(
    ("cells", "watched"),
    [
        (("x = 1", "print(helpers.notes())"), ["helpers", "inner/tables"]),
        (("x = helpers.Marker()", "x.transform(1)"), ["helpers", "inner/tables"]),
        (("x = helpers.notes()", "print(1)"), []),
        (("helpers.limit = 1", "print(helpers.notes())"), ["inner/tables"]),
    ],
)
def test_what_modules_keep_that_later_steps_use_is_watched(
    cells: tuple[str, ...], watched: list[str], notebook: Make
) -> None:
    steps = _analysed(notebook, *cells).steps
    assert [list(step.watched) for step in steps] == [watched, []]


def test_a_module_that_a_line_sets_is_watched_up_to_that_line(notebook: Make) -> None:
    cells = ("x = 1", "helpers.limit = 1", "print(helpers.notes())")
    steps = _analysed(notebook, *cells).steps
    assert [list(step.watched) for step in steps] == [
        ["helpers", "inner/tables"],
        ["inner/tables"],
        [],
    ]


def test_what_a_run_learned_of_a_module_is_handed_on(notebook: Make) -> None:
    nb = notebook("import helpers", ("step:s0", "x = 1"), ("step:s1", "print(helpers.notes())"))
    settings = {"steps": {"s0": {"changes": ["module:helpers"]}}}
    told = replace(nb, metadata={**nb.metadata, "promote": settings})
    context = Context(
        files=frozenset(),
        local_modules={"helpers": "helpers.py"},
        module_sources={"helpers": HELPERS},
    )
    assert _received(analyse(told, context=context))["s1"] == {"s0": ("module:helpers",)}


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("seen = helpers.found", "seen"),
        ("seen = [helpers.notes()]", "seen"),
        ("rows = [1]\nhelpers.found.append(rows)", "rows"),
        ("@helpers.note\ndef told():\n    return limit\nlimit = 3", "told"),
    ],
)
def test_what_leads_to_what_a_module_keeps_travels_in_one_stream_with_it(
    made: str, name: str, notebook: Make
) -> None:
    found = _analysed(notebook, f"{made}\nhelpers.note('x')", f"print(helpers.notes(), {name})")
    assert _said(found) == []
    together = next(group for group in found.steps[0].outputs if "module:helpers" in group)
    assert name in together
    assert {name, "module:helpers"} <= set(_received(found)["s1"]["s0"])


def test_what_a_function_that_a_module_keeps_looks_up_is_there_for_who_calls_it(
    notebook: Make,
) -> None:
    defined = "limit = 3\n@helpers.note\ndef told():\n    return limit"
    found = _analysed(notebook, defined, "print(helpers.notes()[0]())")
    assert {"limit", "module:helpers"} <= set(_received(found)["s1"]["s0"])


def test_what_was_taken_from_a_module_in_an_earlier_step_is_the_modules_own(notebook: Make) -> None:
    found = _analysed(notebook, "seen = helpers.found", "seen.append(1)\nprint(helpers.found)")
    assert _said(found) == []
    assert ("module:helpers", "seen") in found.steps[0].outputs


def test_generators_and_files_that_functions_use_order_the_steps(notebook: Make) -> None:
    drawing = _analysed(
        notebook, "import numpy as np\nnp.random.seed(0)", "helpers.draw()", "helpers.draw()"
    )
    assert _received(drawing)["s2"] == {"s1": ("rng:numpy",)}
    writing = _analysed(
        notebook, f"{FRAME}\nhelpers.saved(df, 'x')", "print(open('out.csv').read())"
    )
    assert [(e.source, e.target) for e in writing.edges] == [("s0", "s1")]


def test_a_module_whose_functions_the_notebook_replaces_is_not_what_its_file_says(
    notebook: Make,
) -> None:
    found = _analysed(
        notebook,
        f"helpers.clean = helpers.mark\n{FRAME}\nhelpers.clean(df)",
        "helpers.clean(df)",
        "print(df)",
    )
    assert _received(found)["s2"]["s1"][0] == "df"
