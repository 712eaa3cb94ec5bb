"""Whole notebooks of the kind people have: the split run says what the linear run says, in real kernels."""

from pathlib import Path

import pytest
from tests.equivalence.percent import read_percent

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.worker.verify import verify

NOTEBOOKS = sorted((Path(__file__).parent / "notebooks").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_split_run_says_what_the_linear_run_says(path: Path, tmp_path: Path) -> None:
    content, files = read_percent(path)
    folder = tmp_path / "notebook"
    folder.mkdir()
    for twin in ("Notes.txt", "notes.txt"):
        (folder / twin).touch()
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    notebook = read_notebook(content)
    verdict = verify(
        notebook,
        name=path.stem,
        folder=folder,
        context=folder_context(folder, notebook),
        store=open_store(tmp_path / "store"),
        seed=1,
        tell=lambda _: None,
    )
    differing = [
        cell for cell in verdict.cells if cell.verdict not in ("equal", "nondeterministic")
    ]
    assert (verdict.message, differing) == ("", [])


def test_branches_that_share_nothing_run_beside_each_other() -> None:
    content, _ = read_percent(NOTEBOOKS[0].with_name("branches.py"))
    after: dict[str, list[str]] = {}
    for edge in analyse(read_notebook(content)).edges:
        after.setdefault(edge.target, []).append(edge.source)
    assert after == {
        "numbers": ["load"],
        "towns": ["load"],
        "picture": ["load"],
        "join": ["load", "numbers", "towns"],
        "line": ["join"],
        "forest": ["join"],
        "report": ["load", "join", "line", "forest"],
    }
