"""What the stack asks of its running parts over HTTP. Starts and ends nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import httpx

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.stack import components
from jupyterlab_promote.stack.state import StackInfo

_TIMEOUT = 5.0
"""Seconds for a look that is repeated when it fails."""
_PATIENCE = 60.0
"""Seconds for a question whose answer decides something: a busy computer is no dead one."""
_DAEMONS = {
    components.SCHEDULER: "scheduler",
    components.DAG_PROCESSOR: "dag_processor",
    components.TRIGGERER: "triggerer",
}


@dataclass(frozen=True)
class LiveRun:
    """A run that has not ended."""

    dag_id: str
    run_id: str
    state: str

    def __str__(self) -> str:
        return f"{self.dag_id} {self.run_id} ({self.state})"


def _client(url: str, *, token: str = "", timeout: float = _TIMEOUT) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # trust_env=False: a proxy of the user's must never see loopback traffic.
    return httpx.Client(base_url=url, headers=headers, timeout=timeout, trust_env=False)


def ready_components(info: StackInfo) -> frozenset[str]:
    """The components that answer now, or whose heartbeat is newer than the start of the stack.

    To Airflow a heartbeat is healthy for 30 s, so right after a restart its own word is of the earlier process.
    """
    ready = set()
    if _answers(info.ray_url, "/api/jobs/", token=info.ray_token):
        ready.add(components.RAY)
    health = _health(info.airflow_url)
    if health is not None:
        ready.add(components.API_SERVER)
        ready.update(_beating(health, since=info.started))
    return frozenset(ready)


def _answers(url: str, path: str, *, token: str) -> bool:
    try:
        with _client(url, token=token) as client:
            return client.get(path).is_success
    except httpx.HTTPError:
        return False


def _health(url: str) -> dict[str, dict[str, str | None]] | None:
    try:
        with _client(url) as client:
            response = client.get("/api/v2/monitor/health")
            return response.json() if response.is_success else None
    except (httpx.HTTPError, ValueError):
        return None


def _beating(health: dict[str, dict[str, str | None]], *, since: datetime) -> Iterable[str]:
    for component, key in _DAEMONS.items():
        beat = (health.get(key) or {}).get(f"latest_{key}_heartbeat")
        if beat and datetime.fromisoformat(beat) > since:
            yield component


def airflow_token(info: StackInfo, *, patience: float = _PATIENCE) -> str:
    """A token of the stack's Airflow user, good for a day. Raises Unavailable."""
    try:
        with _client(info.airflow_url, timeout=patience) as client:
            body = {"username": info.user, "password": info.password}
            return str(
                client.post("/auth/token", json=body).raise_for_status().json()["access_token"]
            )
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise _unavailable(info, error) from error


def ensure_pool(info: StackInfo, *, name: str, slots: int) -> None:
    """Create the pool that throttles steps; a task in a missing pool waits for ever. Raises Unavailable."""
    body = {
        "name": name,
        "slots": slots,
        "description": "Steps that run on Ray.",
        "include_deferred": True,
    }
    try:
        token = airflow_token(info)
        with _client(info.airflow_url, token=token, timeout=_PATIENCE) as client:
            if client.get(f"/api/v2/pools/{name}").status_code == httpx.codes.NOT_FOUND:
                client.post("/api/v2/pools", json=body).raise_for_status()
    except httpx.HTTPError as error:
        raise _unavailable(info, error) from error


def live_runs(info: StackInfo) -> tuple[LiveRun, ...]:
    """The runs that Airflow has not ended. Raises Unavailable when it does not say."""
    try:
        token = airflow_token(info)
        with _client(info.airflow_url, token=token, timeout=_PATIENCE) as client:
            query = "state=running&state=queued&limit=100"
            found = client.get(f"/api/v2/dags/~/dagRuns?{query}").raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise _unavailable(info, error) from error
    return tuple(
        LiveRun(run["dag_id"], run["dag_run_id"], run["state"]) for run in found["dag_runs"]
    )


def _unavailable(info: StackInfo, error: Exception) -> Unavailable:
    return Unavailable(
        "Airflow", info.airflow_url, str(error), hint=f"Read the log {info.logs}/api-server.log."
    )
