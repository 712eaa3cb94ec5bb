"""Which node each name stands for in each step, and which of them are joined because they may share objects.

The nodes are put together from what all steps do; how they are joined is `sharing.py`.
"""

from jupyterlab_promote.dataflow.sharing import Node, Sharing
from jupyterlab_promote.dataflow.steps import StepFlow


def shared_nodes(
    before: StepFlow, flows: tuple[StepFlow, ...]
) -> tuple[list[dict[str, Node]], Sharing]:
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
            found = kinds.setdefault(current[name], set())
            found.update(flow.bound.get(name, ()))
            if name in flow.told:
                found.add("any")
        every.append(dict(current))
    still = frozenset(n for n, k in kinds.items() if k and k <= {"plain", "module"})
    frames = frozenset(n for n, k in kinds.items() if k == {"frame"})
    closed = frozenset(n for n, k in kinds.items() if k <= {"estimator", "figure", "code", "plain"})
    boxes = frozenset(n for n, k in kinds.items() if k and k <= {"box", "plain"})
    models = frozenset(n for n, k in kinds.items() if k == {"estimator"})
    sharing = Sharing(still, frames, boxes, closed, models)
    # Functions bring the same links to each step that uses them.
    linked = {
        (nodes[one], nodes[other], copied)
        for nodes, flow in zip(every, (before, *flows), strict=True)
        for one, other, copied in flow.links
    }
    for node, other, copied in linked:
        sharing.link(node, other, copied=copied)
    for index, (nodes, flow) in enumerate(zip(every[1:], flows, strict=True)):
        for name, level in flow.changes:
            sharing.change(nodes[name], level, index)
    return every[1:], sharing


def _mentioned(flow: StepFlow) -> list[str]:
    linked = {end for link in flow.links for end in (link.one, link.other)}
    changed = {name for name, _ in flow.changes}
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
