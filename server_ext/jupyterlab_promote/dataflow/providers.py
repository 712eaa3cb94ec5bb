"""Who gives each name to a step: the last step before it that made or may have changed the name.

What may share objects has one provider as long as a change can still be seen through another name. Which names a step
reads and writes, and what they share, is found out before (`graph.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyterlab_promote.dataflow.chain import StepNames, only_imported_before
from jupyterlab_promote.dataflow.sharing import Node, Sharing
from jupyterlab_promote.dataflow.staleness import changed_since, changes_by_step
from jupyterlab_promote.dataflow.steps import Seen, StepFlow
from jupyterlab_promote.dataflow.values import Change, Level
from jupyterlab_promote.model.pipeline import Reach
from jupyterlab_promote.model.settings import MapOver
from jupyterlab_promote.notebook.document import Cell


@dataclass(frozen=True)
class Wanted:
    """A name that a step loads.

    Attributes:
        made: where the provider bound or changed it; `changed` is the code that changed it.
        read: where the step looks it up; None when it is only passed on.
    """

    name: str
    provider: int
    made: Seen | None
    changed: str
    read: Seen | None


@dataclass
class Graph:
    """What each step loads, by step; what it leaves, as groups; what it must not have changed.

    Attributes:
        changes: what each step may change of what it loads.
        changed: by provider, what steps after it may change.
        lost: what later steps need of a step that runs once for each item, and that it does not collect.
    """

    inputs: list[dict[str, Wanted]] = field(default_factory=list)
    outputs: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)
    readonly: list[tuple[str, ...]] = field(default_factory=list)
    lost: list[tuple[str, ...]] = field(default_factory=list)
    changes: list[dict[str, Reach]] = field(default_factory=list)
    changed: list[dict[int, dict[str, Reach]]] = field(default_factory=list)
    flows: tuple[StepFlow, ...] = ()


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
        provider: the step that has each name by now; `origin` where and by which code it got there.
    """

    flows: tuple[StepFlow, ...]
    sharing: Sharing
    nodes: list[dict[str, Node]]
    reads: list[set[str]]
    writes: list[set[str]]
    live: list[set[str]]
    sticky: frozenset[str]
    replayed: frozenset[str]
    mapped: Mapping[int, MapOver]
    provider: dict[str, int] = field(default_factory=dict)
    origin: dict[str, tuple[Seen | None, str]] = field(default_factory=dict)


def connected(state: Connecting, steps: tuple[StepNames, ...]) -> Graph:
    """Go through the steps in order: each loads what it needs from who has it then, and has what it writes."""
    graph = Graph(flows=state.flows)
    everywhere_imported = only_imported_before(steps)
    for index, (flow, imported) in enumerate(zip(state.flows, everywhere_imported, strict=True)):
        carry = _carried(state, index)
        wanted = (state.reads[index] | carry | _partly(state, index)) & state.provider.keys()
        wanted -= imported
        graph.inputs.append({n: _wanted(n, state, flow) for n in sorted(wanted)})
        written = state.writes[index] | carry | _first_used(state, index)
        over = state.mapped.get(index)
        collected = written if over is None else written & set(over.collect)
        graph.lost.append(tuple(sorted(_lost(state, index, written - collected))))
        _provide(state, index, collected)
        safe = wanted - written
        graph.readonly.append(tuple(sorted(n for n in safe if n.isidentifier())))
    for index, names in enumerate(_left(graph)):
        graph.outputs.append(_groups(names, state, index))
    _note_changes(graph, state)
    return graph


def _note_changes(graph: Graph, state: Connecting) -> None:
    changes = changes_by_step(state.flows, state.nodes, state.sharing)
    there = [
        {name for group in groups for name in group} | given.keys()
        for groups, given in zip(graph.outputs, graph.inputs, strict=True)
    ]
    for index, given in enumerate(graph.inputs):
        found: dict[int, dict[str, Reach]] = {}
        for provider in {wanted.provider for wanted in given.values()}:
            nodes = state.nodes[provider]
            known = {name: nodes[name] for name in sorted(there[provider] & nodes.keys())}
            found[provider] = changed_since(known, changes, after=provider, until=index - 1)
        there_now = given.keys() - state.flows[index].rebound
        loaded = {name: node for name, node in state.nodes[index].items() if name in there_now}
        graph.changes.append(changed_since(loaded, changes, after=index - 1, until=index))
        graph.changed.append(found)


def _lost(state: Connecting, index: int, uncollected: set[str]) -> set[str]:
    """Changes that only the copies of a mapped step see, and that a later step would look for."""
    over = state.mapped.get(index)
    if over is None:
        return set()
    imported = {name for name in uncollected if name in state.flows[index].names.imports}
    hidden = {name for name in uncollected if ":" in name}
    return (uncollected & state.live[index]) - {over.item} - imported - hidden


def _carried(state: Connecting, index: int) -> set[str]:
    """Names that must come along because what the step makes or changes may be seen through them."""
    nodes = state.nodes[index]
    needed = state.live[index] | state.reads[index]
    held = needed & (state.provider.keys() | state.replayed)
    there = {nodes[n]: n for n in held if n in nodes}
    carry: set[str] = set()
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
    return (state.writes[index] - state.flows[index].names.definite) & state.live[index]


def _first_used(state: Connecting, index: int) -> set[str]:
    used = state.reads[index] | state.flows[index].uses
    return {name for name in state.sticky & used if name not in state.provider}


def _provide(state: Connecting, index: int, written: set[str]) -> None:
    flow = state.flows[index]
    changed: dict[str, tuple[Change, Cell]] = {}
    for change, cell in flow.changes.values():
        changed.setdefault(change.name, (change, cell))
    for name in written:
        state.provider[name] = index
        if name in changed and name not in flow.names.definite:
            change, cell = changed[name]
            state.origin[name] = (Seen(cell, change.line), change.why)
        elif name in flow.names.binds:
            state.origin[name] = (Seen(*flow.names.binds[name]), "")
        elif name in flow.touches:
            state.origin[name] = (flow.touches[name], flow.touches[name].why)
        elif name not in state.origin:
            state.origin[name] = (None, "")


def _wanted(name: str, state: Connecting, flow: StepFlow) -> Wanted:
    made, changed = state.origin[name]
    place = flow.names.reads.get(name) or flow.names.late.get(name)
    seen = Seen(*place) if place is not None else None
    return Wanted(name, state.provider[name], made, changed, seen)


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
    return tuple(tuple(group) for group in groups.values())
