"""What starts attempts on Ray: the gateway where there is one, else the Job API. Chosen by the Connection."""

from dataclasses import dataclass
from typing import Any, Protocol

from airflow.sdk import BaseHook

from jupyterlab_promote.airflow_provider.gateway import Gateway, NoNodeNow
from jupyterlab_promote.airflow_provider.names import CONNECTION
from jupyterlab_promote.airflow_provider.ray_jobs import (
    LIVE,
    JobStatus,
    RayJobs,
    address_from_connection,
)
from jupyterlab_promote.airflow_provider.sealing import SecretSource
from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.registration import Capacity
from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.model.settings import Resources

_GATEWAY = "jupyterlab_promote.worker.gateway"
"""The module that the gateway's job on Ray runs."""


class Impossible(PromoteError):
    """No node that the cluster has or adds could ever run the step."""

    code = "impossible_resources"


class Runner(Protocol):
    """The operator's view of Ray."""

    def submit(self, request: StepRequest, *, uri: str) -> str:
        """Start an attempt, harmlessly often; returns a sentence for the log.

        Raises:
            Impossible: it could only wait for ever; nothing was started.
            PromoteError: Ray is away, or refuses it.
        """

    def status(self, job_id: str, *, wait: float) -> JobStatus:
        """The state of an attempt's execution, after at most `wait` seconds; never raises."""

    def waits_for(self, resources: Resources) -> str:
        """What an attempt that waits is waiting for, where its state does not say so; empty when nobody knows."""

    def stop(self, job_id: str) -> bool:
        """End the execution; whether it was confirmed. Never raises."""

    def capacity(self) -> Capacity:
        """The most that one node has. Never raises."""


@dataclass(frozen=True)
class JobRunner:
    """The Job API: about 1.6 s until our code runs, and nothing to keep running."""

    jobs: RayJobs

    def submit(self, request: StepRequest, *, uri: str) -> str:
        """As `Runner`."""
        short = self.jobs.shortage(request.resources)
        if short is not None:
            raise Impossible(short)
        labels = {"pipeline": request.dag_id, "run": request.run_id, "step": request.step}
        new = self.jobs.submit(
            request.job_id, request=uri, resources=request.resources, labels=labels
        )
        return f"Ray job {request.job_id} " + ("submitted." if new else "is there already.")

    def status(self, job_id: str, *, wait: float) -> JobStatus:  # noqa: ARG002 - cannot wait
        """As `Runner`; the Job API answers at once, and of what waits it only says that it may wait."""
        status = self.jobs.status(job_id)
        return JobStatus("PENDING") if status.state == "PENDING" else status

    def waits_for(self, resources: Resources) -> str:
        """As `Runner`."""
        return self.jobs.waits_for(resources)

    def stop(self, job_id: str) -> bool:
        """As `Runner`."""
        return self.jobs.stop(job_id)

    def capacity(self) -> Capacity:
        """As `Runner`."""
        return self.jobs.capacity()


@dataclass(frozen=True)
class GatewayRunner:
    """The gateway, with the Job API behind it for when the gateway is away."""

    gateway: Gateway
    jobs: JobRunner

    def submit(self, request: StepRequest, *, uri: str) -> str:
        """As `Runner`; says so when the gateway did not take the step."""
        try:
            reason = self.gateway.submit(request, uri=uri)
        except NoNodeNow as error:
            # The cluster may add nodes, of which only its dashboard and the Connection know.
            short = self.jobs.jobs.shortage(request.resources)
            if short is not None:
                raise Impossible(short) from error
            reason = self.gateway.submit(request, uri=uri, patient=True)
        if reason is None:
            return f"Step {request.job_id} given to the gateway."
        return f"The gateway did not take the step ({reason}). {self.jobs.submit(request, uri=uri)}"

    def status(self, job_id: str, *, wait: float) -> JobStatus:
        """As `Runner`; an attempt that does not live in the gateway may be a Ray job."""
        status = self.gateway.status(job_id, wait=wait)
        if status.state in ("RUNNING", "PENDING"):
            return status
        job = self.jobs.status(job_id, wait=0)
        if job.state != "LOST":
            return job
        return self._lost(status) if status.state in ("LOST", "UNKNOWN") else status

    def waits_for(self, resources: Resources) -> str:
        """As `Runner`, of an attempt that went to the Job API; the gateway says it with the state."""
        return self.jobs.waits_for(resources)

    def _lost(self, status: JobStatus) -> JobStatus:
        """Whether the gateway gives no answer, has ended, or Ray knows of none that ended: then Ray is a new one."""
        gateways = self.jobs.jobs.states(_GATEWAY)
        if gateways is None or (status.state == "UNKNOWN" and LIVE & set(gateways)):
            return status
        if not set(gateways) - LIVE:
            return JobStatus("LOST")
        return JobStatus("LOST", "The gateway on Ray ended while it had the step.")

    def stop(self, job_id: str) -> bool:
        """As `Runner`; the steps of a gateway that has ended end with it."""
        asked = self.gateway.stop(job_id)
        if asked:
            return True
        known = self.jobs.status(job_id, wait=0).state != "LOST"
        if known:
            return self.jobs.stop(job_id)
        gateways = self.jobs.jobs.states(_GATEWAY)
        return asked is False or (gateways is not None and not LIVE & set(gateways))

    def capacity(self) -> Capacity:
        """As `Runner`; the cluster's dashboard knows."""
        return self.jobs.capacity()


@dataclass(frozen=True)
class RunnerSettings:
    """The Connection.

    Attributes:
        runner: how to reach Ray.
        defer_after: seconds after which a waiting step frees its worker slot.
        secrets: what steps may have of Airflow's secrets.
    """

    runner: Runner
    defer_after: float
    secrets: SecretSource


def open_runner(connection_id: str = CONNECTION) -> RunnerSettings:
    """The runner that the Airflow Connection describes; raises InvalidInput when it is incomplete."""
    return runner_of(BaseHook.get_connection(connection_id))


def runner_of(connection: Any) -> RunnerSettings:
    """The runner of an Airflow Connection object."""
    extra = connection.extra_dejson
    address = address_from_connection(
        host=connection.host,
        port=connection.port,
        schema=connection.schema,
        token=connection.password,
        extra=extra,
    )
    jobs = JobRunner(RayJobs(address))
    runner: Runner = jobs
    if extra.get("gateway"):
        gateway = Gateway(
            url=str(extra["gateway"]),
            token=str(extra.get("gateway_token") or address.token),
            mode=str(extra.get("mode") or "cold"),
            verify=address.verify,
        )
        runner = GatewayRunner(gateway, jobs)
    return RunnerSettings(
        runner=runner,
        defer_after=float(extra.get("defer_after", 60)),
        secrets=SecretSource.of(extra),
    )
