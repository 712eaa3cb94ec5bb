"""What has to be known of a step to find out how it connects: which names, and never where.

Two steps with the same facts connect the same way, whatever else their cells say. So the graph of a notebook is kept by
these facts, and most edits leave it as it is. Where something happens is looked up later (`whereabouts.py`).
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeVar

from jupyterlab_promote.dataflow.flow.values import NOTHING, Level, Link, Summary
from jupyterlab_promote.dataflow.wiring.steps import StepFlow

_Kept = TypeVar("_Kept")


class FunctionFacts(NamedTuple):
    """What using a function or class of the notebook counts as, for a step."""

    reads: frozenset[str]
    binds: frozenset[str]
    changes: frozenset[tuple[str, Level]]
    links: frozenset[Link]
    touches: frozenset[str]
    is_class: bool


class StepFacts(NamedTuple):
    """What a step does, by name; each as `StepNames` and `StepFlow` have it.

    Attributes:
        bound: (name, every kind of value that it is bound to).
        functions: (name, what using it counts as) of the functions and classes that the step defines.
        first: (name, what the step looks up before it binds the name anew) of names that functions look up.
        settled: of these names, those that no function looks up before.
    """

    reads: frozenset[str]
    late: frozenset[str]
    binds: frozenset[str]
    definite: frozenset[str]
    imports: frozenset[str]
    uses: frozenset[str]
    changes: frozenset[tuple[str, Level]]
    links: frozenset[Link]
    touches: frozenset[str]
    bound: frozenset[tuple[str, frozenset[str]]]
    functions: frozenset[tuple[str, tuple[FunctionFacts, ...]]]
    loose: frozenset[str]
    maybe: frozenset[str]
    pulled: frozenset[str] = NOTHING
    told: frozenset[str] = NOTHING
    first: frozenset[tuple[str, frozenset[str]]] = frozenset()
    settled: frozenset[str] = NOTHING

    @property
    def rebound(self) -> frozenset[str]:
        """Names that the step binds for certain, and does not look up before."""
        return self.definite - self.reads

    @property
    def written(self) -> frozenset[str]:
        """Names that stand for something else, or for something changed, after the step."""
        changed = (name for name, _ in self.changes)
        return self.binds.union(self.maybe, changed, (name for name, _ in self.bound))


def facts_of(flow: StepFlow, names: AbstractSet[str]) -> StepFacts:
    """What a step does with some of its names."""
    own = flow.names
    return StepFacts(
        reads=frozenset(own.reads.keys() & names),
        late=frozenset(own.late.keys() & names),
        binds=frozenset(own.binds.keys() & names),
        definite=own.definite & names,
        imports=frozenset(own.imports.keys() & names),
        uses=frozenset(flow.uses & names),
        changes=frozenset(change for change in flow.changes if change[0] in names),
        links=frozenset(link for link in flow.links if link.one in names),
        touches=frozenset(flow.touches),
        bound=frozenset((name, frozenset(kinds)) for name, kinds in _only(flow.bound, names)),
        functions=frozenset(
            (name, tuple(map(_function, summaries)))
            for name, summaries in _only(flow.summaries, names)
        ),
        loose=frozenset(flow.loose & names),
        maybe=frozenset(flow.maybe & names),
    )


def _only(found: Mapping[str, _Kept], names: AbstractSet[str]) -> Iterable[tuple[str, _Kept]]:
    return ((name, found[name]) for name in found.keys() & names)


def _function(summary: Summary) -> FunctionFacts:
    return FunctionFacts(
        summary.reads,
        summary.binds,
        summary.changes_outside,
        summary.links_outside,
        summary.touches,
        summary.is_class,
    )
