"""Who asked a step to end decides what its outcome says, whatever else dies meanwhile; and nothing stays behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.waiting import until

from jupyterlab_promote.airflow_provider.cancelling import end, ended_silently
from jupyterlab_promote.airflow_provider.ray_jobs import JobStatus
from jupyterlab_promote.errors import Conflict
from jupyterlab_promote.model.document import canonical_json, dump
from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.store.runs import read_claim, read_events, read_outcome, ref_of
from jupyterlab_promote.worker.gateway.pool import Pool
from jupyterlab_promote.worker.run_step import run_step
from jupyterlab_promote.worker.scratch import STEP, Scratch, sweep
from jupyterlab_promote.worker.starter import NODE
from jupyterlab_promote.worker.stopping import Stop

LONG = "print('begun', flush=True)\nimport time\ntime.sleep(600)"
LONG_WITH_PID = "import os\nprint('begun', os.getpid(), flush=True)\nimport time\ntime.sleep(600)"


def lives(pid: int) -> bool:
    """Whether a process still does anything; one that only waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def latest_text(bench, request) -> str:
    events = read_events(bench.store, ref_of(request))
    return next((event.text for event in reversed(events) if event.text), "")


def worker(bench, request, tmp_path: Path, *options: str, **named: Any) -> subprocess.Popen[bytes]:
    path = tmp_path / "request.json"
    path.write_bytes(canonical_json(dump(request)))
    command = [sys.executable, "-m", "jupyterlab_promote.worker", *options, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, **named)


def test_a_step_whose_starter_is_gone_ends_itself_and_says_so(bench, tmp_path: Path) -> None:
    bench.publish({"a": [LONG_WITH_PID]})
    request = bench.request("a")
    process = worker(bench, request, tmp_path, "--held")
    kernel = int(until(lambda: latest_text(bench, request)).split()[1])
    process.stdin.close()
    assert process.wait(timeout=60) == 1
    outcome = read_outcome(bench.store, ref_of(request))
    assert (outcome.state, outcome.cause, outcome.cell) == ("failed", Cause.INFRASTRUCTURE, "a-0")
    assert "What had started the step on Ray ended" in outcome.message
    until(lambda: not lives(kernel))


@pytest.mark.parametrize(
    ("head_lives", "cause", "said"),
    [
        (True, Cause.NODE_LOST, "Ray's process of the node that ran the step ended"),
        (False, Cause.RAY_RESTARTED, "Ray ended, or was started anew, while the step ran"),
    ],
)
def test_a_step_whose_node_is_gone_for_ray_ends_though_its_starter_lives(
    bench, states, tmp_path: Path, head_lives: bool, cause: Cause, said: str
) -> None:
    bench.publish({"a": ["print('one')", LONG, "print('never')"]})
    request = bench.request("a")
    node = subprocess.Popen(["sleep", "600"])
    with socket.create_server(("127.0.0.1", 0)) as head:
        address = f"127.0.0.1:{head.getsockname()[1]}"
        if not head_lives:
            head.close()
        env = {**os.environ, NODE: str(node.pid), "RAY_ADDRESS": address}
        process = worker(bench, request, tmp_path, "--held", env=env)
        until(lambda: "begun" in latest_text(bench, request))
        node.kill()
        assert process.wait(timeout=60) == 1
        node.wait()
    outcome = read_outcome(bench.store, ref_of(request))
    assert (outcome.state, outcome.cause) == ("failed", cause)
    assert outcome.message == f"{said}, so the step was ended in cell 2 (step `a`)."
    assert "Airflow tries it again" in outcome.hint
    assert states(outcome) == [("a-0", "completed"), ("a-1", "running"), ("a-2", "pending")]
    assert bench.executed(outcome)["a-1"]["outputs"][0]["text"] == "begun\n"


def test_of_a_step_that_vanished_with_its_node_it_is_told_how_far_it_came(
    bench, states, tmp_path: Path
) -> None:
    bench.publish({"a": ["print('one')", LONG, "print('never')"]})
    request = bench.request("a")
    process = worker(bench, request, tmp_path)
    ref = ref_of(request)

    def seen() -> bool:
        return bench.store.exists(ref.path("notebook.ipynb")) and bool(
            bench.executed(request)["a-1"]["outputs"]
        )

    until(seen, what="the silent cell's notebook is stored")
    doomed = [*psutil.Process(process.pid).children(recursive=True), process]
    for each in doomed:
        each.kill()
    process.wait()
    cause, message = ended_silently(JobStatus("FAILED", cause=Cause.NODE_LOST))
    had = (datetime.now(UTC) - read_claim(bench.store, ref).at).total_seconds()
    outcome = end(bench.store, ref, version=request.version, cause=cause, message=message)
    assert outcome.seconds > had - 0.001, "counted from the claim, not to the last that was heard"
    said = "The Ray node that ran the step was lost; it stood in cell 2."
    assert (outcome.state, outcome.cause, outcome.message) == ("failed", Cause.NODE_LOST, said)
    assert outcome.hint == "Airflow tries the step again, on another node if there is one."
    assert (outcome.cell, outcome.cell_index) == ("a-1", 1)
    assert states(outcome) == [("a-0", "completed"), ("a-1", "running"), ("a-2", "pending")]
    cells = bench.executed(outcome)
    shown = [
        (cells[c]["metadata"]["papermill"]["status"], [o["text"] for o in cells[c]["outputs"]])
        for c in ("a-0", "a-1", "a-2")
    ]
    assert shown == [("completed", ["one\n"]), ("running", ["begun\n"]), ("pending", [])]


KILLED = """\
import os, signal, sys
from jupyterlab_promote.worker import run_step
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(*{"after the claim": (run_step, "Attempt"), "before the outcome": (run_step, "commit_outcome")}[sys.argv[1]], die)
request = run_step.read_request(open(sys.argv[2], "rb").read())
run_step.run_step(request, environment=os.environ)
"""


@pytest.mark.parametrize("boundary", ["after the claim", "before the outcome"])
def test_of_a_worker_that_is_killed_nothing_is_read_and_its_attempt_is_not_run_again(
    bench, tmp_path: Path, boundary: str
) -> None:
    bench.publish({"a": ["x = [1]"], "b": ["print(x)"]})
    path = tmp_path / "request.json"
    path.write_bytes(canonical_json(dump(bench.request("a"))))
    killed = [sys.executable, "-c", KILLED, boundary, str(path)]
    assert subprocess.run(killed, check=False).returncode == -signal.SIGKILL
    assert read_outcome(bench.store, ref_of(bench.request("a"))) is None
    with pytest.raises(Conflict, match="is taken by another worker"):
        bench.run("a")
    second = bench.run("a", attempt=2)
    # What the first one left is not what the second one's outcome names.
    unfinished = second.model_copy(update={"attempt": 1})
    bench.done["a"] = unfinished
    assert bench.run("b").cause == Cause.INPUT_MISSING
    bench.done["a"] = second
    assert bench.run("b", attempt=2).ok


def test_a_step_that_nobody_holds_goes_on_without_its_starter(bench, tmp_path: Path) -> None:
    bench.publish({"a": ["print('done')"]})
    process = worker(bench, bench.request("a"), tmp_path)
    process.stdin.close()
    assert process.wait(timeout=60) == 0


def test_a_stop_that_a_library_swallows_and_that_kills_the_kernel_is_a_cancellation(bench) -> None:
    bench.publish({"a": ["print('before')", LONG_WITH_PID]})
    request = bench.request("a")
    stop = Stop()

    def stopped_on_another_thread() -> None:
        kernel = int(until(lambda: "begun" in (t := latest_text(bench, request)) and t).split()[1])
        with suppress(KeyboardInterrupt):
            stop.on_signal(signal.SIGTERM, None)
        os.kill(kernel, signal.SIGKILL)

    thread = threading.Thread(target=stopped_on_another_thread)
    thread.start()
    outcome = run_step(request, environment=os.environ, stop=stop)
    thread.join()
    assert (outcome.state, outcome.cause, outcome.cell) == ("cancelled", Cause.CANCELLED, "a-1")
    assert "Cancelled while it stood in cell 2" in outcome.message


def test_a_stop_that_nobody_hears_ends_the_kernel(bench) -> None:
    bench.publish({"a": [LONG]})
    request = bench.request("a")
    stop = Stop()

    def unheard() -> None:
        until(lambda: latest_text(bench, request))
        with suppress(KeyboardInterrupt):
            stop.on_signal(signal.SIGTERM, None)

    thread = threading.Thread(target=unheard)
    thread.start()
    assert run_step(request, environment=os.environ, stop=stop).cause == Cause.CANCELLED
    thread.join()


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A short folder for temporary files, of this test alone."""
    folder = Path(tempfile.mkdtemp(prefix="t"))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def folders(temporary: Path) -> list[str]:
    return sorted(path.name for pool in temporary.glob("pw-*") for path in pool.glob("[0-9]*"))


def test_a_pool_leaves_nothing_of_a_process_that_is_killed_ready_or_booting(temporary) -> None:
    pool = Pool(1)
    try:
        until(lambda: pool.counts()["ready"])
        assert folders(temporary) == ["1"]
        lease = pool.take()
        os.kill(lease.pid, signal.SIGKILL)
        until(lambda: folders(temporary) == ["2"])
        booting = until(lambda: _runners_of(os.getpid()))[0]
        booting.send_signal(signal.SIGTERM)
        until(lambda: "2" not in folders(temporary))
    finally:
        pool.close()
    until(lambda: not any(lives(each.pid) for each in _runners_of(os.getpid())))
    assert [path.name for path in temporary.iterdir()] == []


def _runners_of(pid: int) -> list[psutil.Process]:
    """The processes that the template of a pool forked, if it has one."""
    for child in psutil.Process(pid).children():
        with suppress(psutil.Error):
            if "jupyterlab_promote.worker.gateway.template" in child.cmdline():
                return child.children()
    return []


def test_another_kernel_is_kept_ready_once_a_step_asked_for_it(
    bench, temporary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jupyter" / "kernels" / "promote-other"
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Other", "language": "python", "env": {"WHICH": "it"}}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    source = "import os\nprint(os.environ['WHICH'], os.getppid())"
    bench.publish({"a": [source]}, kernel=folder.name)
    request = bench.request("a")
    uri = tmp_path / "request.json"
    uri.write_bytes(canonical_json(dump(request)))
    pool = Pool(0)
    try:
        assert pool.take(folder.name) is None
        lease = until(lambda: pool.take(folder.name))
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(lease.address)
            asked = {"request_uri": str(uri), "environment": {}}
            line.sendall(json.dumps(asked).encode() + b"\n")
            assert line.recv(16) == b"0\n"
        until(lambda: not lives(lease.pid))
    finally:
        pool.close()
    outcome = read_outcome(bench.store, ref_of(request))
    assert outcome is not None
    cell = bench.executed(outcome)["a-0"]
    assert "".join(cell["outputs"][0]["text"]) == f"it {lease.pid}\n"


def test_a_pool_that_is_killed_leaves_processes_that_end_and_the_next_one_tidies_up(
    temporary,
) -> None:
    source = (
        "from jupyterlab_promote.worker.gateway.pool import Pool\n"
        "pool = Pool(1)\n"
        "import time\n"
        "while not pool.counts()['ready']: time.sleep(0.05)\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE)
    assert owner.stdout.readline() == b"ready\n"
    (runner,) = _runners_of(owner.pid)
    owner.kill()
    owner.wait()
    until(lambda: not lives(runner.pid))
    assert folders(temporary) == []
    for left in temporary.glob("pw-*"):
        os.utime(left, (0, 0))
    Pool(0).close()
    assert list(temporary.glob("pw-*")) == []


def test_only_folders_of_ended_processes_are_swept(temporary) -> None:
    held = Scratch(STEP)
    left = Scratch(STEP)
    left._lock.close()
    for each in (held, left):
        os.utime(each.path, (0, 0))
    young = Scratch(STEP)
    young._lock.close()
    sweep(STEP)
    assert [p.exists() for p in (held.path, left.path, young.path)] == [True, False, True]
    held.remove()
