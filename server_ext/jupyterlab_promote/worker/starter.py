"""What is left of Ray when a step's starter is gone: its node's own process, its head. Asked once, at the end."""

import socket

import psutil

from jupyterlab_promote.worker.stopping import Wish

NODE = "PROMOTE_RAY_NODE"
"""The variable with the id of the process that is Ray's node; the parent of Ray's workers."""

_PATIENCE = 2.0


def who_is_gone(*, node: str | None, head: str | None) -> Wish:
    """Why a step is to end whose line to its starter has closed.

    Args:
        node: the process id that `NODE` holds.
        head: address of Ray's head, `host:port`.
    """
    if node is None or _lives(int(node)):
        return Wish.ABANDONED
    return Wish.NODE_LOST if head is None or _answers(head) else Wish.RAY_ENDED


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE):
            return True
    except (OSError, ValueError):
        return False
