"""Steps that run once for each item of a list."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding


def not_collected(lost: list[tuple[str, ...]], steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM221: a step that runs once for each item makes what a later step needs, and does not collect it."""
    for names, step in zip(lost, steps, strict=True):
        for name in names:
            cell, line = step.binds.get(name) or step.reads.get(name) or (step.cells[0], 1)
            yield located(
                cell,
                line,
                code="PRM221",
                severity="error",
                name=name,
                steps=(step.name,),
                message=f"Step `{step.name}` runs once for each item and changes `{name}`, which a later step needs.",
                fix=_instead(name, step),
            )


def _instead(name: str, step: StepNames) -> str:
    if any(name in cell_names(cell.source)[1].conditional_imports for cell in step.code):
        return f"Move the import of `{name}` to a cell tagged `imports`, which runs in each step."
    return (
        f"Add `{name}` to what `{step.name}` collects, so that it is a list afterwards; "
        "or give the name another one in this step."
    )
