"""What a step needs of one Ray node beside what the nodes have, and the sentence for what none has. Pure.

Asked before a step is given to Ray, which would let it wait for ever. Where the nodes come from is the caller's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyterlab_promote.model.registration import Capacity
from jupyterlab_promote.model.settings import Resources, format_bytes

ACCELERATOR_SHARE = 0.001
"""How Ray asks for a node with an accelerator: a sliver of a resource that each such node has."""

_ACCELERATOR = "accelerator_type:"
"""Beginning of the resource that each node with an accelerator has."""
_NAMED = 5
_STARTS_OR_WAITS = "Its worker starts on Ray, or waits until one node has enough of everything."
_ONE_OF = re.compile(r"(?:in)?\((?P<values>.*)\)")


@dataclass(frozen=True)
class Node:
    """A node, or a kind of nodes that can be added.

    Attributes:
        resources: amounts as Ray names them; memory in bytes.
        labels: Ray's and the administrator's.
    """

    resources: Mapping[str, float]
    labels: Mapping[str, str] = field(default_factory=dict)


def shortage(resources: Resources, nodes: Sequence[Node]) -> str | None:
    """Why none of the nodes could ever run a step; None when one could.

    Args:
        nodes: nodes, or kinds of nodes, at least one.
    """
    wanted = needs(resources)
    fitting = [
        node for node in nodes if all(_has(node, *each) for each in resources.labels.items())
    ]
    if any(all(node.resources.get(k, 0.0) >= v for k, v in wanted.items()) for node in fitting):
        return None
    for name, amount in wanted.items():
        most = max(node.resources.get(name, 0.0) for node in nodes)
        if most < amount:
            return f"The step needs {_amount(name, amount)}, the cluster has {_most(name, most)}."
    for label, wish in resources.labels.items():
        if not any(_has(node, label, wish) for node in nodes):
            return f"The step needs a node with the label {label}={wish}; {_known(label, nodes)}."
    labels = tuple(f"the label {label}={wish}" for label, wish in resources.labels.items())
    amounts = tuple(_amount(name, amount) for name, amount in wanted.items())
    everything = ", ".join((*amounts, *labels))
    return f"The step needs {everything} on one node, and no node of the cluster has all of it."


def most(nodes: Sequence[Node]) -> Capacity:
    """The most that one of the nodes has of each; unknown without nodes."""
    if not nodes:
        return Capacity()
    best = max(nodes, key=lambda node: node.resources.get("GPU", 0.0))
    kinds = (name.partition(":")[2] for name in best.resources if name.startswith(_ACCELERATOR))
    amounts = {
        name: max(node.resources.get(name, 0.0) for node in nodes)
        for name in ("CPU", "GPU", "memory")
    }
    return Capacity(
        cpus=amounts["CPU"],
        memory=int(amounts["memory"]) or None,
        gpus=amounts["GPU"],
        accelerator=next(kinds, ""),
    )


def waiting_for(
    resources: Resources,
    nodes: Sequence[Node],
    *,
    free: Mapping[str, float],
    others: Sequence[str],
) -> str:
    """What a step waits for that a node could give it, and who has it.

    Args:
        free: amounts that nobody holds now, of all nodes together.
        others: names of the steps that run meanwhile, or nothing.
    """
    lacking = [
        f"{_amount(name, amount)} ({_share(name, free, nodes)})"
        for name, amount in needs(resources).items()
        if free.get(name, 0.0) < amount
    ]
    if not lacking:
        return "Its worker starts on Ray." if len(nodes) == 1 else _STARTS_OR_WAITS
    wanted = ", ".join(lacking)
    named = ", ".join(others[:_NAMED]) + (" and others" if len(others) > _NAMED else "")
    return f"Waits for {wanted}" + (f"; running: {named}." if others else ".")


def _share(name: str, free: Mapping[str, float], nodes: Sequence[Node]) -> str:
    total = sum(node.resources.get(name, 0.0) for node in nodes)
    if name == "memory":
        return f"{format_bytes(free.get(name, 0.0))} of {format_bytes(total)} free"
    return f"{free.get(name, 0.0):g} of {total:g} free"


def needs(resources: Resources) -> dict[str, float]:
    """The amounts that Ray takes from the node, by Ray's names."""
    wanted = {"CPU": resources.cpus, "GPU": resources.gpus, **resources.custom}
    if resources.memory:
        wanted["memory"] = float(resources.memory)
    if resources.accelerator:
        wanted[f"{_ACCELERATOR}{resources.accelerator}"] = ACCELERATOR_SHARE
    return {name: amount for name, amount in wanted.items() if amount > 0}


def _has(node: Node, label: str, wish: str) -> bool:
    """Whether a node's label is as wished; a node without it fulfils what is negated, as in Ray."""
    negated = wish.startswith("!")
    several = _ONE_OF.fullmatch(wish.removeprefix("!"))
    listed = several["values"].split(",") if several else [wish.removeprefix("!")]
    return (node.labels.get(label) in [value.strip() for value in listed]) != negated


def _known(label: str, nodes: Sequence[Node]) -> str:
    values = sorted({node.labels[label] for node in nodes if label in node.labels})
    return f"there are {', '.join(values)}" if values else "no node has that label"


def _amount(name: str, amount: float) -> str:
    if name == "memory":
        return f"{format_bytes(amount)} of memory"
    if name.startswith(_ACCELERATOR):
        return f"a node with {name.partition(':')[2]}"
    return f"{amount:g} {name}"


def _most(name: str, most: float) -> str:
    if most <= 0:
        return "none"
    return f"at most {_amount(name, most)} on a node"
