"""Nodes that a cluster can have beside those that it has: what its autoscaler adds. Pure."""

from typing import Any

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.capacity import Node

_STANDING = "node_"
"""Beginning of the node types of a cluster whose nodes nobody adds: each node is its own type."""


def adds_nodes(status: Any) -> bool:
    """Whether Ray's autoscaler adds nodes to the cluster, from `clusterStatus` of `/api/cluster_status`."""
    report = (status or {}).get("autoscalerReport") or {}
    types = (report.get("nodeTypeMapping") or {}).values()
    return any(not str(name).startswith(_STANDING) for name in types)


def node_types(given: Any) -> tuple[Node, ...]:
    """`node_types` of the Connection's extra: a list such as `[{"CPU": 8, "GPU": 1, "labels": {"market": "spot"}}]`.

    Raises:
        InvalidInput: it is something else.
    """
    try:
        return tuple(_node(dict(each)) for each in given or ())
    except (AttributeError, TypeError, ValueError):
        raise InvalidInput(
            "node_types",
            f"in the extra of the Connection 'promote_ray' is {given!r}, no list of resources",
            hint='Write a list of resources, such as [{"CPU": 8, "GPU": 1, "memory": 64000000000}].',
        ) from None


def _node(given: dict[str, Any]) -> Node:
    labels = {str(k): str(v) for k, v in given.pop("labels", {}).items()}
    return Node({str(k): float(v) for k, v in given.items()}, labels)
