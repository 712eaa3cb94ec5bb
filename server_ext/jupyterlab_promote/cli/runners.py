"""`jupyter promote runners start|status|stop`: the gateway of the embedded stack, through which steps start fast.

On another cluster an administrator submits `python -m jupyterlab_promote.worker.gateway --port P` as a Ray job.
"""

import argparse
import json

import httpx

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.stack import StackInfo, status
from jupyterlab_promote.stack.gateway import start_gateway

_JOB_PREFIX = "promote-gateway-"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to do."""
    parser.add_argument("action", choices=("start", "status", "stop"))


def execute(args: argparse.Namespace) -> int:
    """Do it; exit code 1 when afterwards the gateway is not as it was asked to be."""
    info = status()
    if info is None:
        hint = "Start it with `jupyter promote up`."
        raise Unavailable("The embedded stack", "this computer", "it does not run", hint=hint)
    if args.action == "start" and _health(info) is None:
        start_gateway(info, progress=lambda line: _say(line, as_json=args.json))
    if args.action == "stop":
        live = (_health(info) or {}).get("steps")
        _stop(info)
        again = f" Airflow runs the {live} steps again that were at work in it." if live else ""
        _say(f"Asked the gateway to end; steps start as Ray jobs.{again}", as_json=args.json)
        return 0
    health = _health(info)
    if args.json:
        print(json.dumps({"state": "running" if health else "stopped", **(health or {})}))
    else:
        print(_shown(info, health))
    return 0 if health else 1


def _say(line: str, *, as_json: bool) -> None:
    print(json.dumps({"progress": line}) if as_json else line)


def _shown(info: StackInfo, health: dict[str, object] | None) -> str:
    if health is None:
        return "The gateway does not run; steps start as Ray jobs."
    nodes = health.get("nodes")
    pools = nodes.values() if isinstance(nodes, dict) else ()
    ready = sum(pool["ready"] for pool in pools)
    return (
        f"The gateway runs at {info.gateway_url}: {health['steps']} steps, {ready} kernels ready."
    )


def _headers(info: StackInfo) -> dict[str, str]:
    return {"Authorization": f"Bearer {info.ray_token}"}


def _health(info: StackInfo) -> dict[str, object] | None:
    """What the gateway says of itself; None when it does not answer."""
    url = f"{info.gateway_url}/health"
    try:
        answer = httpx.get(url, headers=_headers(info), timeout=5, trust_env=False)
        answer.raise_for_status()
    except httpx.HTTPError:
        return None
    health: dict[str, object] = answer.json()
    return health


def _stop(info: StackInfo) -> None:
    """End the gateway's Ray jobs; raises Unavailable when Ray does not answer."""
    jobs = f"{info.ray_url}/api/jobs/"
    try:
        with httpx.Client(headers=_headers(info), timeout=10, trust_env=False) as client:
            for job in client.get(jobs).raise_for_status().json():
                name = job.get("submission_id") or ""
                if name.startswith(_JOB_PREFIX) and job["status"] in ("PENDING", "RUNNING"):
                    client.post(f"{jobs}{name}/stop").raise_for_status()
    except httpx.HTTPError as error:
        hint = "See `jupyter promote doctor`."
        raise Unavailable("Ray", info.ray_url, str(error), hint=hint) from error
