"""A notebook as the script that another one runs: `%run other.ipynb`."""

from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.source import python_cell


def script_of(nb: Notebook) -> str:
    """The Python of all cells, one below the other; what is none is left out."""
    cells = (python_cell(cell.source) for cell in nb.cells if cell.is_code)
    return "\n".join(cell.python for cell in cells if cell.tree is not None)
