"""What a step that runs once for each item makes, and a later step needs."""

import nbformat

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def _told(source: str, uses: str) -> list[str]:
    """What to do about each PRM221 of a notebook whose step `each` runs once for each city."""
    sources = {"load": "cities = ['a', 'b']\nlog = []", "each": source, "report": uses}
    cells = [
        nbformat.v4.new_code_cell(text, metadata={"tags": [f"step:{name}"]})
        for name, text in sources.items()
    ]
    settings = {
        "schema_version": 1,
        "steps": {"each": {"map_over": {"over": "cities", "item": "city"}}},
    }
    nb = nbformat.v4.new_notebook(cells=cells, metadata={"promote": settings})
    found = analyse(read_notebook(nbformat.writes(nb).encode())).findings
    return [f.fix.partition(",")[0] for f in found if f.code == "PRM221"]


def test_an_import_that_may_fail_is_to_be_moved_and_a_value_to_be_collected() -> None:
    maybe = "try:\n    import ujson as js\nexcept ImportError:\n    import json as js\nprint(city)"
    assert _told(maybe, "js.dumps(1)") == ["Move the import of `js` to a cell tagged `imports`"]
    assert _told("log.append(city)", "print(log)") == ["Add `log` to what `each` collects"]
