"""`%sql` asks the connection that was opened last, which each step opens for itself."""

import nbformat

from jupyterlab_promote.dataflow.analysis import Analysis, analyse
from jupyterlab_promote.notebook.document import read_notebook


def _analysed(*sources: str) -> Analysis:
    """A notebook with a step for each source: `s0`, `s1` and so on."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    return analyse(read_notebook(content))


def _preamble(*sources: str) -> tuple[str, ...]:
    """What runs again at the beginning of the last step."""
    return _analysed(*sources).steps[-1].preamble


def _refused(*sources: str) -> list[tuple[str | None, tuple[str, ...]]]:
    found = _analysed(*sources).findings
    return [(f.name, f.steps) for f in found if f.code == "PRM210"]


ASKS = "%sql select * from sales"


def test_a_later_step_opens_what_was_opened_last():
    shop, stock = "%sql sqlite:///shop.db", "%sql sqlite:///stock.db"
    assert _preamble(f"%load_ext sql\n{shop}", ASKS) == ("%load_ext sql", shop)
    assert _preamble(f"{shop}\n{stock}\n{shop}", ASKS) == (stock, shop)
    assert _preamble(shop, stock, f"%{shop}\nselect 1", ASKS) == (stock, shop)
    assert _preamble("%sql [warehouse]", ASKS) == ("%sql [warehouse]",)
    assert _refused(shop, ASKS) == []


def test_steps_that_ask_run_one_after_the_other():
    found = _analysed("%sql sqlite:///shop.db", "%sql delete from sales", f"x = 1\n{ASKS}")
    assert [(e.source, e.target) for e in found.edges] == [("s0", "s1"), ("s1", "s2")]


def test_a_database_in_memory_and_an_address_in_a_variable_stay_in_their_kernel():
    for opened in ("sqlite://", "sqlite:///:memory:", "duckdb://", "$url", "{url}"):
        assert _refused(f"url = 'x'\n%sql {opened}", "y = 1", ASKS) == [
            (f"%sql {opened}", ("s0", "s2"))
        ]
    assert _refused("%sql sqlite://", f"%sql sqlite:///shop.db\n{ASKS}", ASKS) == []
    assert _refused(f"%sql sqlite://\n{ASKS}", "y = 1") == []
