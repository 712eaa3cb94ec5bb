"""A stack without the gateway, whose steps are Ray jobs: what waits there leaves Ray when it is given up. In the full set."""

import shutil
import tempfile
from collections.abc import Iterator

import httpx
import pytest
from journey import User, sign_in, write_notebook
from tests.waiting import until

from jupyterlab_promote import stack as embedded
from jupyterlab_promote.server import runs

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

OVER = (None, "FAILED", "STOPPED")


@pytest.fixture(scope="module")
def user() -> Iterator[User]:
    directory = tempfile.mkdtemp(prefix="pja-", dir="/tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTE_STACK_DIR", directory)
        patch.setenv("PROMOTE_STACK_CPUS", "2")
        patch.setenv("PROMOTE_STACK_RUNNERS", "jobs")
        try:
            yield sign_in(embedded.up(print))
        finally:
            embedded.down(force=True)
            shutil.rmtree(directory, ignore_errors=True)


def _jobs(user: User) -> dict[str, str]:
    """The states of Ray's jobs, by pipeline."""
    stack = user.stack
    headers = {"Authorization": f"Bearer {stack.ray_token}"}
    found = httpx.get(f"{stack.ray_url}/api/jobs/", headers=headers, trust_env=False).json()
    ours = [job for job in found if "pipeline" in (job["metadata"] or {})]
    return {job["metadata"]["pipeline"]: job["status"] for job in ours}


def test_a_ray_job_that_waits_while_nobody_holds_a_worker_slot_is_removed_when_it_is_given_up(
    user, tmp_path
) -> None:
    gate, begun, unwanted = tmp_path / "gate", tmp_path / "begun", tmp_path / "unwanted"
    hold = f"import os, time\nopen({str(begun)!r}, 'w').close()\n"
    hold += f"while not os.path.exists({str(gate)!r}):\n    time.sleep(0.1)"
    both = {"resources": {"cpus": 2}}
    user.publish(write_notebook(tmp_path / "job-holds.ipynb", {"hold": both}, hold=hold))
    holder = user.trigger("job-holds")
    until(begun.exists, what="the step that holds the CPUs has begun")

    # Longer than an Airflow task waits before it frees its worker slot.
    limits = {"job-late": {**both, "queue_timeout": 65}, "job-cancelled": both}
    source = f"open({str(unwanted)!r}, 'a').write('x')"
    waiting = {}
    for name, settings in limits.items():
        user.publish(write_notebook(tmp_path / f"{name}.ipynb", {"wait": settings}, wait=source))
        waiting[name] = user.trigger(name)
    for name, run in waiting.items():
        until(
            lambda name=name, run=run: user.task(name, run, "wait")["state"] == "deferred",
            what=f"the step of {name} is watched",
        )
    user.cancel("job-cancelled", waiting["job-cancelled"])
    for name, run in waiting.items():
        assert user.end_of(name, run) == "failed"
        until(lambda name=name, run=run: user.outcome(name, run, "wait"), what="it is told how")
    ended = {name: user.outcome(name, run, "wait") for name, run in waiting.items()}
    late = "The step waited 65 s for resources and got none. Waits for 2 CPU (0 of 2 free)."
    assert {name: (told["cause"], told["message"]) for name, told in ended.items()} == {
        "job-late": ("queue_timeout", late),
        "job-cancelled": ("cancelled", "The step was cancelled."),
    }
    for name, run in waiting.items():
        (shown,) = runs.show(user.session, name, run).steps
        assert (shown.message, shown.hint) == (ended[name]["message"], ended[name]["hint"])
        until(lambda name=name: _jobs(user).get(name) in OVER, what=f"Ray has removed {name}")

    gate.touch()
    assert user.end_of("job-holds", holder) == "success"
    assert not unwanted.exists()
