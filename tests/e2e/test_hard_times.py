"""A stack of its own whose daemons are killed while steps run: each step is executed once. Slow, so in the full set."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
        os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs([process], timeout=60)
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


@pytest.mark.parametrize(("name", "state"), [("scheduler", "running"), ("triggerer", "deferred")])
def test_a_step_is_executed_once_though_a_daemon_is_killed(
    user: User, daemons: Daemons, tmp_path: Path, name: str, state: str
) -> None:
    gate, begun = tmp_path / "gate", tmp_path / "begun"
    source = (
        f"open({str(begun)!r}, 'a').write('x')\n"
        f"import os, time\nwhile not os.path.exists({str(gate)!r}):\n    time.sleep(0.1)"
    )
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
