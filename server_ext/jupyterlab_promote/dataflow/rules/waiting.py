"""Calls that wait for a person."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.library import INTERACTIVE
from jupyterlab_promote.dataflow.offers import parameter_offer
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell


def interactive(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM401: a call that waits for a person."""
    for cell in cells:
        read, own = cell_names(cell.source)
        for path, line, call in own.calls:
            if path in INTERACTIVE and path.partition(".")[0] not in own.binds:
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM401",
                    severity="error",
                    name=path,
                    message=f"`{path}()` {INTERACTIVE[path]}; a scheduled run has nobody there.",
                    fix="Make the value a parameter, or read it from a secret.",
                    actions=parameter_offer(path, read.tree, call),
                )
