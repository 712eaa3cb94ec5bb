"""Where something stands in the notebook: a finding, the reason of an edge."""

from functools import lru_cache

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Place
from jupyterlab_promote.notebook.document import Cell


def located(cell: Cell, line: int | None, **fields: object) -> Finding:
    """A finding at a line of a cell."""
    return Finding.model_validate(
        {"cell": cell.id, "cell_index": cell.index, "line": line, **fields}
    )


def place(cell: Cell, line: int) -> Place:
    """The place of a line of a cell."""
    return _place(cell.id, cell.index, line)


@lru_cache(maxsize=4096)
def _place(cell: str, cell_index: int, line: int) -> Place:
    return Place(cell=cell, cell_index=cell_index, line=line)
