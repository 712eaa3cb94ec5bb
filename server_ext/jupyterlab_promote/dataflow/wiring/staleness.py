"""Which names steps may change after another step left them; a run compares them with what it finds in common."""

from collections.abc import Mapping, Sequence
from typing import get_args

from jupyterlab_promote.dataflow.flow.values import Level
from jupyterlab_promote.dataflow.wiring.facts import StepFacts
from jupyterlab_promote.dataflow.wiring.sharing import Node, Sharing
from jupyterlab_promote.model.pipeline import Reach

Changes = Sequence[Mapping[Node, Reach]]
"""By step: the nodes whose objects it may change, and how far."""

_REACHES: tuple[Reach, ...] = get_args(Reach)
"""From the nearest to the furthest."""


def changes_by_step(
    steps: Sequence[StepFacts], nodes: Sequence[Mapping[str, Node]], sharing: Sharing
) -> Changes:
    """What each step may change, through any name."""
    return [_changes(step, names, sharing) for step, names in zip(steps, nodes, strict=True)]


def _changes(step: StepFacts, names: Mapping[str, Node], sharing: Sharing) -> dict[Node, Reach]:
    classes: dict[Reach, set[tuple[Level, Node]]] = {reach: set() for reach in _REACHES}
    for name, level in step.changes:
        node = names[name]
        if node not in sharing.still:
            reached, reach = sharing.reach(node, level)
            classes[reach].add((reached, sharing.levels[reached].of(node)))
    found: dict[Node, Reach] = {}
    # Where one change reaches further than another, that one counts.
    for reach in _REACHES:
        for level, node in classes[reach]:
            found |= dict.fromkeys(sharing.levels[level].beside(node), reach)
    return found


def add_changes(
    found: dict[str, Reach], names: Mapping[str, Node], changed: Mapping[Node, Reach]
) -> None:
    """Add what one more step changes to the names whose objects were changed so far, and how far."""
    for name, node in names.items():
        if node in changed:
            found[name] = max(found.get(name, "alone"), changed[node], key=_REACHES.index)
