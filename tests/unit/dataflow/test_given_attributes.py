"""An imported class that a function gives an attribute has it in one kernel only."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.notebook.document import read_notebook

GIVES = "def method_of(cls):\n    def give(f):\n        setattr(cls, f.__name__, f)\n        return f\n    return give\n"
MODULE = f"class Graph:\n    pass\n{GIVES}"


def _refused(*sources: str) -> list[tuple[str | None, str]]:
    """(name, message) of each PRM205 of a notebook with a step for each source, beside a module `graphs`."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    beside = Context(local_modules={"graphs": "graphs.py"}, module_sources={"graphs": MODULE})
    found = analyse(read_notebook(content), context=beside).findings
    return [(f.name, f.message.partition(" an attribute")[0]) for f in found if f.code == "PRM205"]


@pytest.mark.parametrize(
    ("imports", "line", "by"),
    [
        ("from graphs import *", "@method_of(Graph)\ndef size(self): return 1", "method_of"),
        ("from graphs import Graph", "setattr(Graph, 'size', len)", "setattr"),
        ("from graphs import Graph", f"{GIVES}method_of(Graph)(len)", "method_of"),
    ],
)
def test_a_function_that_gives_an_imported_class_an_attribute_is_refused(
    imports: str, line: str, by: str
) -> None:
    assert _refused(imports, line, "print(Graph().size())") == [("Graph", f"`{by}` gives `Graph`")]


def test_a_class_of_the_notebook_and_an_object_may_be_given_one() -> None:
    mine = f"{GIVES}class Own: pass"
    assert _refused(mine, "@method_of(Own)\ndef size(self): return 1", "Own().size()") == []
    assert _refused("from graphs import Graph", "g = Graph()\nsetattr(g, 'n', 1)", "g.n") == []
    inside = "def later():\n    setattr(Graph, 'size', len)"
    assert _refused("from graphs import Graph", inside, "print(Graph)") == []


def test_a_function_that_stores_into_a_module_of_a_library_is_refused() -> None:
    patch = "import math\ndef patch(lib): lib.pi = 3\n"
    assert _refused(f"{patch}patch(math)", "print(math.pi)") == [("math", "`patch` gives `math`")]
    assert not _refused(f"{patch}class Own: pass\npatch(Own())", "print(math.pi)")
