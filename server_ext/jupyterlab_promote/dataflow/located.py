"""Where something stands in the notebook: a finding, the reason of an edge."""

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
    return Place(cell=cell.id, cell_index=cell.index, line=line)
