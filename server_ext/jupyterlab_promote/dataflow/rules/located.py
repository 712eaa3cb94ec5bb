"""Where a finding stands in the notebook."""

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell


def located(cell: Cell, line: int | None, **fields: object) -> Finding:
    """A finding at a line of a cell."""
    return Finding.model_validate(
        {"cell": cell.id, "cell_index": cell.index, "line": line, **fields}
    )
