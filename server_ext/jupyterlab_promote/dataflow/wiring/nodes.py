"""Which node each name stands for in each step, and which of them are joined because they may share objects.

The nodes are put together from what all steps do; how they are joined is `sharing.py`.
"""

from collections.abc import Sequence
from functools import lru_cache

from jupyterlab_promote.dataflow.wiring.facts import StepFacts
from jupyterlab_promote.dataflow.wiring.sharing import Node, Sharing


def shared_nodes(
    before: StepFacts, steps: Sequence[StepFacts]
) -> tuple[list[dict[str, Node]], Sharing]:
    """The nodes that names stand for in each step, and which of them share objects."""
    current: dict[str, Node] = {}
    kinds: dict[Node, set[str]] = {}
    every: list[dict[str, Node]] = []
    for index, step in enumerate((before, *steps), start=-1):
        mentioned = _mentioned(step)
        anew = step.definite - step.reads - (step.late - step.settled) - step.pulled
        for name in sorted(mentioned.difference(current) | (mentioned & anew)):
            current[name] = (name, index)
            kinds.setdefault((name, index), set())
        for name, bound in step.bound:
            kinds[current[name]] |= bound
        for name in step.told & mentioned:
            kinds[current[name]].add("any")
        every.append(dict(current))
    sharing = _of_kinds(kinds)
    # Functions bring the same links to each step that uses them.
    linked = {
        (nodes[one], nodes[other], copied)
        for nodes, step in zip(every, (before, *steps), strict=True)
        for one, other, copied in step.links
    }
    for node, other, copied in linked:
        sharing.link(node, other, copied=copied)
    for index, (nodes, step) in enumerate(zip(every[1:], steps, strict=True)):
        for name, level in step.changes:
            sharing.change(nodes[name], level, index)
    return every[1:], sharing


def _of_kinds(kinds: dict[Node, set[str]]) -> Sharing:
    return Sharing(
        still=frozenset(n for n, k in kinds.items() if k and k <= {"plain", "module"}),
        frames=frozenset(n for n, k in kinds.items() if k == {"frame"}),
        boxes=frozenset(n for n, k in kinds.items() if k and k <= {"box", "plain"}),
        closed=frozenset(
            n for n, k in kinds.items() if k <= {"estimator", "figure", "code", "plain"}
        ),
        models=frozenset(n for n, k in kinds.items() if k == {"estimator"}),
    )


@lru_cache(maxsize=2048)
def _mentioned(step: StepFacts) -> frozenset[str]:
    return step.written.union(
        step.uses,
        (name for name, _ in step.functions),
        (end for link in step.links for end in (link.one, link.other)),
    )
