"""How steps connect: what each one loads from which, and which only wait for another.

Each name that a step needs comes from the last step that made or may have changed it. What may share objects has one
provider as long as a change can still be seen through another name (`sharing.py`). Hidden state travels like a name.
Steps that share nothing are not connected, and may run at the same time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jupyterlab_promote.dataflow import chain
from jupyterlab_promote.dataflow.behaviour import SEEDS
from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.learned import Learned, take_up
from jupyterlab_promote.dataflow.narrowing import narrowed
from jupyterlab_promote.dataflow.sharing import Node, Sharing
from jupyterlab_promote.dataflow.staleness import changed_since, changes_by_step
from jupyterlab_promote.dataflow.statements import SET_UP
from jupyterlab_promote.dataflow.steps import Seen, StepFlow, add_used_code, read_steps
from jupyterlab_promote.dataflow.values import Change, Summary
from jupyterlab_promote.model.pipeline import Reach
from jupyterlab_promote.model.settings import MapOver
from jupyterlab_promote.notebook.document import Cell

GENERATORS = ("rng:numpy", "rng:random", "rng:torch")
_ALWAYS_DRAWN = {"rng:torch"}
"""A loop over batches draws from it, which no call tells; so every step of a notebook that seeds does."""


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
class _Builder:
    prelude: StepFlow
    flows: tuple[StepFlow, ...]
    sharing: Sharing
    nodes: list[dict[str, Node]]
    reads: list[set[str]]
    writes: list[set[str]]
    live: list[set[str]]
    sticky: frozenset[str]
    mapped: Mapping[int, MapOver]
    provider: dict[str, int] = field(default_factory=dict)
    origin: dict[str, tuple[Seen | None, str]] = field(default_factory=dict)


def build(
    prelude: tuple[Cell, ...],
    steps: tuple[StepNames, ...],
    states: tuple[str, ...],
    *,
    seeded: bool,
    mapped: Mapping[int, MapOver],
    learned: Learned,
) -> Graph:
    """The graph of a notebook without opaque code.

    Args:
        prelude: cells that run again in each step, the parameters' too.
        states: hidden state that the notebook's libraries have.
        seeded: a random generator may be set to a known position somewhere.
        mapped: steps that run once for each item of a list.
        learned: what the user's settings say of changes and common objects.
    """
    told = learned.names.union(*((m.over, m.item, *m.collect) for m in mapped.values()))
    before, flows = narrowed(*read_steps(prelude, steps), named=told)
    take_up(learned, before, flows)
    codes: dict[str, tuple[Summary, ...]] = dict(before.summaries)
    nodes, sharing = _share(before, flows)
    reads: list[set[str]] = []
    for index, flow in enumerate(flows):
        for name, found in flow.summaries.items():
            codes[name] = (*codes.get(name, ()), *found)
        unnamed = {name for name in flow.summaries if "<lambda" in name}
        start = set(flow.names.reads) | flow.uses | flow.loose | unnamed
        used = _with_code(start, nodes[index], sharing, codes)
        add_used_code(flow, codes, used)
        reads.append(set(flow.names.reads) | flow.loose | flow.pulled | (used - start))
    nodes, sharing = _share(before, flows)
    hidden = _hidden(flows, states, seeded=seeded)
    writes = [_writes(flow) | hidden[i][1] for i, flow in enumerate(flows)]
    reads = [found | hidden[i][0] for i, found in enumerate(reads)]
    for index, over in mapped.items():
        reads[index] = (reads[index] | {over.over}) - {over.item}
    live = _live(flows, reads, writes)
    builder = _Builder(before, flows, sharing, nodes, reads, writes, live, _sticky(before), mapped)
    return _connected(builder, steps)


def _with_code(
    start: set[str], nodes: Mapping[str, Node], sharing: Sharing, codes: Mapping[str, object]
) -> set[str]:
    """The names, and the functions whose code an object of theirs may run."""
    found = set(start)
    makers = {nodes[name]: name for name in codes if name in nodes}
    for name in start & nodes.keys():
        beside = sharing.levels["share"].beside(nodes[name])
        found |= {makers[node] for node in beside & makers.keys()}
    return found


def _share(before: StepFlow, flows: tuple[StepFlow, ...]) -> tuple[list[dict[str, Node]], Sharing]:
    """The nodes that names stand for in each step, and which of them share objects."""
    current: dict[str, Node] = {}
    kinds: dict[Node, set[str]] = {}
    every: list[dict[str, Node]] = []
    for index, flow in enumerate((before, *flows)):
        names = flow.names
        looked_up = set(names.reads) | set(names.late) | flow.pulled
        for name in _mentioned(flow):
            if name not in current or (name in names.definite and name not in looked_up):
                current[name] = (name, index - 1)
            kinds.setdefault(current[name], set()).update(flow.bound.get(name, ()))
            kinds[current[name]] |= {"any"} if name in flow.told else set()
        every.append(dict(current))
    still = frozenset(n for n, k in kinds.items() if k and k <= {"plain", "module"})
    frames = frozenset(n for n, k in kinds.items() if k == {"frame"})
    closed = frozenset(n for n, k in kinds.items() if k <= {"estimator", "figure", "code", "plain"})
    boxes = frozenset(n for n, k in kinds.items() if k and k <= {"box", "plain"})
    sharing = Sharing(still, frames, boxes, closed)
    for nodes, flow in zip(every, (before, *flows), strict=True):
        for link in flow.links:
            sharing.link(nodes[link.one], nodes[link.other], copied=link.copied)
    for index, (nodes, flow) in enumerate(zip(every[1:], flows, strict=True)):
        for change, _ in flow.changes:
            sharing.change(nodes[change.name], change.level, index)
    return every[1:], sharing


def _mentioned(flow: StepFlow) -> list[str]:
    linked = {end for link in flow.links for end in (link.one, link.other)}
    changed = {change.name for change, _ in flow.changes}
    found = {
        *flow.names.binds,
        *flow.bound,
        *flow.uses,
        *linked,
        *changed,
        *flow.summaries,
        *flow.maybe,
    }
    return sorted(found)


def _writes(flow: StepFlow) -> set[str]:
    changed = {change.name for change, _ in flow.changes}
    return set(flow.names.binds) | changed | flow.maybe | set(flow.bound)


def _sticky(before: StepFlow) -> frozenset[str]:
    """Classes that run again in each step: whoever uses one must have the same."""
    return frozenset(n for n, found in before.summaries.items() if any(s.is_class for s in found))


# -- hidden state


def _hidden(
    flows: tuple[StepFlow, ...], states: tuple[str, ...], *, seeded: bool
) -> list[tuple[set[str], set[str]]]:
    """(read, written) hidden state of each step.

    Without a seed each kernel draws numbers of its own, as the notebook does on each run. Options and the
    environment are read by all that comes after who sets them.
    """
    generators = [s for s in states if s in GENERATORS] if seeded else []
    others = [state for state in states if state not in GENERATORS]
    real = {s for s in others if any(s in _touched(f, others) for f in flows)}
    found = []
    for index, flow in enumerate(flows):
        touched = _touched(flow, (*generators, *others)) | {
            s for s in real if SET_UP + s in flow.touches
        }
        drawn = (touched | _ALWAYS_DRAWN) & set(generators)
        found.append((drawn | (real if index else set()), drawn | (touched & real)))
    return found


def _touched(flow: StepFlow, states: Iterable[str]) -> set[str]:
    return set(states) if "*" in flow.touches else {s for s in states if s in flow.touches}


def seeds(texts: Iterable[str]) -> bool:
    """Whether some name in a notebook may set a random generator."""
    return any(_seeds(text) for text in texts)


@lru_cache(maxsize=4096)
def _seeds(text: str) -> bool:
    return SEEDS.search(text) is not None


# -- providers


def _live(
    flows: tuple[StepFlow, ...], reads: list[set[str]], writes: list[set[str]]
) -> list[set[str]]:
    """Names that a later step looks up before binding them anew."""
    after: set[str] = set()
    found: list[set[str]] = []
    for flow, read, written in reversed(list(zip(flows, reads, writes, strict=True))):
        found.append(set(after))
        kept = (written - flow.names.definite) & after
        after = (after - flow.names.definite) | read | kept
    return list(reversed(found))


def _connected(builder: _Builder, steps: tuple[StepNames, ...]) -> Graph:
    graph = Graph(flows=builder.flows)
    for index, flow in enumerate(builder.flows):
        carry = _carried(builder, index)
        wanted = (builder.reads[index] | carry | _partly(builder, index)) & builder.provider.keys()
        wanted = {n for n in wanted if ":" in n or not chain.is_only_imported(n, steps[:index])}
        graph.inputs.append({n: _wanted(n, builder, flow) for n in sorted(wanted)})
        written = builder.writes[index] | carry | _first_used(builder, index)
        over = builder.mapped.get(index)
        collected = written if over is None else written & set(over.collect)
        graph.lost.append(tuple(sorted(_lost(builder, index, written - collected))))
        _provide(builder, index, collected)
        safe = wanted - written
        graph.readonly.append(tuple(sorted(n for n in safe if n.isidentifier())))
    for index in range(len(builder.flows)):
        graph.outputs.append(_groups(graph, builder, index))
    _note_changes(graph, builder)
    return graph


def _note_changes(graph: Graph, builder: _Builder) -> None:
    changes = changes_by_step(builder.flows, builder.nodes, builder.sharing)
    there = [
        {name for group in groups for name in group} | given.keys()
        for groups, given in zip(graph.outputs, graph.inputs, strict=True)
    ]
    for index, given in enumerate(graph.inputs):
        found: dict[int, dict[str, Reach]] = {}
        for provider in {wanted.provider for wanted in given.values()}:
            nodes = builder.nodes[provider]
            known = {name: nodes[name] for name in sorted(there[provider] & nodes.keys())}
            found[provider] = changed_since(known, changes, after=provider, until=index - 1)
        there_now = given.keys() - builder.flows[index].rebound
        loaded = {name: node for name, node in builder.nodes[index].items() if name in there_now}
        graph.changes.append(changed_since(loaded, changes, after=index - 1, until=index))
        graph.changed.append(found)


def _lost(builder: _Builder, index: int, uncollected: set[str]) -> set[str]:
    """Changes that only the copies of a mapped step see, and that a later step would look for."""
    over = builder.mapped.get(index)
    if over is None:
        return set()
    imported = {name for name in uncollected if name in builder.flows[index].names.imports}
    hidden = {name for name in uncollected if ":" in name}
    return (uncollected & builder.live[index]) - {over.item} - imported - hidden


def _carried(builder: _Builder, index: int) -> set[str]:
    """Names that must come along because what the step makes or changes may be seen through them."""
    nodes = builder.nodes[index]
    needed = builder.live[index] | builder.reads[index]
    there = {nodes[n]: n for n in needed & builder.provider.keys() if n in nodes}
    carry: set[str] = set()
    for name in builder.writes[index] & nodes.keys():
        together = builder.sharing.together(nodes[name], index)
        if len(together) > 1:
            carry |= {there[node] for node in together & there.keys()}
        elif nodes[name] in there:
            carry.add(name)
    return carry


def _partly(builder: _Builder, index: int) -> set[str]:
    """Names that the step may leave as they were."""
    return (builder.writes[index] - builder.flows[index].names.definite) & builder.live[index]


def _first_used(builder: _Builder, index: int) -> set[str]:
    used = builder.reads[index] | builder.flows[index].uses
    return {name for name in builder.sticky & used if name not in builder.provider}


def _provide(builder: _Builder, index: int, written: set[str]) -> None:
    flow = builder.flows[index]
    changed: dict[str, tuple[Change, Cell]] = {}
    for change, cell in flow.changes:
        changed.setdefault(change.name, (change, cell))
    for name in written:
        builder.provider[name] = index
        if name in changed and name not in flow.names.definite:
            change, cell = changed[name]
            builder.origin[name] = (Seen(cell, change.line), change.why)
        elif name in flow.names.binds:
            builder.origin[name] = (Seen(*flow.names.binds[name]), "")
        elif name in flow.touches:
            builder.origin[name] = (flow.touches[name], flow.touches[name].why)
        elif name not in builder.origin:
            builder.origin[name] = (None, "")


def _wanted(name: str, builder: _Builder, flow: StepFlow) -> Wanted:
    made, changed = builder.origin[name]
    place = flow.names.reads.get(name) or flow.names.late.get(name)
    seen = Seen(*place) if place is not None else None
    return Wanted(name, builder.provider[name], made, changed, seen)


def _groups(graph: Graph, builder: _Builder, index: int) -> tuple[tuple[str, ...], ...]:
    """What later steps load from a step; names that may share objects go into one stream."""
    left = sorted({n for given in graph.inputs for n, w in given.items() if w.provider == index})
    nodes = builder.nodes[index]
    classes = builder.sharing.levels["element"]
    groups: dict[object, list[str]] = {}
    for name in left:
        key = classes.of(nodes[name]) if name in nodes else name
        groups.setdefault(key, []).append(name)
    return tuple(tuple(group) for group in groups.values())
