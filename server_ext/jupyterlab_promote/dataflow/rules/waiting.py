"""Calls that wait for a person."""

from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.library import INTERACTIVE
from jupyterlab_promote.dataflow.offers import parameter_offer
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding
from jupyterlab_promote.notebook.document import Cell


def interactive(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM401: a call that waits for a person."""
    for cell in cells_with(_waiting, cells):
        for path, line, offer in _waiting(cell.source):
            yield located(
                cell,
                line,
                code="PRM401",
                severity="error",
                name=path,
                message=f"`{path}()` {INTERACTIVE[path]}; a scheduled run has nobody there.",
                fix="Make the value a parameter, or read it from a secret.",
                actions=offer,
            )


@lru_cache(maxsize=4096)
def _waiting(source: str) -> tuple[tuple[str, int, tuple[Action, ...]], ...]:
    """(function, line, what the button needs) of the calls of a cell that wait."""
    read, own = cell_names(source)
    return tuple(
        (path, line + read.line_offset, parameter_offer(path, read.tree, call))
        for path, line, call in own.calls
        if path in INTERACTIVE and path.partition(".")[0] not in own.binds
    )
