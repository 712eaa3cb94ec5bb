"""Folders that were beside the notebook when it was written, and that its steps write into."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.dataflow.files.written_folders import listed_in, written_folders
from jupyterlab_promote.notebook.document import read_notebook

FOLDERS = {
    "above": (["import joblib\njoblib.dump(m, '../models/m.joblib')"], ("../models",)),
    "put together in an earlier cell": (
        ["from pathlib import Path\nOUT = Path('out')", "df.to_csv(OUT / 'x.csv')\nplt.savefig(f'{OUT}/figs/a.png')"],
        ("out", "out/figs"),
    ),
    "of a name that only a run knows": (["plt.savefig(f'figs/{name}.png')"], ("figs",)),
    "after a change of folder": (
        ["import os\nos.chdir('..')", "df.to_csv('out/x.csv')"],
        ("../out", "out"),
    ),
    "made by a step": (
        ["import os\nos.makedirs('out/figs')", "df.to_csv('out/x.csv')\nplt.savefig('other/a.png')"],
        ("other",),
    ),
    "made by a path": (["from pathlib import Path\nPath('out').mkdir()\ndf.to_csv('out/x.csv')"], ()),
    "made by the shell": (["!mkdir -p out\ndf.to_csv('out/x.csv')"], ()),
    "made by a magic": (["%mkdir out", "df.to_csv('out/x.csv')"], ()),
    "perhaps made": (["import os\ndef make(p): os.mkdir(p)", "make('out')\ndf.to_csv('out/x.csv')"], ()),
    "only read": (["pd.read_csv('data/x.csv')"], ()),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_written_into_and_not_made_is_found(name: str) -> None:
    sources, folders = FOLDERS[name]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode())
    assert written_folders(nb.cells) == folders


def test_a_magic_that_runs_a_command_goes_before_what_needs_its_files() -> None:
    sources = ["%mkdir out", "%%writefile out/a.txt\nx", "print(open('out/a.txt').read())"]
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{index}"]})
        for index, source in enumerate(sources)
    ]
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode())
    assert {(edge.source, edge.target) for edge in analyse(nb).edges} >= {
        ("s0", "s1"),
        ("s1", "s2"),
    }


LISTED = {
    "its own": (["import os\nos.listdir('.')"], ("",)),
    "another": (["import os\nfor name in os.listdir('data'): print(name)"], ("data",)),
    "where it makes some": (["import os\nos.mkdir('out')", "os.listdir('.')"], ()),
    "of a name that only a run knows": (["import os\nos.listdir(f'data/{name}')"], ()),
    "only read": (["pd.read_csv('data/x.csv')"], ()),
}


@pytest.mark.parametrize("name", LISTED)
def test_a_folder_whose_entries_are_listed_is_found(name: str) -> None:
    sources, folders = LISTED[name]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode())
    assert listed_in(nb.cells) == folders
