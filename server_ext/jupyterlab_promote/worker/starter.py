"""Who started a step on Ray: a step whose starter is gone ends, because nobody could stop it later.

The line to the starter closes when that ends. Ray's process of the node may die and leave the starter alive, though
Ray then counts the node as lost and the step is run again elsewhere; so that process is looked at as well.
"""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

from jupyterlab_promote.worker.stopping import Stop, Wish

NODE = "PROMOTE_RAY_NODE"
"""The variable with the id of Ray's process of the node, the parent of Ray's workers."""

_LOOK_EVERY = 1.0
_PATIENCE = 2.0


@dataclass(frozen=True)
class Starter:
    """What a step depends on beside the line to its starter.

    Attributes:
        node: id of Ray's process of this node; None when that is not known.
        head: address of Ray's head, `host:port`.
    """

    node: int | None
    head: str | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Starter":
        """What the variables of the step's process say."""
        node = environment.get(NODE)
        return cls(node=int(node) if node else None, head=environment.get("RAY_ADDRESS"))

    @property
    def node_lives(self) -> bool:
        """Whether Ray's process of this node does anything; one that only waits to be collected does not."""
        if self.node is None:
            return True
        try:
            return bool(psutil.Process(self.node).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def who_is_gone(self) -> Wish:
        """Why the step is to end, once something is gone."""
        if self.node_lives:
            return Wish.ABANDONED
        return Wish.NODE_LOST if self.head is None or _answers(self.head) else Wish.RAY_ENDED


def end_without(starter: Starter, closed: Callable[[], object], stop: Stop) -> None:
    """End the step when its starter is gone, or Ray's process of the node.

    Args:
        closed: returns when the line to the starter has closed; it blocks, in a thread of its own.
    """

    def line() -> None:
        closed()
        stop.ask(starter.who_is_gone())

    def node() -> None:
        while starter.node_lives:
            time.sleep(_LOOK_EVERY)
        stop.ask(starter.who_is_gone())

    for watch in (line, node) if starter.node is not None else (line,):
        threading.Thread(target=watch, name=f"promote-{watch.__name__}", daemon=True).start()


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE):
            return True
    except (OSError, ValueError):
        return False
