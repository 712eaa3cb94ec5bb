"""Code whose names cannot be known is told once for each reason."""

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import read_notebook


def _told(*sources: str) -> list[Finding]:
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    return [f for f in analyse(read_notebook(content)).findings if f.code == "PRM204"]


def test_the_same_in_many_cells_is_said_once_with_all_its_steps():
    [sql, code] = _told("x = 1\n%sql select 1", "%sql select 2", "exec(x)", "%sql select 3")
    assert (sql.cell_index, sql.line, sql.steps) == (0, 2, ("s0", "s1", "s3"))
    assert sql.message.startswith(
        "The names that `%sql` uses here and in 2 other cells cannot be known"
    )
    assert code.steps == ("s2",)


def test_one_place_is_told_as_such():
    [found] = _told("exec(x)", "y = 1")
    assert found.message.startswith("The names that `exec()` uses cannot be known")


def test_symbols_whose_names_are_computed_may_be_any():
    [found] = _told("import sympy\nnames = 'a b'\nsympy.var(names)", "print(a)")
    assert found.message.startswith("The names that `sympy.var()` uses cannot be known")
    assert not _told("import sympy as S\nS.var('x:2', real=True)", "print(x0, x1)")
