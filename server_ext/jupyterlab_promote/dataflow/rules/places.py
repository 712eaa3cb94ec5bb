"""Steps that wait for each other because a path cannot be known."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.order import Wait
from jupyterlab_promote.model.finding import Action, Finding, FixAction


def unknown_places(waits: tuple[Wait, ...], steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM220: steps wait for each other only because a path cannot be known."""
    told: set[tuple[str, int]] = set()
    for wait in waits:
        if wait.known or (wait.made.cell.id, wait.made.line) in told:
            continue
        told.add((wait.made.cell.id, wait.made.line))
        one, other = steps[wait.before].name, steps[wait.after].name
        yield located(
            wait.made.cell,
            wait.made.line,
            code="PRM220",
            severity="info",
            name=wait.thing,
            steps=(one, other),
            message=f"Step `{other}` waits for `{one}`, since `{wait.made.why}` may touch what "
            f"`{wait.used.why}` in cell {wait.used.cell.index + 1} touches.",
            fix="If they are apart, write what each step reads and writes into its settings.",
            actions=tuple(
                Action(kind=FixAction.DECLARE_WRITES, label=f"Declare for {step}", argument=step)
                for step in (one, other)
            ),
        )
