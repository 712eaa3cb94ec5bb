"""The gateway on a real Ray: cold and warm steps, stop, idempotence, its token."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.waiting import until

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.store.runs import read_outcome, ref_of, write_request

TOKEN = "gateway-test-token"
BEGUN = "print('began', flush=True)\nimport time\ntime.sleep(600)"
pytestmark = pytest.mark.ray


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def gateway() -> Iterator[httpx.Client]:
    port = _free_port()
    folder = tempfile.mkdtemp(prefix="rg", dir="/tmp")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("RAY_", "AIRFLOW"))}
    env |= {"RAY_AUTH_MODE": "disabled", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            "RAY_USAGE_STATS_ENABLED": "0", "PROMOTE_GATEWAY_TOKEN": TOKEN}  # fmt: skip
    gcs = _free_port()
    ray = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=2",
           "--node-ip-address=127.0.0.1", f"--port={gcs}", "--include-dashboard=false", f"--temp-dir={folder}",
           "--object-store-memory=80000000", f"--ray-client-server-port={_free_port()}",
           f"--dashboard-agent-listen-port={_free_port()}", "--disable-usage-stats"]  # fmt: skip
    head = subprocess.Popen(ray, env=env, cwd=folder, stdout=subprocess.DEVNULL)
    served = subprocess.Popen(
        [sys.executable, "-c", "import time, socket, sys, runpy\n"
         f"end = time.time() + 60\n"
         "while time.time() < end:\n"
         f"    if socket.socket().connect_ex(('127.0.0.1', {gcs})) == 0: break\n"
         "    time.sleep(0.2)\n"
         f"sys.argv = ['gateway', '--port', '{port}', '--warm', '1']\n"
         "runpy.run_module('jupyterlab_promote.worker.gateway', run_name='__main__')"],
        env={**env, "RAY_ADDRESS": f"127.0.0.1:{gcs}"}, cwd=folder,
    )  # fmt: skip
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=60,
        trust_env=False,
    )
    try:
        until(lambda: _healthy(client), within=180)
        yield client
    finally:
        for process in (served, head):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _healthy(client: httpx.Client) -> bool:
    try:
        return client.get("/health").is_success
    except httpx.HTTPError:
        return False


def _asked(bench, step: str, mode: str, *, attempt: int = 1, patient: bool = False):
    """A request in the store, and what the gateway is told of it."""
    request = bench.request(step, attempt=attempt)
    write_request(bench.store, request)
    uri = Path(bench.store.url) / ref_of(request).path("request.json")
    body = {"job_id": f"{bench.store.uid}-{request.job_id}", "request_uri": str(uri), "name": f"{step} of t",
            "resources": request.resources.model_dump(mode="json"), "mode": mode, "patient": patient}  # fmt: skip
    return request, body


def _submit(client: httpx.Client, bench, step: str, mode: str, **options):
    request, body = _asked(bench, step, mode, **options)
    client.post("/steps", json=body).raise_for_status()
    return request, body


def _end(client: httpx.Client, job_id: str) -> dict:
    return client.get(f"/steps/{job_id}", params={"wait": 50}).json()


def test_nobody_gets_in_without_the_token(gateway) -> None:
    answer = httpx.get(f"{gateway.base_url}/health", trust_env=False)
    assert answer.status_code == 401


def test_a_cold_step_runs_once_however_often_it_is_asked_for(gateway, bench) -> None:
    bench.publish({"a": ["open('ran', 'a').write('x')", "print('hello')"]})
    request, body = _submit(gateway, bench, "a", "cold")
    gateway.post("/steps", json=body).raise_for_status()
    assert _end(gateway, body["job_id"])["status"] == "SUCCEEDED"
    outcome = read_outcome(bench.store, ref_of(request))
    assert [change.size for change in outcome.changes] == [1]


def test_a_failed_step_says_so_and_the_outcome_says_why(gateway, bench) -> None:
    bench.publish({"a": ["1 / 0"]})
    request, body = _submit(gateway, bench, "a", "cold")
    assert _end(gateway, body["job_id"])["status"] == "FAILED"
    assert read_outcome(bench.store, ref_of(request)).cause == Cause.CELL_ERROR


def test_a_stopped_step_ends_and_its_outcome_is_cancelled(gateway, bench) -> None:
    bench.publish({"a": [BEGUN]})
    request, body = _submit(gateway, bench, "a", "cold")
    until(lambda: gateway.get(f"/steps/{body['job_id']}").json()["status"] == "RUNNING")
    until(lambda: bench.store.exists(ref_of(request).path("events")))
    gateway.post(f"/steps/{body['job_id']}/stop").raise_for_status()
    assert _end(gateway, body["job_id"])["status"] == "STOPPED"
    outcome = until(lambda: read_outcome(bench.store, ref_of(request)))
    assert (outcome.state, outcome.cause) == ("cancelled", Cause.CANCELLED)


def test_a_step_whose_task_does_not_hear_the_stop_is_ended_on_its_machine(
    gateway, bench, tmp_path
) -> None:
    told = tmp_path / "deaf"
    deaf = (
        "import os, signal, time\n"
        "import psutil\n"
        "held = next(p for p in psutil.Process().parents() if 'ray::' in p.name())\n"
        "held.send_signal(signal.SIGSTOP)\n"
        f"open({str(told)!r}, 'w').write(str(held.pid))\n"
        "time.sleep(600)"
    )
    bench.publish({"a": [deaf]})
    request, body = _submit(gateway, bench, "a", "cold")
    deaf_task = int(until(lambda: told.exists() and told.read_text()))
    try:
        gateway.post(f"/steps/{body['job_id']}/stop").raise_for_status()
        outcome = until(lambda: read_outcome(bench.store, ref_of(request)))
    finally:
        os.kill(deaf_task, signal.SIGCONT)
    assert (outcome.state, outcome.cause, outcome.cell) == ("cancelled", Cause.CANCELLED, "a-0")
    assert _end(gateway, body["job_id"])["status"] == "STOPPED"


def test_a_step_that_must_wait_is_told_for_what_and_can_be_stopped(gateway, bench) -> None:
    wishes = {"a": {"cpus": 3}, "b": {"cpus": 2}, "c": {"cpus": 1}}
    sources = {"a": ["print(1)"], "b": [BEGUN], "c": ["print(3)"]}
    settings = {"steps": {name: {"resources": wish} for name, wish in wishes.items()}}
    bench.publish(sources, settings=settings)
    _, body = _asked(bench, "a", "cold")
    refused = gateway.post("/steps", json=body)
    said = "The step needs 3 CPU, the cluster has at most 2 CPU on a node."
    assert (refused.status_code, refused.json()["message"]) == (409, said)
    _, grows = _submit(gateway, bench, "a", "cold", attempt=2, patient=True)
    _, holds = _submit(gateway, bench, "b", "cold")
    until(lambda: gateway.get(f"/steps/{holds['job_id']}").json()["status"] == "RUNNING")
    _, waits = _submit(gateway, bench, "c", "cold")
    told = {each["job_id"]: _state(gateway, each) for each in (grows, waits)}
    assert told == {
        grows["job_id"]: ("PENDING", "Waits for 3 CPU (0 of 2 free); running: b of t."),
        waits["job_id"]: ("PENDING", "Waits for 1 CPU (0 of 2 free); running: b of t."),
    }
    for each in (grows, waits, holds):
        gateway.post(f"/steps/{each['job_id']}/stop").raise_for_status()
        assert _end(gateway, each["job_id"])["status"] == "STOPPED"


def _state(client: httpx.Client, body: dict) -> tuple[str, str]:
    state = client.get(f"/steps/{body['job_id']}").json()
    return state["status"], state["message"]


def test_a_warm_step_uses_a_kernel_that_no_other_step_had(gateway, bench) -> None:
    source = "import os\nprint(os.getpid(), os.environ['OMP_NUM_THREADS'])\n_left = 1"
    bench.publish({"a": ["print('_left' in globals())", source]})
    request, body = _submit(gateway, bench, "a", "warm")
    assert _end(gateway, body["job_id"])["status"] == "SUCCEEDED"
    seen = []
    for attempt in (2, 3):
        until(lambda: _has_ready(gateway))
        began = time.monotonic()
        request, body = _submit(gateway, bench, "a", "warm", attempt=attempt)
        assert _end(gateway, body["job_id"])["status"] == "SUCCEEDED"
        took = time.monotonic() - began
        outcome = read_outcome(bench.store, ref_of(request))
        cells = bench.executed(outcome)
        texts = ["".join(cells[f"a-{i}"]["outputs"][0]["text"]) for i in (0, 1)]
        assert texts[0] == "False\n"
        seen.append((texts[1].split()[0], took))
    assert seen[0][0] != seen[1][0]
    assert request.map_index == UNMAPPED
    print("warm steps took", [round(took, 2) for _, took in seen])


def _has_ready(client: httpx.Client) -> bool:
    nodes = client.get("/health").json()["nodes"].values()
    return any(node["ready"] for node in nodes)
