"""The Ray task of a step: holds the step's resources while a process of its own runs it.

The process is a child of Ray's worker (cold) or a ready one of the node's pool (warm). The task only waits:
a task that waited with `ray.get` would give its CPUs away. It holds a line to the process, a pipe or a socket,
whose end tells the process that nobody is left who could stop it, also when Ray's worker was killed.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import fsspec
import psutil
import ray

from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import layout
from jupyterlab_promote.worker.environment import needs_fresh_kernel
from jupyterlab_promote.worker.gateway.pool import NAMESPACE, Lease, pool_name
from jupyterlab_promote.worker.memory import tree
from jupyterlab_promote.worker.starter import NODE

NO_OUTCOME = 4
_LOOK_EVERY = 0.02
_LEASE_SECONDS = 1.0
STOP_SECONDS = 8.0
"""What a step that is asked to stop has for keeping its outputs."""
_PASSED_ON = ("CUDA_VISIBLE_DEVICES", "RAY_ADDRESS", "NVIDIA_VISIBLE_DEVICES", NODE)


def run_request(request_uri: str, mode: str) -> int:
    """Run the request's attempt on this node and give its exit code (see `worker.__main__`).

    Being cancelled ends the process: it is asked to stop, so that its outputs are kept, then killed.
    """
    context = ray.get_runtime_context()
    environment = {**os.environ, "RAY_ADDRESS": context.gcs_address, NODE: str(os.getppid())}
    kernel = _kernel(request_uri) if mode == "warm" else None
    lease = _lease(context.get_node_id(), kernel) if kernel is not None else None
    taken = _taken(lease, request_uri, environment) if lease is not None else None
    if lease is not None and taken is not None:
        with taken:
            return _warm(lease, taken)
    return _cold(request_uri, environment)


def _kernel(request_uri: str) -> str | None:
    """The kernel that the step needs; None when one started ahead cannot be used, or the request not be read."""
    try:
        with fsspec.open(request_uri, "rb") as file:
            request = StepRequest.model_validate_json(file.read())
        if needs_fresh_kernel(request.environment):
            return None
        path = f"{request.store.rstrip('/')}/{layout.manifest(request.dag_id, request.version)}"
        with fsspec.open(path, "rb") as file:
            return Manifest.model_validate_json(file.read()).kernel
    except (OSError, ValueError):
        return None


def _lease(node: str, kernel: str) -> Lease | None:
    """A ready process of this node's pool; None without a pool, or when none is ready in time.

    One that is starting is nearer to its first cell than a fresh one, so it is waited for a little.
    """
    end = time.monotonic() + _LEASE_SECONDS
    try:
        pool = ray.get_actor(pool_name(node), namespace=NAMESPACE)
        lease: Lease | None = ray.get(pool.take.remote(kernel), timeout=5)
        while lease is None and time.monotonic() < end:
            if not ray.get(pool.starting.remote(kernel), timeout=5):
                return None
            time.sleep(_LOOK_EVERY)
            lease = ray.get(pool.take.remote(kernel), timeout=5)
    except (ValueError, ray.exceptions.RayError):
        return None
    return lease


def _cold(request_uri: str, environment: Mapping[str, str]) -> int:
    # An object that is dropped closes the line, so that even an interrupt right here leaves nothing running.
    process = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "jupyterlab_promote.worker", "--held", request_uri],
        env=dict(environment),
        stdin=subprocess.PIPE,
        start_new_session=True,
    )

    def ended() -> bool:
        time.sleep(_LOOK_EVERY)
        return process.poll() is not None

    _wait(process.pid, ended)
    return process.returncode


def _taken(lease: Lease, request_uri: str, environment: Mapping[str, str]) -> socket.socket | None:
    """Give the request to a ready process; None when that process is gone before it took it."""
    passed = {name: environment[name] for name in _PASSED_ON if name in environment}
    asked = json.dumps({"request_uri": request_uri, "environment": passed})
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(lease.address)
        connection.sendall(asked.encode() + b"\n")
    except OSError:
        connection.close()
        return None
    return connection


def _warm(lease: Lease, connection: socket.socket) -> int:
    """Wait for the exit code of a process that took the request; one that dies leaves no outcome."""
    asked = select.poll()
    asked.register(connection, select.POLLIN)
    _wait(lease.pid, lambda: bool(asked.poll(_LOOK_EVERY * 1000)))
    try:
        answer = connection.recv(16)
    except ConnectionError:
        return NO_OUTCOME
    return int(answer) if answer.strip() else NO_OUTCOME


def end_process(pid: int, claimed: float) -> None:
    """End the process on this machine that had claimed an attempt at `claimed` (seconds since the epoch).

    For a step whose task does not hear that it was cancelled. A younger process only has the number of the one meant.
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        if psutil.Process(pid).create_time() <= claimed:
            _stop(pid)


def _wait(pid: int, ended: Callable[[], bool]) -> None:
    """Wait for the process's end. Each look waits a little and no more, so that a cancellation gets through."""
    try:
        while not ended():
            pass
    except KeyboardInterrupt:
        _stop(pid)
        raise


def _stop(pid: int) -> None:
    doomed = tree(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    psutil.wait_procs(doomed, timeout=STOP_SECONDS)
    for process in (*doomed, *tree(pid)):
        with contextlib.suppress(psutil.Error):
            process.kill()
