"""The gateway's endpoint: steps by job id, each one Ray task; see the package's docstring for the calls."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import fsspec
import ray
from aiohttp import web
from pydantic import Field, ValidationError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from jupyterlab_promote.model.document import Document
from jupyterlab_promote.model.run import Cause, Claim
from jupyterlab_promote.model.settings import Resources
from jupyterlab_promote.store import layout
from jupyterlab_promote.worker.gateway.capacity import short_of, waits_for
from jupyterlab_promote.worker.gateway.pool import NAMESPACE, Pool, pool_name
from jupyterlab_promote.worker.gateway.tasks import (
    NO_OUTCOME,
    STOP_SECONDS,
    end_process,
    run_request,
)
from jupyterlab_promote.worker.lost_process import CAUSES

_LONGEST_WAIT = 120.0
_KEPT_STEPS = 5000
_CANCELS = 5
_MESSAGES = {
    2: "The worker could not read the request.",
    3: "The attempt belongs to another worker.",
    NO_OUTCOME: "The worker could not leave an outcome.",
}


class StepCall(Document):
    """The body of `POST /steps`.

    Attributes:
        name: how the step is called when others wait for what it holds.
        patient: wait also when no node that is there now could run it.
    """

    job_id: str = Field(pattern=r"^[A-Za-z0-9_.:=+-]{1,200}$")
    request_uri: str
    resources: Resources = Resources()
    mode: Literal["cold", "warm"] = "cold"
    name: str = Field(default="", max_length=300)
    patient: bool = False


class Told(NamedTuple):
    """How a step stands; `cause` says why it failed, when Ray knows."""

    status: str
    message: str = ""
    cause: Cause | None = None


class NoNode(Exception):
    """No node that is there could run the step; the text says what is short."""


@dataclass
class _Running:
    call: StepCall
    reference: Any
    end: asyncio.Future[int]
    claimed: bool = False
    insisting: asyncio.Task[None] | None = None


class Steps:
    """The steps of this gateway and the pools of its nodes."""

    def __init__(self, *, warm: int) -> None:
        self._warm = warm
        self._steps: dict[str, _Running] = {}
        self._pools: dict[str, Any] = {}
        self._task = ray.remote(max_retries=0)(run_request)

    def submit(self, call: StepCall) -> None:
        """Start a step; one that is known already goes on. Raises NoNode, or ValueError for impossible options."""
        if call.job_id in self._steps:
            return
        short = None if call.patient else short_of(call.resources)
        if short is not None:
            raise NoNode(short)
        if call.mode == "warm":
            self._start_pools()
        options = _options(call.resources)
        reference = self._task.options(name=call.job_id, **options).remote(
            call.request_uri, call.mode
        )
        end = asyncio.ensure_future(asyncio.wrap_future(reference.future()))
        # A result that nobody asks for any more must not be reported as lost.
        end.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._forget_ended()
        self._steps[call.job_id] = _Running(call, reference, end)

    async def status(self, job_id: str, *, wait: float) -> Told | None:
        """How a step stands, at its end or after `wait` seconds; None for an unknown step."""
        step = self._steps.get(job_id)
        if step is None:
            return None
        if wait > 0 and not step.end.done():
            await asyncio.wait([step.end], timeout=min(wait, _LONGEST_WAIT))
        if step.end.done():
            return _ended(step)
        if not step.claimed:
            step.claimed = await asyncio.to_thread(_claim, step.call.request_uri) is not None
        return Told("RUNNING") if step.claimed else Told("PENDING", self._waits_for(step))

    def _waits_for(self, step: _Running) -> str:
        others = [
            other.call.name
            for other in self._steps.values()
            if other.claimed and other.call.name and not other.end.done()
        ]
        return waits_for(step.call.resources, others=others)

    def stop(self, job_id: str) -> bool:
        """Ask a step to end; False for an unknown one."""
        step = self._steps.get(job_id)
        if step is None:
            return False
        if not step.end.done() and step.insisting is None:
            ray.cancel(step.reference, force=False)
            step.insisting = asyncio.ensure_future(_insist(step))
        return True

    async def counts(self) -> dict[str, Any]:
        """How many steps run, and what the pools hold."""
        pools = {node: await pool.counts.remote() for node, pool in self._pools.items()}
        return {
            "steps": sum(not step.end.done() for step in self._steps.values()),
            "nodes": pools,
        }

    def close(self) -> None:
        """End the processes that wait in pools."""
        ray.get([pool.close.remote() for pool in self._pools.values()], timeout=20)

    def _start_pools(self) -> None:
        """A pool on each node that is alive; the first warm step of a node starts cold meanwhile."""
        alive = {node["NodeID"] for node in ray.nodes() if node["Alive"]}
        self._pools = {node: pool for node, pool in self._pools.items() if node in alive}
        for node in alive - self._pools.keys():
            actor = ray.remote(num_cpus=0)(Pool)
            self._pools[node] = actor.options(
                name=pool_name(node),
                namespace=NAMESPACE,
                get_if_exists=True,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
            ).remote(self._warm)

    def _forget_ended(self) -> None:
        """Old ended steps are forgotten; their outcomes are in the store."""
        if len(self._steps) < _KEPT_STEPS:
            return
        ended = [job_id for job_id, step in self._steps.items() if step.end.done()]
        for job_id in ended[: _KEPT_STEPS // 2]:
            del self._steps[job_id]


async def _insist(step: _Running) -> None:
    """End what has not ended: Ray's interrupt is lost when it comes while Python runs a finaliser.

    Not before the task has had its time to end the process, which a second interrupt would cut short. The process is
    then ended itself, on the machine that its claim names.
    """
    for _ in range(_CANCELS):
        await asyncio.wait([step.end], timeout=STOP_SECONDS + 1)
        if step.end.done():
            return
        ray.cancel(step.reference, force=False)
        claim = await asyncio.to_thread(_claim, step.call.request_uri)
        if claim is not None and claim.state == "started":
            await asyncio.to_thread(_end_there, claim)


def _end_there(claim: Claim) -> None:
    host, pid, _ = claim.by.rsplit(":", 2)
    for node in ray.nodes():
        if node["Alive"] and node["NodeManagerHostname"] == host:
            there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            ending = ray.remote(num_cpus=0, max_retries=0)(end_process)
            ending.options(scheduling_strategy=there).remote(int(pid), claim.at.timestamp())
            return


def _options(resources: Resources) -> dict[str, Any]:
    options: dict[str, Any] = {"num_cpus": resources.cpus, "num_gpus": resources.gpus}
    if resources.memory is not None:
        options["memory"] = resources.memory
    if resources.custom:
        options["resources"] = resources.custom
    if resources.accelerator:
        options["accelerator_type"] = resources.accelerator
    if resources.labels:
        options["label_selector"] = resources.labels
    return options


def _claim(request_uri: str) -> Claim | None:
    """Who has taken the attempt, which the store knows before Ray tells; None for nobody yet."""
    try:
        with fsspec.open(request_uri.removesuffix(layout.REQUEST) + layout.CLAIM, "rb") as file:
            return Claim.model_validate_json(file.read())
    except (OSError, ValueError):
        return None


def _ended(step: _Running) -> Told:
    """What Ray says of the task's end; a step that succeeded before it was stopped did so."""
    error = step.end.exception() if not step.end.cancelled() else None
    if step.end.cancelled() or isinstance(error, ray.exceptions.TaskCancelledError):
        return Told("STOPPED")
    if error is not None:
        cause = next((said for kind, said in CAUSES.items() if isinstance(error, kind)), None)
        return Told("FAILED", str(error).strip().splitlines()[-1][:500], cause)
    code = step.end.result()
    if code != 0 and step.insisting is not None:
        return Told("STOPPED")
    return Told("SUCCEEDED") if code == 0 else Told("FAILED", _MESSAGES.get(code, ""))


def _needs(token: str) -> Any:
    """What answers 401, and nothing else, to who has not the token."""

    @web.middleware
    async def signed_in(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return web.json_response({"message": "The gateway needs its token."}, status=401)
        return await handler(request)

    return signed_in


def application(steps: Steps, *, token: str) -> web.Application:
    """The endpoint over the steps, for who has the token."""

    async def post(request: web.Request) -> web.Response:
        try:
            call = StepCall.model_validate_json(await request.text())
            steps.submit(call)
        except NoNode as error:
            return web.json_response({"message": str(error)}, status=409)
        except (ValidationError, ValueError) as error:
            return web.json_response({"message": str(error)}, status=400)
        return web.json_response({"job_id": call.job_id})

    async def get(request: web.Request) -> web.Response:
        job_id = request.match_info["job_id"]
        try:
            wait = float(request.query.get("wait", "0"))
        except ValueError:
            return web.json_response({"message": "wait is not a number"}, status=400)
        found = await steps.status(job_id, wait=wait)
        if found is None:
            return web.json_response({"message": "unknown step"}, status=404)
        return web.json_response({"job_id": job_id, **found._asdict()})

    async def stop(request: web.Request) -> web.Response:
        known = steps.stop(request.match_info["job_id"])
        return web.json_response({"stopped": known}, status=200 if known else 404)

    async def health(_request: web.Request) -> web.Response:
        return web.json_response(await steps.counts())

    app = web.Application(middlewares=[_needs(token)])
    app.router.add_post("/steps", post)
    app.router.add_get("/steps/{job_id}", get)
    app.router.add_post("/steps/{job_id}/stop", stop)
    app.router.add_get("/health", health)
    return app
