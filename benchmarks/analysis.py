"""The analysis of a 500-cell notebook, from nothing and after one edit, beside `ast.parse` of the same cells.

Four notebooks without two equal cells. `analysis_full_ms` and `analysis_edit_ms` have 9,500 lines of one form,
in which every step stands alone; `analysis_written_...` have the cells of the notebooks that the tests run, with
tables, models, figures, files and functions, whose names go from cell to cell; `analysis_usual_...` have 3,100 lines in
cells of six lines, as short notebooks have them, most of which need earlier ones; `analysis_long_...` have the same
with short cells between them, in the sizes that notebooks of hundreds of cells have (`usual_notebook.py`).
"""

import ast
import itertools
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.run import Result, result
from benchmarks.usual_notebook import long_cells, usual_cells
from tests.equivalence.percent import read_percent

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.dataflow.rules.hidden_names import uses_any_name
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.source import python_cell

CELLS = 500
STEPS = 25
REPETITIONS = 5
_NOTEBOOKS = Path(__file__).parents[1] / "tests" / "equivalence" / "notebooks"


def _of_one_form() -> Iterator[str]:
    for index in range(CELLS):
        lines = [f"v{index}_{line} = [{line}, len(str({index}))]" for line in range(15)]
        lines += [
            f"def f{index}(x):",
            f"    y = x + v{index}_0[0]",
            "    return y",
            f"v{index}_1.append(f{index}(1))",
        ]
        yield "\n".join(lines)


def _written() -> Iterator[str]:
    """The cells of one notebook after the other, again from the first one under names of their own."""
    read = [read_percent(path)[0]["cells"] for path in sorted(_NOTEBOOKS.glob("*.py"))]
    notebooks = [[c["source"] for c in cells if c["cell_type"] == "code"] for cells in read]
    for chapter in itertools.count():
        for sources in itertools.filterfalse(_names_unknown, notebooks):
            names = {n for source in sources for n in _own_names(source)}
            own = re.compile(rf"\b({'|'.join(sorted(names))})\b")
            yield from (own.sub(rf"\1_{chapter}", f"# {chapter}\n{source}") for source in sources)


def _names_unknown(sources: list[str]) -> bool:
    """Whether every value would travel, with which a whole notebook is quickly done."""
    return any(map(uses_any_name, sources))


def _own_names(source: str) -> set[str]:
    names = cell_names(source)[1]
    return names.binds.keys() - names.imports.keys()


def _content(sources: Iterator[str]) -> dict[str, Any]:
    cells = [
        {
            "id": f"c{index}",
            "cell_type": "code",
            "metadata": {
                "tags": [f"step:s{index // (CELLS // STEPS)}"]
                if index % (CELLS // STEPS) == 0
                else []
            },
            "source": source,
            "outputs": [],
        }
        for index, source in enumerate(itertools.islice(sources, CELLS))
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _parse_milliseconds(nb: Notebook) -> float:
    began = time.perf_counter()
    for cell in nb.cells:
        ast.parse(python_cell(cell.source).python)
    return 1000 * (time.perf_counter() - began)


def _forget() -> None:
    """Nothing that was read before is kept."""
    ours = [m for name, m in sys.modules.copy().items() if name.startswith("jupyterlab_promote.")]
    for kept in (value for module in ours for value in vars(module).values()):
        if isinstance(kept, type(python_cell)):
            kept.cache_clear()


def _full(sources: Iterator[str]) -> Result:
    """From nothing: no cell was seen before."""
    nb = read_notebook(_content(sources))
    ours, peers = [], []
    for _ in range(REPETITIONS):
        _forget()
        began = time.perf_counter()
        analyse(nb)
        ours.append(1000 * (time.perf_counter() - began))
        peers.append(_parse_milliseconds(nb))
    return result(ours, unit="ms", peer=peers)


def _edit(sources: Iterator[str]) -> Result:
    """After one edited cell."""
    content = _content(sources)
    analyse(read_notebook(content))
    ours, peers = [], []
    for number in range(REPETITIONS):
        content["cells"][250]["source"] += f"\nedited = {number}"
        nb = read_notebook(content)
        began = time.perf_counter()
        analyse(nb)
        ours.append(1000 * (time.perf_counter() - began))
        peers.append(_parse_milliseconds(nb))
    return result(ours, unit="ms", peer=peers)


BENCHMARKS = {
    "analysis_full_ms": lambda: _full(_of_one_form()),
    "analysis_edit_ms": lambda: _edit(_of_one_form()),
    "analysis_written_full_ms": lambda: _full(_written()),
    "analysis_written_edit_ms": lambda: _edit(_written()),
    "analysis_usual_full_ms": lambda: _full(usual_cells()),
    "analysis_usual_edit_ms": lambda: _edit(usual_cells()),
    "analysis_long_full_ms": lambda: _full(long_cells()),
    "analysis_long_edit_ms": lambda: _edit(long_cells()),
}
