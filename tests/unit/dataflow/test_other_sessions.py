"""A variable of R lives in the kernel of the step that made it."""

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def _refused(*sources: str) -> list[tuple[str | None, tuple[str, ...]]]:
    """(name, steps) of each PRM210 of a notebook with a step for each source."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    return [(f.name, f.steps) for f in found if f.code == "PRM210"]


MAKES = "%%R\nscores <- read.csv('s.csv')"


def test_a_variable_that_a_later_step_looks_up_is_refused() -> None:
    assert _refused(MAKES, "x = 1", "%%R\nsummary(scores$age)") == [("scores", ("s0", "s2"))]
    assert _refused(MAKES, "%%R\nscores <- head(scores)") == [("scores", ("s0", "s1"))]


def test_what_python_gives_what_is_made_anew_and_what_only_looks_like_it_is_not() -> None:
    assert _refused(MAKES, "%%R -i scores\nsummary(scores)") == []
    assert _refused(MAKES, "%%R\nscores <- 1\nprint(scores)") == []
    assert _refused(MAKES, "%%R\n# scores\nprint('scores', d$scores)\nf(scores=1)") == []
    assert _refused(f"{MAKES}\nsummary(scores)", "x = 1") == []
