"""What a step needs of one node beside what the nodes have, and the sentence for what none has. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.settings import Resources, format_bytes

ACCELERATOR_SHARE = 0.001
"""How Ray asks for a node with an accelerator: a sliver of a resource that each such node has."""

_STANDING = "node_"
"""Beginning of the node types of a cluster whose nodes nobody adds: each node is its own type."""


def shortage(resources: Resources, nodes: Sequence[Mapping[str, float]]) -> str | None:
    """Why none of the nodes could ever run a step; None when one could.

    Args:
        nodes: the resources of nodes, or of kinds of nodes, at least one.
    """
    wanted = _wanted(resources)
    if any(all(node.get(k, 0.0) >= v for k, v in wanted.items()) for node in nodes):
        return None
    for name, amount in wanted.items():
        most = max(node.get(name, 0.0) for node in nodes)
        if most < amount:
            return f"The step needs {_amount(name, amount)}, the cluster has {_most(name, most)}."
    needs = ", ".join(_amount(name, amount) for name, amount in wanted.items())
    return f"The step needs {needs} on one node, and no node of the cluster has all of it."


def adds_nodes(status: Any) -> bool:
    """Whether Ray's autoscaler adds nodes to the cluster, from `clusterStatus` of `/api/cluster_status`."""
    report = (status or {}).get("autoscalerReport") or {}
    types = (report.get("nodeTypeMapping") or {}).values()
    return any(not str(name).startswith(_STANDING) for name in types)


def node_types(given: Any) -> tuple[Mapping[str, float], ...]:
    """`node_types` of the Connection's extra: a list of resources, such as `[{"CPU": 8, "GPU": 1}]`.

    Raises:
        InvalidInput: it is something else.
    """
    try:
        return tuple({str(k): float(v) for k, v in each.items()} for each in given or ())
    except (AttributeError, TypeError, ValueError):
        raise InvalidInput(
            "node_types",
            f"of the Connection 'promote_ray' is {given!r}",
            hint='Write a list of resources, such as [{"CPU": 8, "GPU": 1, "memory": 64000000000}].',
        ) from None


def _wanted(resources: Resources) -> dict[str, float]:
    wanted = {"CPU": resources.cpus, "GPU": resources.gpus, **resources.custom}
    if resources.memory:
        wanted["memory"] = float(resources.memory)
    if resources.accelerator:
        wanted[f"accelerator_type:{resources.accelerator}"] = ACCELERATOR_SHARE
    return {name: amount for name, amount in wanted.items() if amount > 0}


def _amount(name: str, amount: float) -> str:
    if name == "memory":
        return f"{format_bytes(amount)} of memory"
    if name.startswith("accelerator_type:"):
        return f"a node with {name.partition(':')[2]}"
    return f"{amount:g} {name}"


def _most(name: str, most: float) -> str:
    if most <= 0:
        return "none"
    return f"at most {_amount(name, most)} on a node"
