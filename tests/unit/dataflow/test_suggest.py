"""Steps that are offered where a notebook has no tags."""

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def suggested(*sources: str) -> list[tuple[str, tuple[int, ...]]]:
    """[(name, indices of its cells)] of the offered steps."""
    cells = [
        nbformat.v4.new_markdown_cell(s) if s.startswith("## ") else nbformat.v4.new_code_cell(s)
        for s in sources
    ]
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode())
    index = {cell.id: cell.index for cell in nb.cells}
    return [(s.name, tuple(index[c] for c in s.cells)) for s in analyse(nb).suggested]


def test_headings_come_first() -> None:
    assert suggested("## Load", "a = 1", "## Use", "print(a)") == [("load", (1,)), ("use", (3,))]


def test_a_picture_in_a_heading_is_no_name() -> None:
    logo = '<img style="float: left" src="logo.png">'
    assert suggested(f"## {logo} Load", "a = 1", "## Use", "a") == [("load", (1,)), ("use", (3,))]


def test_without_headings_the_notebook_is_cut_where_the_fewest_names_go_on() -> None:
    assert suggested(
        "import math",
        "# Load the rows\nrows = [3, 1]\nmore = [2]\nseen = set(rows)",
        "rows = rows + more\nmissing = 0",
        "clean = [r for r in rows if r in seen or missing == 0]",
        "# Fit\nscale = max(clean)\noffset = min(clean)",
        "model = [(r - offset) / scale for r in clean]",
        "error = sum(model) - offset",
        "score = math.fsum(model) - error",
        "print(score)",
    ) == [("load-the-rows", (1, 2, 3)), ("fit", (4, 5, 6, 7, 8))]


def test_a_short_notebook_is_not_cut() -> None:
    assert suggested("a = 1", "b = a", "c = b", "print(c)") == []
