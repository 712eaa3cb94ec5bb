"""Loopback ports for the stack: one free block, so that Ray's workers cannot take a port of a service."""

import json
import random
import socket
from dataclasses import asdict, dataclass

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.stack.places import Places, write_private

_BLOCK = 256
_SERVICES = 16
# Below the range from which systems hand out ports to clients, above the well known services.
_BASES = range(20_480, 32_000, _BLOCK)


@dataclass(frozen=True)
class Ports:
    """The port of each service; the rest of the block is for Ray's workers."""

    base: int

    @property
    def airflow(self) -> int:
        """Airflow's API server and page."""
        return self.base

    @property
    def ray_jobs(self) -> int:
        """Ray's Job API and dashboard."""
        return self.base + 1

    @property
    def ray(self) -> int:
        """Ray's control store, the address for `ray.init()`."""
        return self.base + 2

    @property
    def gateway(self) -> int:
        """The gateway to runners."""
        return self.base + 3

    def service(self, index: int) -> int:
        """A port for one of Ray's inner services, `index` from 4 to 15."""
        return self.base + index

    @property
    def workers(self) -> tuple[int, int]:
        """First and last port of Ray's workers."""
        return self.base + _SERVICES, self.base + _BLOCK - 1


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _last(where: Places) -> list[int]:
    try:
        base = json.loads(where.ports.read_text())["base"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [base] if base in _BASES else []


def choose_ports(where: Places) -> Ports:
    """A free block, the one of the last start if possible. Raises Unavailable if there is none."""
    others = list(_BASES)
    random.shuffle(others)
    for base in [*_last(where), *others]:
        if all(_free(port) for port in range(base, base + _BLOCK)):
            ports = Ports(base)
            write_private(where.ports, asdict(ports))
            return ports
    raise Unavailable(
        "A block of free ports",
        f"127.0.0.1:{_BASES.start}-{_BASES.stop}",
        f"every block of {_BLOCK} ports has one in use",
        hint="Stop servers that you do not need, then run `jupyter promote up` again.",
    )
