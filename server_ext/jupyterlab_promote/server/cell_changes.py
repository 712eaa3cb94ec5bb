"""What changed between the cells of two notebooks, by nbdime. It is imported late: it takes a second."""

import difflib
import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jupyterlab_promote.model.publishing import CellChange
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.identity import match_cells

_Cell = Mapping[str, Any]


def cell_changes(older: Mapping[str, Any], newer: Mapping[str, Any]) -> tuple[CellChange, ...]:
    """The cells whose source differs, in the newer notebook's order; where they stood for those that are gone.

    Cells that only got another id are the same cell: git filters renumber them.
    """
    first = _plain(older, {})
    matched = match_cells(read_notebook(dict(older)), read_notebook(dict(newer)))
    second = _plain(newer, {new: old for old, new in matched.items()})
    nbdime = importlib.import_module("nbdime")
    ops = nbdime.diff_notebooks(first, second)
    cells = next((op.diff for op in ops if op.key == "cells"), ())
    ids = [cell["id"] for cell in newer["cells"]]
    return tuple(_changes(cells, first["cells"], second["cells"], ids))


def _plain(notebook: Mapping[str, Any], ids: Mapping[str, str]) -> Any:
    """What is compared: kinds and sources of the cells, under the ids of their partners."""
    nbformat = importlib.import_module("nbformat")
    cells = [
        {
            "id": ids.get(cell["id"], cell["id"]),
            "cell_type": cell["cell_type"],
            "metadata": {},
            "source": _source(cell),
            **({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}),
        }
        for cell in notebook["cells"]
    ]
    return nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _changes(
    ops: Sequence[Any], older: Sequence[_Cell], newer: Sequence[_Cell], ids: Sequence[str]
) -> Iterator[CellChange]:
    """nbdime counts the older notebook's cells; what was inserted before moves the newer one's."""
    moved = 0
    for op in ops:
        if op.op == "addrange":
            for _ in op.valuelist:
                index = op.key + moved
                yield _change(ids[index], "added", "", _source(newer[index]))
                moved += 1
        elif op.op == "removerange":
            for cell in older[op.key : op.key + op.length]:
                yield _change(cell["id"], "removed", _source(cell), "")
            moved -= op.length
        else:
            was, now = older[op.key], newer[op.key + moved]
            if _source(was) != _source(now):
                yield _change(ids[op.key + moved], "changed", _source(was), _source(now))


def _change(cell: str, kind: Any, was: str, now: str) -> CellChange:
    lines = difflib.unified_diff(was.splitlines(), now.splitlines(), lineterm="", n=2)
    return CellChange(cell=cell, kind=kind, diff="\n".join(list(lines)[2:]))


def _source(cell: _Cell) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)
