"""What runs found out and the user took up in the settings: changes, and common objects, that no code shows.

Added to what the cells do before anything is derived from it, so that edges, groups and checks follow by themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jupyterlab_promote.dataflow.flow.values import Link
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.facts import StepFacts


@dataclass(frozen=True)
class Learned:
    """What was taken up.

    Attributes:
        changes: names that a step changes, by step.
        shared: names that lead to common objects.
    """

    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shared: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All names that it is about."""
        return frozenset[str]().union(*self.changes.values(), *self.shared)


def taken_up(
    learned: Learned,
    prelude: StepFacts,
    steps: Iterable[StepFacts],
    names: Iterable[StepNames],
) -> Iterator[StepFacts]:
    """The steps, with what was learned as done by them; of names that are not there yet nothing is."""
    if not learned.names:
        yield from steps
        return
    there = _there(prelude)
    for step, named in zip(steps, names, strict=True):
        changes = learned.changes.get(named.name, ())
        changed = there.intersection(changes)
        there |= _there(step)
        groups = [[name for name in group if name in there] for group in learned.shared]
        common = [group for group in groups if len(group) > 1]
        yield step._replace(
            changes=step.changes | {(name, "element") for name in changed},
            # Hidden state has no name in the code: its pseudo-name has a colon.
            touches=step.touches.union(name for name in changes if ":" in name),
            links=step.links.union(
                Link(group[0], other) for group in common for other in group[1:]
            ),
            told=step.told.union(changed, *common),
        )


def _there(step: StepFacts) -> set[str]:
    return {*step.binds, *(name for name, _ in step.bound)}
