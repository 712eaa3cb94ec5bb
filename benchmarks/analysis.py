"""The analysis of a 500-cell notebook, from nothing and after one edit, beside `ast.parse` of the same cells."""

import ast
import sys
import time
from typing import Any

from benchmarks.run import Result, result

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.source import python_cell

CELLS = 500
STEPS = 25
REPETITIONS = 5


def _content() -> dict[str, Any]:
    cells = []
    for index in range(CELLS):
        lines = [f"v{index}_{line} = [{line}, len(str({index}))]" for line in range(15)]
        lines += [
            f"def f{index}(x):",
            f"    y = x + v{index}_0[0]",
            "    return y",
            f"v{index}_1.append(f{index}(1))",
        ]
        tags = [f"step:s{index // (CELLS // STEPS)}"] if index % (CELLS // STEPS) == 0 else []
        source = "\n".join(lines)
        cells.append(
            {
                "id": f"c{index}",
                "cell_type": "code",
                "metadata": {"tags": tags},
                "source": source,
                "outputs": [],
            }
        )
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _parse_milliseconds(nb: Notebook) -> float:
    began = time.perf_counter()
    for cell in nb.cells:
        ast.parse(cell.source)
    return 1000 * (time.perf_counter() - began)


def _forget() -> None:
    """Nothing that was read before is kept."""
    ours = [m for name, m in sys.modules.copy().items() if name.startswith("jupyterlab_promote.")]
    for kept in (value for module in ours for value in vars(module).values()):
        if isinstance(kept, type(python_cell)):
            kept.cache_clear()


def analysis_full_ms() -> Result:
    """From nothing: no cell was seen before."""
    nb = read_notebook(_content())
    ours, peers = [], []
    for _ in range(REPETITIONS):
        _forget()
        began = time.perf_counter()
        analyse(nb)
        ours.append(1000 * (time.perf_counter() - began))
        peers.append(_parse_milliseconds(nb))
    return result(ours, unit="ms", peer=peers)


def analysis_edit_ms() -> Result:
    """After one edited cell."""
    content = _content()
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


BENCHMARKS = {"analysis_full_ms": analysis_full_ms, "analysis_edit_ms": analysis_edit_ms}
