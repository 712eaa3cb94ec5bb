"""Steps that run once for each item of a list."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.located import located
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
                fix=f"Add `{name}` to what `{step.name}` collects, so that it is a list afterwards; "
                "or give the name another one in this step.",
            )
