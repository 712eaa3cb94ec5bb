"""What the buttons of findings carry, so that the sidebar can apply them."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.finding import Action, FixAction
from jupyterlab_promote.notebook.document import read_notebook


def findings(source: str, code: str, **settings):
    cell = nbformat.v4.new_code_cell(source, id="c0")
    metadata = {"promote": {"schema_version": 1, **settings}}
    nb = read_notebook(nbformat.v4.new_notebook(cells=[cell], metadata=metadata))
    return nb, [found for found in analyse(nb).findings if found.code == code]


@pytest.mark.parametrize(
    ("source", "declared"),
    [
        ("name = input('Who? ')", "name: str = ''"),
        ("n = int(input())", "n: int = 0"),
        ("x = float(input('x'))", "x: float = 0.0"),
        ("a = b = input()", ""),
        ("n = int(input(), 8)", ""),
        ("n = input() + input()", ""),
        ("print(input())", ""),
        ("n = sorted(input())", ""),
    ],
)
def test_a_line_that_only_asks_can_become_a_parameter(source: str, declared: str) -> None:
    _, found = findings(source, "PRM401")
    [action] = found[0].actions
    assert action == Action(
        kind=FixAction.MAKE_PARAMETER, label="Make it a parameter", argument=declared
    )


def test_a_warning_is_accepted_for_the_text_of_its_cell() -> None:
    source = "import os\nprint(os.environ['TOKEN'])"
    nb, [found] = findings(source, "PRM404")
    secret, provided, action = found.actions
    assert (secret.kind, secret.argument) == (FixAction.ADD_SECRET, "TOKEN")
    assert (provided.kind, provided.argument) == (FixAction.PROVIDED, "TOKEN")
    assert action == Action(kind=FixAction.ACCEPT, label="Accept", argument=nb.cells[0].source_hash)
    accepted = [{"code": "PRM404", "cell": "c0", "source_hash": action.argument}]
    _, [again] = findings(source, "PRM404", accepted=accepted)
    assert (again.accepted, again.actions) == (True, (secret, provided))
    _, [edited] = findings(source + "\n", "PRM404", accepted=accepted)
    assert not edited.accepted


def test_a_missing_package_can_be_added() -> None:
    cell = nbformat.v4.new_code_cell("import lightgbm_of_nobody")
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode())
    [missing] = (f for f in analyse(nb, context=Context()).findings if f.code == "PRM414")
    assert [(a.kind, a.argument) for a in missing.actions] == [
        (FixAction.MOVE_TO_ENVIRONMENT, "lightgbm_of_nobody"),
        (FixAction.ACCEPT, nb.cells[0].source_hash),
    ]


@pytest.mark.parametrize(
    ("pip", "line", "told"),
    [
        ("Lightgbm-of-Nobody[all]>=4", "", []),
        ("lightgbm", "", ["lightgbm_of_nobody"]),
        ("polars", "%pip install lightgbm_of_nobody\n", []),
    ],
)
def test_a_package_that_is_added_is_missing_no_more(pip: str, line: str, told: list[str]) -> None:
    cell = nbformat.v4.new_code_cell(f"{line}import lightgbm_of_nobody")
    raw = nbformat.v4.new_notebook(cells=[cell])
    raw.metadata.promote = {"steps": {"notebook": {"environment": {"pip": [pip]}}}}
    nb = read_notebook(nbformat.writes(raw).encode())
    found = analyse(nb, context=Context()).findings
    assert [f.name for f in found if f.code == "PRM414"] == told
