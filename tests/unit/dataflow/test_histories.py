"""A tensor goes back along its history only in the kernel that computed it."""

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def _refused(*sources: str) -> list[tuple[str | None, int | None, tuple[str, ...]]]:
    """(name, line, steps) of each PRM210 of a notebook with a step for each source."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    return [(f.name, f.line, f.steps) for f in found if f.code == "PRM210"]


MAKES = "import torch\nw = torch.ones(2, requires_grad=True)\nloss = (w * 2).sum()"


def test_going_back_in_a_later_step_is_refused() -> None:
    assert _refused(MAKES, "x = 1", "print(x)\nloss.backward()") == [("loss", 2, ("s0", "s2"))]


def test_going_back_where_it_was_computed_is_not() -> None:
    assert _refused(f"{MAKES}\nloss.backward()", "print(w.grad)") == []
    assert _refused(MAKES, "loss = (w * 3).sum()\nloss.backward()") == []
    assert (
        _refused(MAKES, "for i in range(2):\n    loss = (w * i).sum()\n    loss.backward()") == []
    )
    assert _refused(MAKES, "def step(loss): loss.backward()\nstep((w * 2).sum())") == []


def test_what_the_notebook_calls_so_itself_is_not() -> None:
    own = "import torch\nclass Value:\n    def backward(self): pass\nloss = Value()"
    assert _refused(own, "loss.backward()") == []
    assert _refused("from engine import Value\nloss = Value()", "loss.backward()") == []
