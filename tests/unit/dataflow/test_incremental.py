"""What was read before may be used again, and changes nothing: an edited notebook is analysed as if it were new."""

import sys
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.source import python_cell

SOURCES = [
    "a = [1]",
    "b = a",
    "c = {'k': a, 'n': 1}",
    "a.append(len(b))",
    "c['k'].extend(b)",
    "def f(x):\n    x.append(a)\n    return x",
    "d = f(b)",
    "class K:\n    seen = []\n    def add(self, v):\n        self.seen.append(v)",
    "K().add(c)",
    "import numpy as np\nnp.random.seed(1)",
    "b = np.zeros(3)\nv = b[:2]",
    "v[:] = np.random.rand(2)",
    "open('one.txt', 'w').write(str(a))",
    "name = 'one'\ntext = open(f'{name}.txt').read()",
    "for x in range(3):\n    a = a + [x]",
    "a = 1",
    "del a",
    "print(d, undefined)",
    "%matplotlib inline",
    "exec(text)",
    "this is no python",
]
CELLS = st.lists(st.tuples(st.sampled_from(SOURCES), st.booleans()), min_size=3, max_size=8)
WAYS = ["write", "move lines", "insert", "delete", "tag"]
EDITS = st.lists(
    st.tuples(st.sampled_from(WAYS), st.integers(0, 7), st.sampled_from(SOURCES)),
    min_size=1,
    max_size=4,
)
FOLDER = Context(files=frozenset({"one.txt"}))


@settings(max_examples=40, deadline=None)
@given(cells=CELLS, edits=EDITS)
def test_after_each_edit_the_analysis_is_that_of_a_new_notebook(
    cells: list[tuple[str, bool]], edits: list[tuple[str, int, str]]
) -> None:
    for way, place, source in edits:
        _analysis(cells)
        _edit(cells, way, place % len(cells), source)
        again = _analysis(cells)
        _forget()
        assert again == _analysis(cells)


@settings(max_examples=10, deadline=None)
@given(cells=CELLS, edits=EDITS)
def test_so_it_is_of_a_long_notebook(
    cells: list[tuple[str, bool]], edits: list[tuple[str, int, str]]
) -> None:
    long = [
        (f"# {n}\n{source}", n % 2 == 0 and source == cells[0][0])
        for n in range(6)
        for source, _ in cells
    ]
    for way, place, source in edits:
        _analysis(long)
        _edit(long, way, place * 7 % len(long), source)
        again = _analysis(long)
        _forget()
        assert again == _analysis(long)


def _edit(cells: list[tuple[str, bool]], way: str, place: int, source: str) -> None:
    before, begins = cells[place]
    if way == "write":
        cells[place] = (source, begins)
    elif way == "move lines":
        cells[place] = (f"# What follows.\n{before}", begins)
    elif way == "insert":
        cells.insert(place, (source, False))
    elif way == "tag":
        cells[place] = (before, not begins)
    elif len(cells) > 1:
        del cells[place]


def _analysis(cells: list[tuple[str, bool]]) -> Analysis:
    return analyse(read_notebook(_notebook(cells)), context=FOLDER)


def _notebook(cells: list[tuple[str, bool]]) -> dict[str, Any]:
    made = [
        {
            "id": f"c{number}",
            "cell_type": "code",
            "metadata": {"tags": [f"step:s{number}"] if begins else []},
            "source": source,
            "outputs": [],
        }
        for number, (source, begins) in enumerate(cells)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}


def _forget() -> None:
    ours = ("jupyterlab_promote.dataflow.", "jupyterlab_promote.notebook.")
    modules = [module for name, module in sys.modules.copy().items() if name.startswith(ours)]
    for kept in (value for module in modules for value in vars(module).values()):
        if isinstance(kept, type(python_cell)):
            kept.cache_clear()
