"""Which names of a step can matter to another one. Most names of a notebook are written and read in one step only.

How steps connect (`graph.py`) is found out with the others: those that two steps mention, what they may share objects
with, and functions that lead to them or that act on something outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.values import Summary, of_notebook
from jupyterlab_promote.dataflow.kept import as_one
from jupyterlab_promote.dataflow.wiring.facts import StepFacts, facts_of
from jupyterlab_promote.dataflow.wiring.steps import StepFlow


@dataclass(frozen=True)
class _Mentions:
    """The names that a step mentions.

    Attributes:
        strong: those that it binds, changes or joins with others.
        every: those that it only looks up as well.
        beside: the names that a name is joined with, or that its function mentions.
        acting: functions that do something outside, or to hidden state.
    """

    strong: frozenset[str]
    every: frozenset[str]
    beside: Mapping[str, AbstractSet[str]]
    acting: frozenset[str]


def narrowed(
    prelude: StepFlow, steps: Sequence[StepFlow], *, named: AbstractSet[str]
) -> tuple[StepFacts, tuple[StepFacts, ...]]:
    """What the prelude and the steps do, without the names that no other of them can meet.

    Args:
        named: names that the settings tell of.
    """
    flows = (prelude, *steps)
    told = [_mentions(flow) for flow in flows]
    common = _in_common(tuple([(one.strong, one.every) for one in told]))
    met = as_one(common | named) if named else common
    before, *others = [_narrowed(flow, met) for flow in flows]
    return before, tuple(others)


@lru_cache(maxsize=64)
def _in_common(steps: tuple[tuple[frozenset[str], frozenset[str]], ...]) -> frozenset[str]:
    """Names that two steps mention, and that some step binds, changes or joins with others.

    Args:
        steps: the `strong` mentions of each, and `every` one.
    """
    once: set[str] = set()
    twice: set[str] = set()
    for _, every in steps:
        twice |= once & every
        once |= every
    return as_one(frozenset().union(*(twice & strong for strong, _ in steps)))


@lru_cache(maxsize=2048)
def _mentions(flow: StepFlow) -> _Mentions:
    beside: dict[str, set[str]] = {}
    strong = {*flow.names.binds, *flow.bound, *flow.summaries, *flow.maybe}
    strong.update(name for name, _ in flow.changes)
    weak = flow.uses | flow.loose | flow.names.reads.keys() | flow.names.late.keys()
    for link in flow.links:
        _join(beside, link.one, (link.other,))
        strong |= {link.one, link.other}
    for name, summaries in flow.summaries.items():
        for summary in summaries:
            told = _told(summary)
            _join(beside, name, (*told, *summary.reads))
            strong |= told
            weak |= summary.reads
    acting = (
        n for n, found in flow.summaries.items() if any(s.touches or s.outside for s in found)
    )
    return _Mentions(frozenset(strong), frozenset(strong | weak), beside, frozenset(acting))


def _join(beside: dict[str, set[str]], name: str, others: Iterable[str]) -> None:
    for other in others:
        beside.setdefault(name, set()).add(other)
        beside.setdefault(other, set()).add(name)


def _told(summary: Summary) -> set[str]:
    """Names that a call may bind, change or join."""
    ends = {end for link in summary.links for end in (link.one, link.other)}
    told = ends | {change.name for change in summary.changes}
    return {*summary.binds, *filter(of_notebook, told)}


def _reached(mentions: _Mentions, begin: AbstractSet[str]) -> set[str]:
    found = set(begin)
    pending = list(begin)
    while pending:
        for name in mentions.beside.get(pending.pop(), ()):
            # What is only looked up, and by this step alone, is of no step: Python's own functions.
            if name in mentions.strong and name not in found:
                found.add(name)
                pending.append(name)
    return found


@lru_cache(maxsize=2048)
def _narrowed(flow: StepFlow, common: frozenset[str]) -> StepFacts:
    """Found at once where the names that steps have in common are those of before."""
    return _without_others(flow, _mentions(flow).every & common)


@lru_cache(maxsize=2048)
def _without_others(flow: StepFlow, common: frozenset[str]) -> StepFacts:
    mentions = _mentions(flow)
    return facts_of(flow, _reached(mentions, common | mentions.acting))
