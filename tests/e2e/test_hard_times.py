"""A stack of its own whose daemons are killed while steps run: each step is executed once. Slow, so in the full set."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from journey import User, sign_in, write_notebook
from tests.waiting import until

from jupyterlab_promote import stack as embedded
from jupyterlab_promote.stack import StackInfo

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]


@dataclass
class Daemons:
    """The daemons of a stack, which a test kills and starts again as they were."""

    stack: StackInfo
    again: list[subprocess.Popen[bytes]]

    def kill_and_restart(self, name: str) -> None:
        process = psutil.Process(self.stack.pids[name])
        command, environment, folder = process.cmdline(), process.environ(), process.cwd()
        doomed = [process, *(process.children(recursive=True) if name == "ray" else ())]
        for each in doomed:
            os.kill(each.pid, signal.SIGKILL)
        psutil.wait_procs(doomed, timeout=60)
        log = Path(self.stack.directory) / "logs" / f"{name}-again.log"
        with log.open("wb") as output:
            self.again.append(
                subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=output)
            )


@pytest.fixture(scope="module")
def daemons() -> Iterator[Daemons]:
    directory = tempfile.mkdtemp(prefix="pht-", dir="/tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTE_STACK_DIR", directory)
        patch.setenv("PROMOTE_STACK_CPUS", "2")
        found = Daemons(embedded.up(print), [])
        try:
            yield found
        finally:
            for process in found.again:
                for child in (*psutil.Process(process.pid).children(recursive=True), process):
                    child.kill()
                process.wait()
            embedded.down(force=True)
            shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def user(daemons: Daemons) -> User:
    return sign_in(daemons.stack)


def _waits_at(gate: Path, first: str) -> str:
    """A cell that does something first and then runs until the gate is there."""
    return (
        f"{first}\nimport os, time\nwhile not os.path.exists({str(gate)!r}):\n    time.sleep(0.1)"
    )


@pytest.mark.parametrize(("name", "state"), [("scheduler", "running"), ("triggerer", "deferred")])
def test_a_step_is_executed_once_though_a_daemon_is_killed(
    user: User, daemons: Daemons, tmp_path: Path, name: str, state: str
) -> None:
    gate, begun = tmp_path / "gate", tmp_path / "begun"
    source = _waits_at(gate, f"open({str(begun)!r}, 'a').write('x')")
    user.publish(write_notebook(tmp_path / f"{name}.ipynb", wait=source, then="print('then')"))
    run = user.trigger(name)
    until(begun.exists, what="the step has begun")
    until(lambda: user.task(name, run, "wait")["state"] == state, what=f"the step is {state}")
    before = user.beat(name)
    daemons.kill_and_restart(name)
    until(lambda: user.beat(name) > before, what=f"the new {name} lives")
    gate.touch()
    assert user.end_of(name, run, within=600) == "success"
    assert begun.read_text() == "x"
    assert [a["attempt"] for a in user.attempts(name, run).values()] == [1, 1]


def test_a_step_that_waits_too_long_while_nobody_holds_a_worker_slot_ends_and_leaves_ray(
    user: User, daemons: Daemons, tmp_path: Path
) -> None:
    gate, begun = tmp_path / "gate", tmp_path / "begun"
    source = _waits_at(gate, f"open({str(begun)!r}, 'w').close()")
    both = {"resources": {"cpus": 2}}
    user.publish(write_notebook(tmp_path / "holds.ipynb", {"hold": both}, hold=source))
    holder = user.trigger("holds")
    until(begun.exists, what="the step that holds the CPUs has begun")
    # Longer than an Airflow task waits before it frees its worker slot.
    settings = {"late": {**both, "queue_timeout": 65}}
    user.publish(write_notebook(tmp_path / "late.ipynb", settings, late="print('too late')"))
    run = user.trigger("late")
    until(lambda: user.task("late", run, "late")["state"] == "deferred", what="the step is watched")
    assert user.end_of("late", run) == "failed"
    outcome = user.outcome("late", run, "late")
    said = "The step waited 65 s for resources and got none. Waits for 2 CPU (0 of 2 free)"
    assert (outcome["cause"], outcome["message"].startswith(said)) == ("queue_timeout", True)
    assert outcome["hint"].startswith("Ask for less")
    gate.touch()
    assert user.end_of("holds", holder) == "success"
    # Nothing of it is left in Ray that could begin now.
    stack = daemons.stack
    headers = {"Authorization": f"Bearer {stack.ray_token}"}
    with httpx.Client(headers=headers, trust_env=False) as ray:
        assert ray.get(f"{stack.gateway_url}/health").json()["steps"] == 0
        until(lambda: _demand(ray, stack) == [], what="Ray reports that nothing waits")


def _demand(ray: httpx.Client, stack: StackInfo) -> list:
    status = ray.get(f"{stack.ray_url}/api/cluster_status").json()["data"]["clusterStatus"]
    return status["loadMetricsReport"]["resourceDemand"]


def test_a_step_under_which_ray_is_started_anew_says_so_and_runs_again(
    user: User, daemons: Daemons, tmp_path: Path
) -> None:
    gate, begun = tmp_path / "gate", tmp_path / "begun"
    source = _waits_at(gate, f"print('begun', flush=True)\nopen({str(begun)!r}, 'a').write('x')")
    user.publish(write_notebook(tmp_path / "restart.ipynb", first="print('one')", wait=source))
    run = user.trigger("restart")
    until(
        lambda: "begun" in str(user.attempts("restart", run).get("wait", {}).get("progress")),
        what="the step has said that it began",
    )
    daemons.kill_and_restart("ray")
    until(lambda: begun.read_text() == "xx", what="the step runs again", within=400)
    gate.touch()
    assert user.end_of("restart", run, within=600) == "success"
    answer = user.http.get(f"/promote/runs/restart/{run}/attempts").json()
    ended = [each["outcome"] for each in answer if each["step"] == "wait"]
    assert [each["cause"] for each in ended] == ["ray_restarted", "ok"]
    assert ended[0]["cells"] == [{"cell": "cell-wait", "state": "running", "seconds": None}]
    assert "Airflow tries" in ended[0]["hint"]
