"""What `jupyter promote verify --json` says on standard output is its answer and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat


def test_lines_that_a_program_prints_past_jupyter_do_not_stand_in_the_answer(
    tmp_path: Path,
) -> None:
    sources = ("import os\ncode = os.system('echo solving')", "print(code)")
    cells = [
        nbformat.v4.new_code_cell(source, id=f"c{n}", metadata={"tags": [f"step:s{n}"]})
        for n, source in enumerate(sources)
    ]
    nb = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(nb, tmp_path / "solver.ipynb")
    command = [sys.executable, "-m", "jupyterlab_promote.cli.main", "verify", "solver.ipynb"]
    ended = subprocess.run(  # noqa: S603 - our own command
        [*command, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    answer = json.loads(ended.stdout)
    assert answer["cells"][1]["verdict"] == "equal"
    assert "solving" in ended.stderr
