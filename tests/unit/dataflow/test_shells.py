"""IPython's shell in a variable may not bind names that later steps need."""

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def _refused(*sources: str) -> list[tuple[str, str]]:
    """(name, fix) of each PRM205 of a notebook with a step for each source."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    return [(str(f.name), f.fix) for f in found if f.code == "PRM205"]


def test_names_that_it_binds_would_be_missed_by_later_steps() -> None:
    fix = "Write `get_ipython().ex(...)`, so that everything travels, or merge the steps."
    assert _refused("ip = get_ipython()", "ip.ex('x = 7')", "print(x)") == [("ip.ex", fix)]
    assert [name for name, _ in _refused("a.s = get_ipython()\na.s.push({})", "1")] == ["a.s.push"]


def test_other_calls_of_it_and_of_others_are_left_alone() -> None:
    assert _refused("ip = get_ipython()", "ip.run_line_magic('time', '1')", "print(1)") == []
    assert _refused("ip = get_ipython(); stack = []", "stack.push(3)", "print(stack)") == []
    assert _refused("get_ipython().ex('x = 7')", "print(x)") == []
    assert _refused("x = 1", "ip = get_ipython()\nip.ex('print(x)')") == []
