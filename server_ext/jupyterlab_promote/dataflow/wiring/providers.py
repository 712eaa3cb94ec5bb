"""Who gives each name to a step: the last step before it that made or may have changed the name.

What may share objects has one provider as long as a change can still be seen through another name. Which names a step
reads and writes, and what they share, is found out before (`graph.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from jupyterlab_promote.dataflow.flow.behaviour import SET_UP
from jupyterlab_promote.dataflow.flow.values import Level
from jupyterlab_promote.dataflow.wiring.facts import StepFacts
from jupyterlab_promote.dataflow.wiring.sharing import Node, Sharing
from jupyterlab_promote.dataflow.wiring.staleness import add_changes, changes_by_step
from jupyterlab_promote.dataflow.wiring.whereabouts import Origin
from jupyterlab_promote.model.pipeline import Reach
from jupyterlab_promote.model.settings import MapOver


class Wanted(NamedTuple):
    """A name that a step loads.

    Attributes:
        origin: how it came to what it stands for; None when no line tells.
    """

    name: str
    provider: int
    origin: Origin | None


@dataclass(frozen=True, eq=False)
class Graph:
    """What each step loads, by step; what it leaves, as groups; what it must not have changed.

    Attributes:
        repeated: the hidden state that each step sets by lines which later steps run again.
        changes: what each step may change of what it loads.
        changed: by provider, what steps after it may change.
        rebound: what each step binds for certain and does not look up before.
        used: the functions that count as done by each step, in turn.
        lost: what later steps need of a step that runs once for each item, and that it does not collect.
    """

    inputs: list[dict[str, Wanted]] = field(default_factory=list)
    outputs: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)
    readonly: list[tuple[str, ...]] = field(default_factory=list)
    repeated: list[tuple[str, ...]] = field(default_factory=list)
    lost: list[tuple[str, ...]] = field(default_factory=list)
    changes: list[dict[str, Reach]] = field(default_factory=list)
    changed: list[dict[int, dict[str, Reach]]] = field(default_factory=list)
    rebound: list[frozenset[str]] = field(default_factory=list)
    used: Sequence[tuple[str, ...]] = ()

    @cached_property
    def given(self) -> tuple[Mapping[int, tuple[Wanted, ...]], ...]:
        """By step and by provider the names that it loads."""
        found: list[dict[int, tuple[Wanted, ...]]] = []
        for wanted in self.inputs:
            providers = sorted({one.provider for one in wanted.values()})
            found.append(
                {p: tuple(w for w in wanted.values() if w.provider == p) for p in providers}
            )
        return tuple(found)


@dataclass
class Connecting:
    """What is known of the steps when they are connected, and who has each name by now.

    Attributes:
        nodes: by step, the node that each name stands for.
        reads, writes: by step; hidden state too.
        live: by step, the names that a later step looks up before binding them anew.
        sticky: classes that run again in each step; whoever uses one must have the same.
        replayed: names that each step has from the start, until one changes what they lead to.
        mapped: steps that run once for each item of a list.
        imported: by step, the names that all steps before it leave bound by an import.
        companions: by the state of a module, the names that travel in one stream with it.
        provider: the step that has each name by now; `origin` how the name got there.
    """

    steps: list[StepFacts]
    sharing: Sharing
    nodes: list[dict[str, Node]]
    reads: list[set[str]]
    writes: list[set[str]]
    live: list[set[str]]
    sticky: frozenset[str]
    replayed: frozenset[str]
    mapped: Mapping[int, MapOver]
    imported: tuple[frozenset[str], ...]
    companions: Mapping[str, frozenset[str]]
    provider: dict[str, int] = field(default_factory=dict)
    origin: dict[str, Origin] = field(default_factory=dict)


def connected(state: Connecting, *, used: Sequence[tuple[str, ...]]) -> Graph:
    """Go through the steps in order: each loads what it needs from who has it then, and has what it writes.

    Args:
        used: the functions that count as done by each step, in turn.
    """
    graph = Graph(rebound=[step.rebound for step in state.steps], used=used)
    for index in range(len(state.steps)):
        carry = _carried(state, index)
        wanted = (state.reads[index] | carry | _partly(state, index)) & state.provider.keys()
        wanted -= state.imported[index]
        graph.inputs.append(
            {n: Wanted(n, state.provider[n], state.origin.get(n)) for n in sorted(wanted)}
        )
        written = state.writes[index] | carry | _first_used(state, index)
        over = state.mapped.get(index)
        collected = written if over is None else written & set(over.collect)
        graph.lost.append(tuple(sorted(_lost(state, index, written - collected))))
        _provide(state, index, collected)
        safe = wanted - written
        graph.readonly.append(tuple(sorted(n for n in safe if n.isidentifier())))
        graph.repeated.append(_repeated(state.steps[index]) if index + 1 < len(state.steps) else ())
    for index, names in enumerate(_left(graph)):
        graph.outputs.append(_groups(names, state, index))
    _note_changes(graph, state)
    return graph


def _repeated(step: StepFacts) -> tuple[str, ...]:
    return tuple(sorted(t.removeprefix(SET_UP) for t in step.touches if t.startswith(SET_UP)))


def _note_changes(graph: Graph, state: Connecting) -> None:
    changes = changes_by_step(state.steps, state.nodes, state.sharing)
    left: list[dict[str, Node]] = []
    for groups, given, nodes in zip(graph.outputs, graph.inputs, state.nodes, strict=True):
        names = {name for group in groups for name in group} | given.keys()
        left.append({name: nodes[name] for name in sorted(names & nodes.keys())})
    since: list[dict[str, Reach]] = []
    for index, given in enumerate(graph.inputs):
        # By now, what each earlier step left and later ones changed.
        for provider, found in enumerate(since[:-1]):
            add_changes(found, left[provider], changes[index - 1])
        graph.changed.append({p: dict(since[p]) for p in {w.provider for w in given.values()}})
        there = given.keys() - graph.rebound[index]
        loaded = {name: node for name, node in state.nodes[index].items() if name in there}
        changed_here: dict[str, Reach] = {}
        add_changes(changed_here, loaded, changes[index])
        graph.changes.append(changed_here)
        since.append({})


def _lost(state: Connecting, index: int, uncollected: set[str]) -> set[str]:
    """Changes that only the copies of a mapped step see, and that a later step would look for."""
    over = state.mapped.get(index)
    if over is None:
        return set()
    hidden = {name for name in uncollected if ":" in name}
    imported = state.steps[index].imports
    return (uncollected & state.live[index]) - {over.item} - imported - hidden


def _carried(state: Connecting, index: int) -> set[str]:
    """Names that must come along because what the step makes or changes may be seen through them."""
    nodes = state.nodes[index]
    needed = state.live[index] | state.reads[index]
    held = needed & (state.provider.keys() | state.replayed)
    there = {nodes[n]: n for n in held if n in nodes}
    carry = set[str]().union(*(names & held for names in state.companions.values()))
    classes: set[tuple[Level, Node]] = set()
    for name in state.writes[index] & nodes.keys():
        together = state.sharing.together(nodes[name], index)
        if together is not None:
            classes.add(together)
        elif nodes[name] in there:
            carry.add(name)
    for level, node in classes:
        beside = state.sharing.levels[level].beside(node)
        carry |= {there[other] for other in beside & there.keys()}
    return carry


def _partly(state: Connecting, index: int) -> set[str]:
    """Names that the step may leave as they were."""
    return (state.writes[index] - state.steps[index].definite) & state.live[index]


def _first_used(state: Connecting, index: int) -> set[str]:
    used = state.reads[index] | state.steps[index].uses
    return {name for name in state.sticky & used if name not in state.provider}


def _provide(state: Connecting, index: int, written: set[str]) -> None:
    step = state.steps[index]
    changed = {name for name, _ in step.changes} - step.definite
    for name in written:
        state.provider[name] = index
        if name in changed:
            state.origin[name] = Origin(index, "changed")
        elif name in step.binds:
            state.origin[name] = Origin(index, "bound")
        elif name in step.touches:
            state.origin[name] = Origin(index, "touched")


def _left(graph: Graph) -> list[set[str]]:
    """By step the names that later steps load from it."""
    left: list[set[str]] = [set() for _ in graph.inputs]
    for given in graph.inputs:
        for wanted in given.values():
            left[wanted.provider].add(wanted.name)
    return left


def _groups(left: set[str], state: Connecting, index: int) -> tuple[tuple[str, ...], ...]:
    """Of what a step leaves, names that may share objects go into one stream."""
    nodes = state.nodes[index]
    classes = state.sharing.levels["element"]
    groups: dict[object, list[str]] = {}
    for name in sorted(left):
        key = classes.of(nodes[name]) if name in nodes else name
        groups.setdefault(key, []).append(name)
    for token, companions in state.companions.items():
        meeting = [key for key, names in groups.items() if {*companions, token} & set(names)]
        groups[token] = sorted(name for key in meeting for name in groups.pop(key))
    return tuple(tuple(group) for group in groups.values() if group)
