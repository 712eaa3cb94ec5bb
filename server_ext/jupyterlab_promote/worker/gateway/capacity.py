"""What the cluster's nodes have and what is free of it, as the gateway's own connection to Ray tells: no HTTP."""

from collections.abc import Sequence

import ray

from jupyterlab_promote.model.capacity import Node, shortage, waiting_for
from jupyterlab_promote.model.settings import Resources


def short_of(resources: Resources) -> str | None:
    """Why no node that is there now could ever run a step; None when one could."""
    nodes = _nodes()
    return shortage(resources, nodes) if nodes else None


def waits_for(resources: Resources, *, others: Sequence[str]) -> str:
    """What a step waits for, in words. `others` are the steps that run meanwhile."""
    return waiting_for(resources, _nodes(), free=ray.available_resources(), others=others)


def _nodes() -> list[Node]:
    alive = (node for node in ray.nodes() if node["Alive"])
    return [Node(node["Resources"], node.get("Labels") or {}) for node in alive]
