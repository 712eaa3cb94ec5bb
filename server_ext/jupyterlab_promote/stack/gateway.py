"""Starts the gateway as a long-lived Ray job. Its end is Ray's: it ends with the head.

Steps run without it too, as Ray jobs of their own; they only start slower. So a gateway that does not
start is said, and is no reason to end the stack.
"""

import shlex
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from urllib.parse import urlsplit

import httpx

from jupyterlab_promote.stack.state import StackInfo

_MODULE = "jupyterlab_promote.worker.gateway"
_START_SECONDS = 40.0


def start_gateway(info: StackInfo, *, progress: Callable[[str], None]) -> None:
    """Submit the gateway and wait until it answers; tells `progress` how that went."""
    if find_spec(_MODULE) is None or find_spec(f"{_MODULE}.__main__") is None:
        return
    problem = _submit(info, started=datetime.now(UTC)) or _wait(info)
    if problem:
        progress(f"The gateway did not start, so each step is a Ray job of its own: {problem}")
    else:
        progress("The gateway is ready")


def gateway_answers(info: StackInfo) -> bool:
    """Whether it takes steps."""
    return not _problem(info)


def _headers(info: StackInfo) -> dict[str, str]:
    return {"Authorization": f"Bearer {info.ray_token}"}


def _submit(info: StackInfo, *, started: datetime) -> str:
    address = urlsplit(info.gateway_url)
    words = [sys.executable, "-m", _MODULE, "--host", str(address.hostname)]
    words += ["--port", str(address.port)]
    # Ray never takes an id twice, not even of a gateway that was stopped.
    body = {
        "submission_id": f"promote-gateway-{started:%Y%m%d%H%M%S}",
        "entrypoint": f"exec {shlex.join(words)}",
    }
    try:
        httpx.post(
            f"{info.ray_url}/api/jobs/",
            json=body,
            headers=_headers(info),
            timeout=10,
            trust_env=False,
        ).raise_for_status()
    except httpx.HTTPError as error:
        return str(error)
    return ""


def _wait(info: StackInfo) -> str:
    end = time.monotonic() + _START_SECONDS
    reason = ""
    while time.monotonic() < end:
        reason = _problem(info)
        if not reason:
            return ""
        time.sleep(0.25)
    return f"not within {_START_SECONDS:.0f} s: {reason}"


def _problem(info: StackInfo) -> str:
    """Why it does not answer; empty when it does."""
    try:
        httpx.get(
            f"{info.gateway_url}/health", headers=_headers(info), timeout=5, trust_env=False
        ).raise_for_status()
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    return ""
