"""IPython's history in a step: what is offered instead."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def _offers(*sources: str) -> list[list[str]]:
    """The arguments of the merges that each PRM203 offers."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    return [[a.argument for a in f.actions] for f in found if f.code == "PRM203"]


@pytest.mark.parametrize(
    ("before", "uses", "offered"),
    [
        ("1 + 1", "print(_)", ["s1,s2"]),
        ("x = 1", "print(_)", []),
        ("1 + 1", "print(Out[3])", []),
    ],
)
def test_the_step_that_shows_the_last_result_is_offered_to_be_merged(
    before: str, uses: str, offered: list[str]
) -> None:
    assert _offers("y = 2", before, uses) == [offered]


def test_nothing_is_offered_in_the_first_step() -> None:
    assert _offers("print(_)", "x = 1") == [[]]


@pytest.mark.parametrize(
    ("earlier", "found"), [("x: int = 1", 1), ("x = 1", 0), ("class A:\n    x: int", 0)]
)
def test_annotations_are_those_of_the_step(earlier: str, found: int) -> None:
    assert len(_offers(earlier, "y: int\nprint(__annotations__)")) == found
    assert len(_offers(earlier, "class B:\n    z: int\nprint(B.__annotations__)")) == 0
