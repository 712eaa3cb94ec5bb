"""Scripts and notebooks that a cell runs by their names: what they read and import comes to a run with them."""

from pathlib import Path

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.version_files import collect_files

READS = "import helper\nrows = open('rows.csv').read()"


def _notebook(*sources: str) -> Notebook:
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{index}"]})
        for index, source in enumerate(sources)
    ]
    return read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("%run prepare.py", "prepare.py"),
        ("%run -i 'prepare all.ipynb'", "prepare all.ipynb"),
        ("%run ../common/prepare.ipynb", "../common/prepare.ipynb"),
        ("!python prepare.py --fast", "prepare.py"),
        ("%%bash\npython prepare.py", "prepare.py"),
        ("exec(open('prepare.py').read())", "prepare.py"),
        ("import subprocess\nsubprocess.run(['python', 'prepare.py'])", "prepare.py"),
    ],
)
def test_what_a_script_reads_and_imports_travels_with_it(
    tmp_path: Path, line: str, script: str
) -> None:
    folder = tmp_path / "work"
    place = folder / script
    for path in (folder, place.parent):
        path.mkdir(exist_ok=True)
    for name in ("rows.csv", "helper.py", "colours.json", "other.csv"):
        (folder / name).write_text("")
    (folder / "helper.py").write_text("COLOURS = open('colours.json').read()")
    if script.endswith(".ipynb"):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(READS)]), place)
    else:
        place.write_text(READS)
    nb = _notebook(line, "print(1)")
    found = analyse(nb, context=folder_context(folder, nb))
    files = collect_files(plan(found, nb, name="Demo"), folder)
    assert set(files) == {script, "rows.csv", "helper.py", "colours.json"}


def test_a_notebook_that_is_named_and_is_none_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text("{")
    nb = _notebook("%run broken.ipynb")
    found = analyse(nb, context=folder_context(tmp_path, nb))
    assert set(collect_files(plan(found, nb, name="Demo"), tmp_path)) == {"broken.ipynb"}
