"""How steps connect: what each one loads from which, and which only wait for another.

Each name that a step needs comes from the last step that made or may have changed it (`providers.py`). Here is what
that rests on: what each step reads and writes, with the code that it uses, and hidden state, which travels like a name
(`states.py`). Steps that share nothing are not connected, and may run at the same time.
"""

from collections.abc import Mapping

from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.learned import Learned, take_up
from jupyterlab_promote.dataflow.narrowing import narrowed
from jupyterlab_promote.dataflow.nodes import shared_nodes
from jupyterlab_promote.dataflow.providers import Connecting, Graph, connected
from jupyterlab_promote.dataflow.sharing import Node, Sharing
from jupyterlab_promote.dataflow.states import hidden_by_step
from jupyterlab_promote.dataflow.steps import StepFlow, add_used_code, read_steps
from jupyterlab_promote.dataflow.values import Summary
from jupyterlab_promote.model.settings import MapOver
from jupyterlab_promote.notebook.document import Cell


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
    nodes, sharing, reads = _with_used_code(before, flows)
    hidden = hidden_by_step(flows, states, seeded=seeded)
    writes = [_writes(flow) | hidden[i][1] for i, flow in enumerate(flows)]
    reads = [found | hidden[i][0] for i, found in enumerate(reads)]
    for index, over in mapped.items():
        reads[index] = (reads[index] | {over.over}) - {over.item}
    live = _live(flows, reads, writes)
    replayed = frozenset(before.bound)
    return connected(
        Connecting(flows, sharing, nodes, reads, writes, live, _sticky(before), replayed, mapped),
        steps,
    )


def _with_used_code(
    before: StepFlow, flows: tuple[StepFlow, ...]
) -> tuple[list[dict[str, Node]], Sharing, list[set[str]]]:
    """Count what used functions do as done by the steps.

    Returns:
        the nodes, what they share then, and the names that each step reads.
    """
    nodes, sharing = shared_nodes(before, flows)
    codes: dict[str, tuple[Summary, ...]] = dict(before.summaries)
    reads: list[set[str]] = []
    counted = False
    for index, flow in enumerate(flows):
        for name, found in flow.summaries.items():
            codes[name] = (*codes.get(name, ()), *found)
        unnamed = {name for name in flow.summaries if "<lambda" in name}
        start = set(flow.names.reads) | flow.uses | flow.loose | unnamed
        used = _with_code(start, nodes[index], sharing, codes)
        counted |= add_used_code(flow, codes, used)
        reads.append(set(flow.names.reads) | flow.loose | flow.pulled | (used - start))
    return *(shared_nodes(before, flows) if counted else (nodes, sharing)), reads


def _with_code(
    start: set[str], nodes: Mapping[str, Node], sharing: Sharing, codes: Mapping[str, object]
) -> set[str]:
    """The names, and the functions whose code an object of theirs may run."""
    found = set(start)
    makers = {nodes[name]: name for name in codes if name in nodes}
    sharing_memory = sharing.levels["share"]
    for node in {sharing_memory.of(nodes[name]) for name in start & nodes.keys()}:
        found |= {makers[other] for other in sharing_memory.beside(node) & makers.keys()}
    return found


def _writes(flow: StepFlow) -> set[str]:
    changed = {name for name, _ in flow.changes}
    return set(flow.names.binds) | changed | flow.maybe | set(flow.bound)


def _sticky(before: StepFlow) -> frozenset[str]:
    """Classes that run again in each step: whoever uses one must have the same."""
    return frozenset(n for n, found in before.summaries.items() if any(s.is_class for s in found))


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
