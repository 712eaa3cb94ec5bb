"""What is known of a started stack, and its file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from jupyterlab_promote.stack.components import API_SERVER, TITLES
from jupyterlab_promote.stack.places import Places, write_private
from jupyterlab_promote.stack.ports import Ports
from jupyterlab_promote.stack.processes import ProcessRecord, find
from jupyterlab_promote.stack.secrets import USER, Secrets

_FORMAT = 1


@dataclass(frozen=True, repr=False)
class StackInfo:
    """How to reach a running stack.

    Attributes:
        user, password: Airflow's user.
        ray_url: Ray's Job API; `ray_address` is for `ray.init()`.
        gateway_url: one HTTP endpoint for steps, with the token of Ray.
        pids: process id of each component.
    """

    airflow_url: str
    user: str
    password: str
    ray_url: str
    ray_token: str
    ray_address: str
    gateway_url: str
    store_url: str
    directory: str
    logs: str
    pids: Mapping[str, int]
    started: datetime
    missing: tuple[str, ...] = ()
    """Components that have ended since."""

    @property
    def ended(self) -> str:
        """The components that have ended since, as people know them."""
        return ", ".join(TITLES.get(name, name) for name in self.missing)

    @property
    def readable(self) -> bool:
        """Whether Airflow still tells of what is there, which it does without Ray and its own other processes."""
        return API_SERVER not in self.missing


@dataclass(frozen=True)
class State:
    """The file `stack.json`.

    Attributes:
        components: the processes that were started, which are asked to end.
        children: processes below them that were seen once all was ready; they are ended with them.
        ray_temp: Ray's directory of sockets and logs.
        ready: everything answered; False while the stack starts, or after a start that was cut off.
    """

    ports: Ports
    started: datetime
    components: tuple[ProcessRecord, ...]
    children: tuple[ProcessRecord, ...] = ()
    ray_temp: str = ""
    ready: bool = False

    @property
    def living(self) -> tuple[str, ...]:
        """Components whose processes live."""
        return tuple(each.name for each in self.components if find(each))


def save_state(where: Places, state: State) -> None:
    """Write what runs."""
    document = {"format": _FORMAT, **asdict(state), "started": state.started.isoformat()}
    write_private(where.state, document)


def load_state(where: Places) -> State | None:
    """What the last start wrote, or None when there is nothing that can be read."""
    try:
        document = json.loads(where.state.read_text())
        if document.pop("format") != _FORMAT:
            return None
        return State(
            ports=Ports(**document["ports"]),
            started=datetime.fromisoformat(document["started"]),
            components=_records(document["components"]),
            children=_records(document["children"]),
            ray_temp=document["ray_temp"],
            ready=document["ready"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _records(items: list[dict[str, Any]]) -> tuple[ProcessRecord, ...]:
    return tuple(ProcessRecord(**item) for item in items)


def info(where: Places, state: State, secrets: Secrets) -> StackInfo:
    """How to reach the stack of a state."""
    living = set(state.living)
    return StackInfo(
        airflow_url=f"http://127.0.0.1:{state.ports.airflow}",
        user=USER,
        password=secrets.password,
        ray_url=f"http://127.0.0.1:{state.ports.ray_jobs}",
        ray_token=secrets.ray,
        ray_address=f"127.0.0.1:{state.ports.ray}",
        gateway_url=f"http://127.0.0.1:{state.ports.gateway}",
        store_url=store_url(where),
        directory=str(where.root),
        logs=str(where.logs),
        pids={each.name: each.pid for each in state.components},
        started=state.started,
        missing=tuple(each.name for each in state.components if each.name not in living),
    )


def store_url(where: Places) -> str:
    """The URL of the stack's store."""
    return where.store.as_uri()


def now() -> datetime:
    """This moment, with its timezone."""
    return datetime.now(UTC)
