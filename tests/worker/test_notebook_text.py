"""A notebook that is written while it runs has the bytes that it would have if it were encoded anew."""

import json
from typing import Any

import pytest

from jupyterlab_promote.worker import notebook_text
from jupyterlab_promote.worker.notebook_text import NotebookText


def test_a_notebook_is_encoded_as_json_encodes_it() -> None:
    for notebook in (_notebook(), {**_notebook(), "cells": []}):
        assert NotebookText().encoded(notebook) == _anew(notebook)


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[0]["outputs"].append({"output_type": "stream", "text": "more"}),
        lambda cells: cells[0]["outputs"][0].update(text="a\nbc"),
        lambda cells: cells[0]["outputs"][1]["data"].update({"application/json": True}),
        lambda cells: cells[0]["metadata"].update(papermill={"status": "failed"}),
        lambda cells: cells[0]["outputs"].clear(),
        lambda cells: cells.reverse(),
        lambda cells: cells.pop(),
        lambda cells: cells.insert(0, {"id": "new", "cell_type": "raw", "source": '"cells": []'}),
    ],
)
def test_a_change_within_a_cell_or_of_their_order_is_written(change: Any) -> None:
    text, notebook = NotebookText(), _notebook()
    before = text.encoded(notebook)

    change(notebook["cells"])

    assert text.encoded(notebook) == _anew(notebook) != before


def test_a_cell_that_did_not_change_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text, notebook = NotebookText(), _notebook()
    text.encoded(notebook)
    encoded: list[Any] = []
    dumps = json.dumps

    def counting(value: Any, **options: Any) -> str:
        encoded.append(value)
        return dumps(value, **options)

    monkeypatch.setattr(notebook_text.json, "dumps", counting)
    notebook["cells"][1]["source"] = "y = 2"

    text.encoded(notebook)

    assert [each.get("id") for each in encoded] == [None, "b"]


def _notebook() -> dict[str, Any]:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": 'a\nb "cells": [] \udcff ü'},
        {"output_type": "display_data", "data": {"application/json": 1}, "metadata": {}},
    ]
    first = {"id": "a", "cell_type": "code", "source": "x\n", "metadata": {}, "outputs": outputs}
    second = {"id": "b", "cell_type": "code", "source": "y", "metadata": {}, "outputs": []}
    about = {"language_info": {"name": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": [first, second]}


def _anew(notebook: dict[str, Any]) -> bytes:
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "replace")
