"""The embedded stack: starts once, closed to others, truthful about failures, ends without leaving anything."""

import contextlib
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from jupyterlab_promote import stack as embedded
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.stack import StackInfo
from jupyterlab_promote.stack.checks import check_stack, check_versions


def processes_of(info: StackInfo) -> list[psutil.Process]:
    parents = [psutil.Process(pid) for pid in info.pids.values()]
    return [*parents, *(child for parent in parents for child in parent.children(recursive=True))]


def test_a_second_up_says_that_the_stack_runs_and_changes_nothing(stack):
    told = []
    again = embedded.up(told.append)
    assert told == ["The stack runs already."]
    assert again == stack


def gateway_of(info: StackInfo) -> psutil.Process:
    for process in processes_of(info):
        # Steps and kernels come and go meanwhile.
        with contextlib.suppress(psutil.NoSuchProcess):
            if "jupyterlab_promote.worker.gateway" in process.cmdline():
                return process
    raise AssertionError("there is no gateway")


def test_a_gateway_that_ended_is_started_again_by_the_next_up(stack):
    gateway = gateway_of(stack)
    gateway.kill()
    gateway.wait(60)
    found = {check.subject: check for check in check_stack(stack)}["Gateway"]
    assert (found.state, found.advice.split(";")[0]) == (
        "warning",
        "`jupyter promote up` starts it again",
    )
    told = []
    assert embedded.up(told.append) == stack
    assert told == ["The gateway is ready", "The stack runs already."]


def test_every_part_listens_on_loopback_only(stack):
    pids = {process.pid for process in processes_of(stack)}
    listening = [
        each
        for each in psutil.net_connections("inet")
        if each.pid in pids and each.status == psutil.CONN_LISTEN
    ]
    addresses = {each.laddr.ip.removeprefix("::ffff:") for each in listening}
    assert len(listening) >= 5
    assert addresses == {"127.0.0.1"}


def test_nobody_else_can_read_the_secrets(stack):
    root = Path(stack.directory)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in root.glob("*.json")}
    assert modes == dict.fromkeys(modes, 0o600)
    assert {"secrets.json", "passwords.json", "stack.json"} <= set(modes)


def test_ray_does_not_see_the_secrets_of_airflow(stack):
    environment = psutil.Process(stack.pids["ray"]).environ()
    assert [name for name in environment if "AIRFLOW" in name] == []
    secrets = json.loads((Path(stack.directory) / "secrets.json").read_text())
    hidden = {secrets["password"], secrets["api"], secrets["jwt"], secrets["database"]}
    assert hidden.isdisjoint(environment.values())


def test_ray_and_airflow_refuse_callers_without_a_token(stack):
    assert httpx.get(f"{stack.ray_url}/api/jobs/", trust_env=False).status_code == 401
    assert httpx.get(f"{stack.airflow_url}/api/v2/dags", trust_env=False).status_code == 401


def test_doctor_finds_nothing_wrong_with_a_fresh_stack(stack):
    failed = [check for check in (check_versions(), *check_stack(stack)) if check.state == "failed"]
    assert failed == []


def test_status_on_the_command_line_names_the_processes_but_no_token(stack):
    command = [sys.executable, "-m", "jupyterlab_promote.cli.main", "status", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout.splitlines()[-1])
    assert (shown["state"], shown["pids"]) == ("running", dict(stack.pids))
    assert stack.ray_token not in done.stdout


@pytest.fixture
def own_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTE_STACK_DIR", str(tmp_path / "stack"))
    return tmp_path / "stack"


def test_without_a_stack_status_is_none_and_down_ends_nothing(own_directory):
    assert embedded.status() is None
    assert embedded.down() == ()


def test_a_state_file_whose_pids_belong_to_others_is_not_believed(own_directory):
    own_directory.mkdir()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        record = {"name": "ray", "pid": stranger.pid, "created": time.time() - 86_400}
        state = {
            "format": 1,
            "ports": {"base": 20_480},
            "started": "2026-01-01T00:00:00+00:00",
            "components": [record],
            "children": [record],
            "ray_temp": "",
            "ready": True,
        }
        (own_directory / "stack.json").write_text(json.dumps(state))
        assert embedded.status() is None
        assert embedded.down(force=True) == ()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_component_that_does_not_start_is_named_with_its_log_and_the_others_are_ended(
    own_directory,
):
    (own_directory / "airflow").mkdir(parents=True)
    (own_directory / "airflow" / "airflow.db").write_bytes(b"no database at all" * 100)
    before = set(psutil.Process(os.getpid()).children(recursive=True))
    with pytest.raises(Unavailable) as caught:
        embedded.up(lambda _: None)
    assert caught.value.message.startswith("Airflow's database at ")
    assert "file is not a database" in caught.value.message
    assert "move the directory" in caught.value.hint
    left = set(psutil.Process(os.getpid()).children(recursive=True)) - before
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []
    assert embedded.status() is None
