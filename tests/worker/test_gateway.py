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
import psutil
import pytest
from tests.waiting import end, until

from jupyterlab_promote.airflow_provider.cancelling import end_silent
from jupyterlab_promote.airflow_provider.gateway import Gateway
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
    ray = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=2", "--num-gpus=4",
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
            end(process, within=30)
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


GPUS = "import os\nprint(os.environ['CUDA_VISIBLE_DEVICES'].split(','))"
ONE_GPU = {"steps": {"a": {"resources": {"gpus": 1}}}}


def _text(bench, outcome, cell: str) -> str:
    return "".join(bench.executed(outcome)[cell]["outputs"][0]["text"])


def test_a_cold_step_runs_once_however_often_it_is_asked_for_and_sees_its_gpu(
    gateway, bench
) -> None:
    bench.publish({"a": ["open('ran', 'a').write('x')", GPUS]}, settings=ONE_GPU)
    request, body = _submit(gateway, bench, "a", "cold")
    gateway.post("/steps", json=body).raise_for_status()
    assert _end(gateway, body["job_id"])["status"] == "SUCCEEDED"
    outcome = read_outcome(bench.store, ref_of(request))
    assert [change.size for change in outcome.changes] == [1]
    assert _text(bench, outcome, "a-1") in [f"['{gpu}']\n" for gpu in range(4)]


def test_a_failed_step_says_so_and_the_outcome_says_why_and_sees_no_gpu(gateway, bench) -> None:
    bench.publish({"a": [GPUS, "1 / 0"]})
    request, body = _submit(gateway, bench, "a", "cold")
    assert _end(gateway, body["job_id"])["status"] == "FAILED"
    outcome = read_outcome(bench.store, ref_of(request))
    assert (outcome.cause, _text(bench, outcome, "a-0")) == (Cause.CELL_ERROR, "['']\n")


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
    bench.publish({"a": ["print('_left' in globals())", source, GPUS]}, settings=ONE_GPU)
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
        assert _text(bench, outcome, "a-2") in [f"['{gpu}']\n" for gpu in range(4)]
        seen.append((texts[1].split()[0], took))
    assert seen[0][0] != seen[1][0]
    assert request.map_index == UNMAPPED
    print("warm steps took", [round(took, 2) for _, took in seen])


NODE = """\
import sys, threading
from ray._private.node import Node
from ray._private.parameter import RayParams
params = RayParams(
    gcs_address=sys.argv[1], resources={sys.argv[2]: 1}, labels={"place": sys.argv[2]}, num_cpus=1,
    object_store_memory=80_000_000, min_worker_port=0, max_worker_port=0, node_manager_port=0, include_log_monitor=False,
    node_ip_address="127.0.0.1",
)
node = Node(params, head=False, shutdown_at_exit=False, spawn_reaper=False)
raylet = node.all_processes["raylet"][0].process
threading.Thread(target=raylet.wait, daemon=True).start()
print(raylet.pid, flush=True)
sys.stdin.read()
node.kill_all_processes(check_alive=False, allow_graceful=False, wait=True)
"""
"""A further node of the cluster, on the loopback address, which Ray's own command refuses."""


@pytest.fixture
def nodes(gateway, tmp_path: Path) -> Iterator[dict[str, psutil.Process]]:
    """Ray's process of two nodes, `far` and `away`, each with a resource and a label of that name."""
    head = next(p for p in psutil.Process().children() if "ray.scripts.scripts" in p.cmdline())
    port = next(w for w in head.cmdline() if w.startswith("--port=")).removeprefix("--port=")
    held = []

    def started(name: str) -> psutil.Process:
        for _ in range(3):
            # Ray gives a node 30 s, which a busy machine exceeds.
            process = subprocess.Popen(
                [sys.executable, "-c", NODE, f"127.0.0.1:{port}", name], env=head.environ(),
                cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            held.append(process)
            raylet = process.stdout.readline()
            if raylet:
                return psutil.Process(int(raylet))
        raise AssertionError("the node does not start")

    try:
        yield {name: started(name) for name in ("far", "away")}
    finally:
        for process in held:
            process.stdin.close()
            process.wait(timeout=60)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_step_runs_on_the_node_that_has_its_resource_and_label_or_is_refused_at_once(
    gateway, bench, nodes
) -> None:
    above = "import psutil\nprint([each.pid for each in psutil.Process().parents()])"
    wishes = {
        "a": {"custom": {"far": 1}, "labels": {"place": "far"}},
        "b": {"custom": {"away": 0.5}, "labels": {"place": "!far"}},
        "c": {"custom": {"far": 1}, "labels": {"place": "away"}},
        "d": {"labels": {"place": "moon"}},
        "e": {"custom": {"tape": 2}},
    }
    settings = {"steps": {name: {"resources": wish} for name, wish in wishes.items()}}
    bench.publish({name: [above] for name in wishes}, settings=settings)
    for step, node in (("a", "far"), ("b", "away")):
        request, body = _submit(gateway, bench, step, "cold")
        assert _end(gateway, body["job_id"])["status"] == "SUCCEEDED"
        ran = _text(bench, read_outcome(bench.store, ref_of(request)), f"{step}-0")
        assert str(nodes[node].pid) in ran.strip("[]\n").split(", ")
    told = {}
    for step in "cde":
        # Longer than the two seconds that a refusal may take, httpx does not wait.
        answer = gateway.post("/steps", json=_asked(bench, step, "cold")[1], timeout=2)
        told[step] = (answer.status_code, answer.json()["message"])
    together = "1 CPU, 1 far, the label place=away on one node, and no node of the cluster has all"
    assert told == {
        "c": (409, f"The step needs {together} of it."),
        "d": (409, "The step needs a node with the label place=moon; there are away, far."),
        "e": (409, "The step needs 2 tape, the cluster has none."),
    }


@pytest.mark.full
@pytest.mark.timeout(600)
def test_of_a_step_whose_node_is_lost_it_is_told_and_how_far_it_came(
    gateway, bench, states, nodes
) -> None:
    sources = {name: ["print('one')", BEGUN] for name in nodes}
    wishes = {name: {"resources": {"custom": {name: 1}}} for name in nodes}
    bench.publish(sources, settings={"steps": wishes})
    began = {name: _submit(gateway, bench, name, "cold", patient=True) for name in nodes}
    for request, _ in began.values():
        until(lambda: _said(bench, request) == ["one\n", "began\n"])

    # Only Ray's process of this node; the step may say so itself, if Ray does not kill it before.
    nodes["far"].kill()
    # All that runs on the other one.
    for process in (*nodes["away"].children(recursive=True), nodes["away"]):
        process.kill()

    client = Gateway(url=str(gateway.base_url), token=TOKEN, mode="cold", verify=False)
    for request, body in began.values():
        until(lambda: not client.status(body["job_id"], wait=0).live, what="Ray counts it as lost")
        status = client.status(body["job_id"], wait=0)
        about = {"version": request.version, "job_id": body["job_id"], "status": status}
        outcome = end_silent(bench.store, ref_of(request), **about)
        assert outcome.cause is Cause.NODE_LOST
        step = request.step
        assert states(outcome) == [(f"{step}-0", "completed"), (f"{step}-1", "running")]
        assert _said(bench, request) == ["one\n", "began\n"]
    assert outcome.message == "The Ray node that ran the step was lost; it stood in cell 4."


def _said(bench, request) -> list[str]:
    """What the step's cells have printed so far, as the stored notebook has it."""
    if not bench.store.exists(ref_of(request).path("notebook.ipynb")):
        return []
    cells = [cell for name, cell in bench.executed(request).items() if name[:3] == request.step[:3]]
    return [output["text"] for cell in cells for output in cell["outputs"] or ()]


def _has_ready(client: httpx.Client) -> bool:
    nodes = client.get("/health").json()["nodes"].values()
    return any(node["ready"] for node in nodes)
