"""Reading notebook files: what can be read is read, what cannot is refused with the reason."""

import json

import nbformat
import pytest

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.notebook.document import Cell, read_notebook


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "notebook: the file is not valid JSON (Expecting property name enclosed in double quotes"),
        (b"", "notebook: the file is not valid JSON"),
        (b"\xff\xfe\x00", "notebook: the file is not UTF-8 text"),
        (b"[1]", "notebook: the file holds JSON but no notebook"),
        (b'{"a": 1}', "notebook: the file holds JSON but no notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "notebook: the file has no list of cells"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "notebook: it has no cells"),
        (b'{"nbformat": 4, "metadata": {}, "cells": [3]}', "notebook: cell 1 is not an object"),
        (b'{"nbformat": 9, "cells": []}', "notebook: nbformat 9 is newer than this tool knows"),
        (b"[" * 100_000, "notebook: the JSON is nested too deeply"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_notebook_is_refused_with_the_reason(data, message):
    with pytest.raises(InvalidInput) as refused:
        read_notebook(data)
    assert refused.value.message.startswith(message)
    assert refused.value.hint


def test_an_nbformat_3_notebook_is_upgraded_in_memory():
    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_heading_cell("Load", level=2),
                    nbformat.v3.new_code_cell("x = 1\ny = x", prompt_number=4),
                ]
            )
        ]
    )
    # As files hold it: the lines of a cell are a list.
    read = read_notebook(nbformat.v3.writes_json(old))
    assert [(c.kind, c.source, c.execution_count) for c in read.cells] == [
        ("markdown", "## Load", None),
        ("code", "x = 1\ny = x", 4),
    ]


def test_a_missing_or_repeated_id_becomes_a_deterministic_one(nb_json):
    raw = nb_json("x = 1", "x = 1", "y = 2")
    del raw["cells"][0]["id"]
    raw["cells"][2]["id"] = "c1"
    once, twice = read_notebook(raw), read_notebook(json.dumps(raw))
    ids = [cell.id for cell in once.cells]
    assert ids == [cell.id for cell in twice.cells]
    assert ids[1] == "c1"
    assert len(set(ids)) == 3


def test_reading_leaves_the_given_json_as_it_was(nb_json):
    raw = nb_json("x = 1")
    del raw["cells"][0]["id"]
    before = json.dumps(raw)
    read_notebook(raw)
    assert json.dumps(raw) == before


def test_a_cell_keeps_its_tags_and_text_in_lines(nb_json):
    raw = nb_json(("step:load,other", "x"))
    raw["cells"][0]["source"] = ["x = 1\r\n", "y = 2"]
    raw["cells"][0]["metadata"]["tags"].append(7)
    assert read_notebook(raw).cells == (
        Cell(
            id="c0",
            index=0,
            kind="code",
            source="x = 1\ny = 2",
            tags=("step:load", "other"),
        ),
    )


@pytest.mark.parametrize(
    ("metadata", "kernel"),
    [
        ({}, ("python3", "python")),
        ({"kernelspec": {"name": "ir", "language": "R"}}, ("ir", "r")),
        ({"kernelspec": {"name": "bash"}, "language_info": {"name": "bash"}}, ("bash", "bash")),
        ({"kernelspec": {"name": "python3", "language": "python3"}}, ("python3", "python")),
        ({"kernelspec": 3}, ("python3", "python")),
        ({"kernelspec": {"name": ["x"]}}, ("python3", "python")),
    ],
)
def test_the_kernel_is_read_from_the_metadata(nb_json, metadata, kernel):
    read = read_notebook({**nb_json("x = 1"), "metadata": metadata})
    assert (read.kernel, read.language) == kernel
