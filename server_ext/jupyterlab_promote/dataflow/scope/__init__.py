"""What one code cell binds and reads, in order. Knows nothing of other cells.

The reading is flow-sensitive where it matters: a name counts as bound for certain only when every way through the
cell binds it, so that `if flag: v = 2` still needs the `v` of before.
"""

import re
from functools import lru_cache

from jupyterlab_promote.dataflow.scope.definitions import DEFINITIONS
from jupyterlab_promote.dataflow.scope.expressions import EXPRESSIONS
from jupyterlab_promote.dataflow.scope.found import CellNames
from jupyterlab_promote.dataflow.scope.magics import opened_again
from jupyterlab_promote.dataflow.scope.statements import STATEMENTS
from jupyterlab_promote.dataflow.scope.walk import Walk
from jupyterlab_promote.notebook.source import PythonCell, python_cell

__all__ = ["CellNames", "cell_names", "modules_of"]


_HANDLERS = {**STATEMENTS, **DEFINITIONS, **EXPRESSIONS}


@lru_cache(maxsize=4096)
def cell_names(source: str) -> tuple[PythonCell, CellNames]:
    """The names of a cell, cached by its source. Never raises on user code."""
    cell = python_cell(source)
    walk = Walk(_HANDLERS)
    if cell.tree is not None:
        walk.body(cell.tree.body)
    names = walk.names
    for name in (*cell.interpolated, *_asked_of_main(source)):
        if name not in names.definite:
            names.guarded.add(name) if name not in names.reads else None
            names.reads.setdefault(name, 1)
    for name in cell.binds:
        names.binds.setdefault(name, 1)
        names.definite.add(name)
    if cell.opaque and names.opaque is None:
        names.opaque = (cell.opaque, 1)
    if cell.magic == "sql":
        names.magics = (*names.magics, *opened_again(cell.text))
    names.definite -= set(names.deletes)
    return cell, names


_OF_MAIN = re.compile(r"\bfrom\s+__main__\s+import\s+([\w ,]+)")


def _asked_of_main(source: str) -> tuple[str, ...]:
    """Names that code in a text asks for: `timeit.Timer("f(x)", "from __main__ import f, x")`."""
    asked = _OF_MAIN.findall(source) if "__main__" in source else ()
    words = (part.split() for names in asked for part in names.split(","))
    return tuple(found[0] for found in words if found)


@lru_cache(maxsize=4096)
def modules_of(source: str) -> frozenset[str]:
    """The top-level modules that a cell imports."""
    return frozenset(cell_names(source)[1].modules)
