"""`fuse: auto`: what cannot travel makes two steps one, and it is said."""

from typing import Any

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.split.render import render

CELLS = {"load": "rows = (n for n in range(3))", "first": "head = next(rows)", "rest": "print(head, sum(rows))",
         "apart": "print('done')"}  # fmt: skip


def tagged(**settings: Any) -> tuple[Any, Analysis]:
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:{name}"]})
        for name, source in CELLS.items()
    ]
    metadata = {"promote": {"schema_version": 1, **settings}}
    content = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nb = read_notebook(nbformat.writes(content).encode())
    return nb, analyse(nb)


def test_without_the_setting_it_is_refused_with_the_offer() -> None:
    _, found = tagged()
    assert [f.code for f in found.findings if f.severity == "error"] == ["PRM210"]


def test_with_it_the_steps_become_one_and_it_is_said() -> None:
    nb, found = tagged(fuse="auto")
    assert [(step.name, len(step.cells)) for step in found.steps] == [("load", 3), ("apart", 1)]
    said = [f.message for f in found.findings if f.code == "PRM212"]
    assert said[0].startswith(
        "`first` runs in the kernel of `load`, with its settings: `rows` is a generator"
    )
    notebooks = render(plan(found, nb, name="fused"), nb)
    own = [c["source"] for c in notebooks[0].content["cells"] if c["source"] in CELLS.values()]
    assert own == [CELLS["load"], CELLS["first"], CELLS["rest"]]
