"""What the settings say because a run found it out."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.learned import Learned
from jupyterlab_promote.model.finding import Finding


def taken_up(learned: Learned, steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM222: a change, or a common object, that no code shows and a run found."""
    for step in steps:
        for name in learned.changes.get(step.name, ()):
            cell, line = step.reads.get(name) or step.late.get(name) or (step.cells[0], None)
            yield located(
                cell,
                line,
                code="PRM222",
                severity="info",
                name=name,
                steps=(step.name,),
                message=f"Step `{step.name}` changes `{name}`, as your settings say: a run found it.",
                fix="",
            )
    for group in learned.shared:
        named = ", ".join(f"`{name}`" for name in group)
        yield Finding(
            code="PRM222",
            severity="info",
            message=f"{named} lead to one object, as your settings say: a run found it.",
        )
