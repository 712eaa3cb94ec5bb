"""The settings of steps beside the steps that there are.

| code | severity | what |
|---|---|---|
| PRM113 | info | settings of a step that is gone |
| PRM114 | error | `after` names no earlier step |
| PRM115 | warning | more CPUs than any machine has |
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.tags import first_cell

_MANY_CPUS = 1000


def check_steps(
    nb: Notebook, settings: NotebookSettings, steps: Sequence[str]
) -> Iterator[Finding]:
    """What the settings of single steps ask for and the notebook has not.

    Args:
        steps: names of the steps in notebook order.
    """
    for name, own in settings.steps.items():
        if name not in steps:
            yield _no_such_step(name)
            continue
        cell = first_cell(nb, name)
        place = {"cell": cell.id, "cell_index": cell.index} if cell else {}
        yield from _wrong_after(name, own.after, steps[: steps.index(name)], place)
        if own.resources.cpus > _MANY_CPUS:
            yield _too_many_cpus(name, own.resources.cpus, place)


def _no_such_step(name: str) -> Finding:
    return Finding(
        code="PRM113",
        severity="info",
        message=f"There are settings for a step `{name}`, but no such step.",
        fix="They are kept until the next publish.",
        name=name,
    )


def _wrong_after(
    name: str, after: Sequence[str], earlier: Sequence[str], place: Mapping[str, Any]
) -> Iterator[Finding]:
    above = f"name one of {', '.join(earlier)}, or " if earlier else ""
    for wanted in after:
        if wanted not in earlier:
            yield Finding(
                code="PRM114",
                severity="error",
                message=f"Step `{name}` is to run after `{wanted}`, which is no step above it.",
                fix=f"In `after`, {above}remove `{wanted}`.",
                steps=(name,),
                **place,
            )


def _too_many_cpus(name: str, cpus: float, place: Mapping[str, Any]) -> Finding:
    return Finding(
        code="PRM115",
        severity="warning",
        message=f"Step `{name}` asks for {cpus:g} CPUs of one machine, and hardly any has so many.",
        fix="Ask for fewer; a run is refused when no Ray node has that many.",
        steps=(name,),
        **place,
    )
