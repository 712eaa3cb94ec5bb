"""Code whose names cannot be known."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.library import star_names
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction


def opaque_code(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM204: code whose names cannot be known; everything travels."""
    for step in steps:
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            reason, line = own.opaque or ("", 1)
            if not reason:
                unknown = [module for module in own.stars if star_names(module) is None]
                if not unknown:
                    continue
                reason, line = f"from {unknown[0]} import *", own.stars[unknown[0]]
            yield located(
                cell,
                line + read.line_offset,
                code="PRM204",
                severity="warning",
                name=reason,
                steps=(step.name,),
                message=f"The names that `{reason}` uses cannot be known, so every value travels between steps.",
                fix="Name what you need instead, or accept it.",
                actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
            )
