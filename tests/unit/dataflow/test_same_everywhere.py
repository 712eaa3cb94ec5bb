"""An analysis depends on the notebook and on nothing else: not on the process, not on what was analysed before."""

import os
import subprocess
import sys

_ANALYSES = """
from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook

def cell(number, source, *tags):
    return {"id": f"c{number}", "cell_type": "code", "source": source, "metadata": {"tags": list(tags)}, "outputs": []}

cells = [
    cell(0, "a = [1]; c = {'k': a}; d = c\\nopen(str(a), 'w'); open(str(c), 'w')", "step:one"),
    cell(1, "a.append(2); a.extend([4]); a.insert(0, 3); c.update(x=1); c.pop('x'); d.clear()\\nopen(str(d), 'w'); open('x')", "step:two"),
    cell(2, "print(a, c, d)\\nopen(str(a)); open(str(c))", "step:three"),
]
content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
print(analyse(read_notebook(content)).model_dump_json())
"""


def test_each_process_finds_the_same_edges_for_the_same_reasons() -> None:
    said = {_analysis(seed) for seed in ("1", "2")}
    assert len(said) == 1


def _analysis(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", _ANALYSES],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
