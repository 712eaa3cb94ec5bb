"""Ray's Job API over plain HTTP, with a bearer token.

Only what the operator needs: submit under an id of our own, state, stop, and which nodes could run a step.
Ray itself is never imported on the Airflow side.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from jupyterlab_promote.airflow_provider.capacity import adds_nodes, node_types
from jupyterlab_promote.errors import InvalidInput, PromoteError, Unavailable
from jupyterlab_promote.model.capacity import (
    ACCELERATOR_SHARE,
    Node,
    most,
    shortage,
    waiting_for,
)
from jupyterlab_promote.model.registration import Capacity
from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.model.settings import Resources

JobState = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "STOPPED", "LOST", "UNKNOWN"]
"""Ray's states, and two of ours: LOST, Ray has no such job; UNKNOWN, Ray gave no answer."""

LIVE = frozenset({"PENDING", "RUNNING", "UNKNOWN"})
"""States in which an attempt may still be executed."""

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_STOP_TIMEOUT = 3.0


@dataclass(frozen=True)
class RayAddress:
    """Where Ray is and how its nodes start Python.

    Attributes:
        url: the dashboard's URL.
        token: sent as bearer token; empty for a cluster without one.
        python: interpreter of the Ray nodes, found on their PATH.
        verify: check the TLS certificate.
        node_types: the kinds of nodes that the cluster adds on demand.
    """

    url: str
    token: str = ""
    python: str = "python"
    verify: bool = True
    node_types: tuple[Node, ...] = ()

    def client(self) -> httpx.Client:
        """A connection that never goes through a proxy and never follows a redirect."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx.Client(
            base_url=self.url.rstrip("/"),
            headers=headers,
            timeout=_TIMEOUT,
            trust_env=False,
            # Loading certificates takes longer than a step's other calls; plain HTTP needs none.
            verify=self.verify and self.url.startswith("https:"),
        )


@dataclass(frozen=True)
class JobStatus:
    """What Ray says of a job.

    Attributes:
        message: Ray's own sentence, or the gateway's.
        cause: why it ended, when that is known.
    """

    state: JobState
    message: str = ""
    cause: Cause | None = None

    @property
    def live(self) -> bool:
        """Whether the job may still be executed."""
        return self.state in LIVE


class RayJobs:
    """The Job API of one cluster."""

    def __init__(self, address: RayAddress) -> None:
        self._address = address
        self._http = address.client()

    def submit(
        self, job_id: str, *, request: str, resources: Resources, labels: Mapping[str, str]
    ) -> bool:
        """Start the worker for one request; harmless when the id was submitted before.

        Args:
            request: path or URL of `request.json`.
            labels: shown in Ray's dashboard.

        Returns:
            False when Ray had the job already.

        Raises:
            Unavailable: Ray cannot be reached or refuses the token.
            PromoteError: Ray refuses the job, with Ray's reason.
        """
        words = [self._address.python, "-m", "jupyterlab_promote.worker", request]
        body = {
            "submission_id": job_id,
            "entrypoint": "exec " + shlex.join(words),
            "metadata": dict(labels),
            **_entrypoint_resources(resources),
        }
        answer = self._call("POST", "/api/jobs/", json=body)
        if answer.status_code == httpx.codes.OK:
            return True
        if self.status(job_id).state != "LOST":
            return False
        raise PromoteError(
            f"Ray refused the step: {_reason(answer)}",
            hint="Change what it names in the step's settings; `jupyter promote doctor` looks at Ray.",
            code="ray_refused",
            status=answer.status_code,
        )

    def status(self, job_id: str) -> JobStatus:
        """What Ray knows of the job. Never raises for a cluster that is away: that is UNKNOWN."""
        try:
            answer = self._call("GET", f"/api/jobs/{job_id}")
        except Unavailable as error:
            return JobStatus("UNKNOWN", error.message)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return JobStatus("LOST")
        if answer.status_code != httpx.codes.OK:
            return JobStatus("UNKNOWN", _reason(answer))
        body = answer.json()
        return JobStatus(body["status"], body.get("message") or "")

    def stop(self, job_id: str) -> bool:
        """Ask Ray to end the job; a job that waits for resources is removed as well.

        Returns:
            Whether Ray confirmed it.
        """
        pending = self.status(job_id).state == "PENDING"
        try:
            answer = self._call("POST", f"/api/jobs/{job_id}/stop", json={}, timeout=_STOP_TIMEOUT)
            if pending:
                self._remove_pending(job_id)
        except Unavailable:
            return False
        return answer.status_code in (httpx.codes.OK, httpx.codes.NOT_FOUND)

    def states(self, module: str) -> tuple[str, ...] | None:
        """The states of all jobs and drivers of a Python module, also ended ones; None when Ray gives no answer."""
        try:
            answer = self._call("GET", "/api/jobs/")
        except Unavailable:
            return None
        if answer.status_code != httpx.codes.OK:
            return None
        mine = [job for job in answer.json() if module in (job.get("entrypoint") or "")]
        return tuple(str(job.get("status")) for job in mine)

    def shortage(self, resources: Resources) -> str | None:
        """Why no node of the cluster could ever run this; None when one could, or when nobody knows.

        A cluster that adds nodes on demand is held to the node types that the Connection lists; without
        them nobody knows.
        """
        try:
            nodes = self._nodes()
            if not self._address.node_types and nodes and adds_nodes(self._cluster_status()):
                return None
        except (Unavailable, KeyError, TypeError, ValueError, httpx.HTTPStatusError):
            return None
        return shortage(resources, [*nodes, *self._address.node_types]) if nodes else None

    def capacity(self) -> Capacity:
        """The most that a node has, or one that the cluster adds; unknown where Ray gives no answer."""
        try:
            return most([*self._nodes(), *self._address.node_types])
        except (Unavailable, KeyError, TypeError, ValueError, httpx.HTTPStatusError):
            return Capacity()

    def waits_for(self, resources: Resources) -> str:
        """What a job that waits is waiting for, in words; empty when nobody knows."""
        try:
            usage = self._cluster_status()["loadMetricsReport"]["usage"]
            free = {name: total - used for name, (used, total) in usage.items()}
            return waiting_for(resources, self._nodes(), free=free, others=())
        except (Unavailable, KeyError, TypeError, ValueError, httpx.HTTPStatusError):
            return ""

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def _nodes(self) -> list[Node]:
        answer = self._call("GET", "/api/v0/nodes", params={"detail": "true"})
        answer.raise_for_status()
        found = answer.json()["data"]["result"]["result"]
        alive = [node for node in found if node["state"] == "ALIVE"]
        return [Node(node["resources_total"], node.get("labels") or {}) for node in alive]

    def _cluster_status(self) -> Any:
        answer = self._call("GET", "/api/cluster_status")
        answer.raise_for_status()
        return answer.json()["data"]["clusterStatus"]

    def _remove_pending(self, job_id: str) -> None:
        """Ray's stop leaves a waiting job waiting; a helper without resources removes it from inside."""
        words = [self._address.python, "-m", "jupyterlab_promote.worker.remove_waiting", job_id]
        body = {"entrypoint": "exec " + shlex.join(words), "entrypoint_num_cpus": 0}
        self._call("POST", "/api/jobs/", json=body)

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise Unavailable(
                "Ray", self._address.url, str(error) or type(error).__name__, hint=_RAY_HINT
            ) from error
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Unavailable(
                "Ray",
                self._address.url,
                "it refused the token",
                hint="Correct the password of Airflow's Connection 'promote_ray'.",
            )
        return answer


_RAY_HINT = "Check that the cluster runs and the host of Airflow's Connection 'promote_ray'."


def _entrypoint_resources(resources: Resources) -> dict[str, Any]:
    custom = dict(resources.custom)
    if resources.accelerator:
        custom[f"accelerator_type:{resources.accelerator}"] = ACCELERATOR_SHARE
    body: dict[str, Any] = {"entrypoint_num_cpus": resources.cpus}
    if resources.gpus:
        body["entrypoint_num_gpus"] = resources.gpus
    if resources.memory:
        body["entrypoint_memory"] = resources.memory
    if custom:
        body["entrypoint_resources"] = custom
    if resources.labels:
        body["entrypoint_label_selector"] = dict(resources.labels)
    return body


def _reason(answer: httpx.Response) -> str:
    lines = [line.strip() for line in answer.text.splitlines() if line.strip()]
    return lines[-1][:500] if lines else f"HTTP {answer.status_code}"


def address_from_connection(
    *,
    host: str | None,
    port: int | None,
    schema: str | None,
    token: str | None,
    extra: Mapping[str, Any],
) -> RayAddress:
    """The address that an Airflow Connection holds; its host may be a whole URL.

    Raises:
        InvalidInput: the connection has no host.
    """
    if not host:
        raise InvalidInput(
            "promote_ray",
            "the Airflow Connection has no host",
            hint="Set the host to the URL of Ray's dashboard, such as http://ray-head:8265.",
        )
    url = host if "://" in host else f"{schema or 'http'}://{host}"
    if port and ":" not in url.partition("://")[2]:
        url = f"{url}:{port}"
    return RayAddress(
        url=url,
        token=token or "",
        python=str(extra.get("python") or "python"),
        verify=bool(extra.get("verify", True)),
        node_types=node_types(extra.get("node_types")),
    )
