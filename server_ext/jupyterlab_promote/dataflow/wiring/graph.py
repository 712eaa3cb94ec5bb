"""How steps connect: what each one loads from which, and which only wait for another.

Each name that a step needs comes from the last step that made or may have changed it (`providers.py`). Here is what
that rests on: what each step reads and writes, with the code that it uses, and hidden state, which travels like a name
(`states.py`). Steps that share nothing are not connected, and may run at the same time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.values import Summary
from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.step_names import StepNames, only_imported_before
from jupyterlab_promote.dataflow.wiring.bound_first import with_bound_first
from jupyterlab_promote.dataflow.wiring.facts import FunctionFacts, StepFacts
from jupyterlab_promote.dataflow.wiring.learned import Learned, taken_up
from jupyterlab_promote.dataflow.wiring.narrowing import narrowed
from jupyterlab_promote.dataflow.wiring.nodes import shared_nodes
from jupyterlab_promote.dataflow.wiring.providers import Connecting, Graph, connected
from jupyterlab_promote.dataflow.wiring.sharing import Node, Sharing
from jupyterlab_promote.dataflow.wiring.states import HiddenStates, hidden_by_step
from jupyterlab_promote.dataflow.wiring.steps import Seen, StepFlow, read_steps
from jupyterlab_promote.dataflow.wiring.used_code import Codes, used_functions, with_used_code
from jupyterlab_promote.dataflow.wiring.whereabouts import Whereabouts
from jupyterlab_promote.model.settings import MapOver
from jupyterlab_promote.notebook.document import Cell


def build(
    prelude: tuple[Cell, ...],
    steps: tuple[StepNames, ...],
    states: HiddenStates,
    *,
    seeded: bool,
    mapped: Mapping[int, MapOver],
    learned: Learned,
    modules: OwnCode | None = None,
) -> tuple[Graph, tuple[Whereabouts, ...]]:
    """The graph of a notebook without opaque code, and where its steps do what it says.

    Args:
        prelude: cells that run again in each step, the parameters' too.
        states: hidden state that the notebook's libraries have.
        seeded: a random generator may be set to a known position somewhere.
        mapped: steps that run once for each item of a list.
        learned: what the user's settings say of changes and common objects.
        modules: the notebook's own, as far as it is known what their functions do.
    """
    told = learned.names.union(*((m.over, m.item, *m.collect) for m in mapped.values()))
    told = told.union(*states.companions.values())
    replayed, flows = read_steps(prelude, steps, modules)
    before, narrow = narrowed(replayed, flows, named=told)
    own = (frozenset(states.kept.get(step.name, ())) for step in steps)
    changing = (
        facts._replace(touches=facts.touches | touched) if touched else facts
        for facts, touched in zip(taken_up(learned, before, narrow, steps), own, strict=True)
    )
    known = _Known(
        before,
        tuple(with_bound_first(before, changing, steps)),
        states.names,
        seeded,
        tuple(mapped.items()),
        only_imported_before(steps),
        tuple(states.companions.items()),
    )
    graph = _graph(known)
    return graph, tuple(_whereabouts(graph, replayed, flows, learned, states))


@dataclass(frozen=True)
class _Known:
    """All that the graph follows from; each as `build` has it.

    Attributes:
        imported: by step, the names that all steps before it leave bound by an import.
        companions: by the state of a module, the names that may lead to it or be held by it.
    """

    before: StepFacts
    steps: tuple[StepFacts, ...]
    states: tuple[str, ...]
    seeded: bool
    mapped: tuple[tuple[int, MapOver], ...]
    imported: tuple[frozenset[str], ...]
    companions: tuple[tuple[str, frozenset[str]], ...]


@lru_cache(maxsize=64)
def _graph(known: _Known) -> Graph:
    """Kept for the next analysis, and not to be changed."""
    mapped = dict(known.mapped)
    # Each step may call what a module holds.
    held = frozenset[str]().union(*(names for _, names in known.companions))
    nodes, sharing, used = _with_used_code(known.before, known.steps, held)
    steps = [step.facts for step in used]
    hidden = hidden_by_step(steps, known.states, seeded=known.seeded)
    writes = [{*step.written, *hidden[i][1]} for i, step in enumerate(steps)]
    reads = [{*step.reads, *hidden[i][0]} for i, step in enumerate(used)]
    for index, over in mapped.items():
        reads[index] = (reads[index] | {over.over}) - {over.item}
    live = _live(steps, reads, writes)
    state = Connecting(
        steps,
        sharing,
        nodes,
        reads,
        writes,
        live,
        sticky=_sticky(known.before),
        replayed=frozenset(name for name, _ in known.before.bound),
        mapped=mapped,
        imported=known.imported,
        companions=dict(known.companions),
    )
    return connected(state, used=[step.functions for step in used])


@dataclass(frozen=True)
class _Used:
    """A step with the code that it uses.

    Attributes:
        facts: with what the functions do as done by the step.
        functions: those that count as done by the step, in turn.
        reads: what the step and the functions look up.
    """

    facts: StepFacts
    functions: tuple[str, ...]
    reads: frozenset[str]


def _with_used_code(
    before: StepFacts, steps: Sequence[StepFacts], called: frozenset[str]
) -> tuple[list[dict[str, Node]], Sharing, list[_Used]]:
    """Count what used functions do as done by the steps.

    Args:
        called: names whose functions each step may call.

    Returns:
        the nodes, what they share then, and the steps.
    """
    nodes, sharing = shared_nodes(before, steps)
    codes: dict[str, tuple[FunctionFacts, ...]] = dict(before.functions)
    found: list[_Used] = []
    for step, own in zip(steps, nodes, strict=True):
        for name, functions in step.functions:
            codes[name] = (*codes.get(name, ()), *functions)
        unnamed = (name for name, _ in step.functions if "<lambda" in name)
        anywhere = called.union(step.loose, unnamed)
        start = anywhere.union(step.reads, step.uses)
        met = _with_code(start, own, sharing, codes)
        used = used_functions(met, codes)
        settled = frozenset(
            name
            for name, looked_up in step.first
            if not _may_look_up(name, _with_code(anywhere | looked_up, own, sharing, codes), codes)
        )
        facts = with_used_code(step, used, codes, settled)
        found.append(_Used(facts, used, facts.reads | facts.loose | facts.pulled | (met - start)))
    if any(one.facts is not step for one, step in zip(found, steps, strict=True)):
        nodes, sharing = shared_nodes(before, [step.facts for step in found])
    return nodes, sharing, found


def _with_code(
    start: frozenset[str], nodes: Mapping[str, Node], sharing: Sharing, codes: Mapping[str, object]
) -> set[str]:
    """The names, and the functions whose code an object of theirs may run."""
    found = set(start)
    makers = {nodes[name]: name for name in codes if name in nodes}
    sharing_memory = sharing.levels["share"]
    for node in {sharing_memory.of(nodes[name]) for name in start & nodes.keys()}:
        found |= {makers[other] for other in sharing_memory.beside(node) & makers.keys()}
    return found


def _may_look_up(name: str, met: Iterable[str], codes: Codes) -> bool:
    return any(name in one.reads for used in used_functions(met, codes) for one in codes[used])


def _sticky(before: StepFacts) -> frozenset[str]:
    """Classes that run again in each step: whoever uses one must have the same."""
    return frozenset(n for n, found in before.functions if any(s.is_class for s in found))


def _live(
    steps: Sequence[StepFacts], reads: list[set[str]], writes: list[set[str]]
) -> list[set[str]]:
    """Names that a later step looks up before binding them anew."""
    after: set[str] = set()
    found: list[set[str]] = []
    for step, read, written in reversed(list(zip(steps, reads, writes, strict=True))):
        found.append(set(after))
        kept = (written - step.definite) & after
        after = (after - step.definite) | read | kept
    return list(reversed(found))


def _whereabouts(
    graph: Graph,
    replayed: StepFlow,
    flows: Sequence[StepFlow],
    learned: Learned,
    states: HiddenStates,
) -> Iterator[Whereabouts]:
    asked = set[str]().union(*graph.used)
    codes = {name: replayed.summaries[name] for name in replayed.summaries.keys() & asked}
    for flow, names in zip(flows, graph.used, strict=True):
        for function in flow.summaries.keys() & asked:
            codes[function] = (*codes.get(function, ()), *flow.summaries[function])
        used = tuple([(function, codes.get(function, ())) for function in names])
        name = flow.names.name
        own = tuple(states.kept.get(name, {}).items())
        yield _of_step(flow, used, learned.changes.get(name, ()), own)


@lru_cache(maxsize=2048)
def _of_step(
    flow: StepFlow,
    used: tuple[tuple[str, tuple[Summary, ...]], ...],
    learned: tuple[str, ...],
    kept: tuple[tuple[str, Seen], ...],
) -> Whereabouts:
    """Kept as long as neither the step nor a function that it uses is edited.

    Args:
        used: (function, what it may be by then).
    """
    return Whereabouts(flow, dict(used), learned, dict(kept))
