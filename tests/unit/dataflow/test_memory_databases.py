"""A database in memory that connections share by name is empty in another kernel."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook

URI = "'file:shop?mode=memory&cache=shared'"
OPEN = f"import sqlite3\na = sqlite3.connect({URI}, uri=True)"
AGAIN = f"b = sqlite3.connect({URI}, uri=True)"


@pytest.mark.parametrize(
    ("sources", "refused"),
    [
        ((OPEN, "x = 1", AGAIN), [("s0", "s2")]),
        ((OPEN + "\n" + AGAIN, "x = 1"), []),
        (("import sqlite3\nURI = " + URI, OPEN, "b = sqlite3.connect(URI)"), [("s1", "s2")]),
        (
            (f"import sqlite3\ndef shop():\n    return sqlite3.connect({URI})", "shop()", "shop()"),
            [("s1", "s2")],
        ),
        ((f"import sqlite3\ndef shop():\n    return sqlite3.connect({URI})", "shop()"), []),
        (("import sqlite3\na = sqlite3.connect('shop.db')", "b = sqlite3.connect('shop.db')"), []),
    ],
)
def test_two_steps_that_open_one_database_in_memory(
    sources: tuple[str, ...], refused: list[tuple[str, ...]]
) -> None:
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    assert [f.steps for f in found if f.code == "PRM210" and f.name == "sqlite3"] == refused
