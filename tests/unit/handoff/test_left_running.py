"""A step whose threads or tasks go on after its end is told so: later steps would not see what they do."""

import asyncio
import types

import pytest

from jupyterlab_promote.worker.handoff.hidden import left_running
from jupyterlab_promote.worker.handoff.problems import NotPicklable

WAITS = "import threading, time\nend = threading.Event()\ndef work(): end.wait(50)\n"


@pytest.mark.parametrize(
    ("code", "function"),
    [
        ("t = threading.Thread(target=work); t.start()", "work"),
        ("t = threading.Timer(50, work); t.daemon = True; t.start()", "work"),
        ("rows = []; t = threading.Timer(50, rows.append); t.daemon = True; t.start()", "append"),
        (
            "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor(1).submit(work)\n"
            "while not any(t.name.startswith('Thread') for t in threading.enumerate()): time.sleep(.01)",
            "work",
        ),
    ],
)
def test_a_thread_that_runs_code_of_the_notebook_is_refused(steps, code, function) -> None:
    ended = steps.run(
        "make", f"v = 1\n{WAITS}{code}\nimport atexit; atexit.register(end.set)", saves=[["v"]]
    )
    assert ended.problem["cause"] == "not_picklable"
    assert f"{function}` of the notebook goes on after this step" in ended.problem["message"]
    assert "thread.join()" in ended.problem["hint"]


@pytest.mark.parametrize(
    "code",
    [
        "end.set(); t = threading.Thread(target=work); t.start(); t.join(); del t",
        "threading.Thread(target=time.sleep, args=(0.2,)).start()",
    ],
)
def test_one_that_has_ended_or_is_a_library_s_own_is_fine(steps, code) -> None:
    assert steps.run("make", f"v = 1\n{WAITS}{code}", saves=[["v"]]).code == 0


def test_a_task_of_the_notebook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    namespace = types.ModuleType("notebook").__dict__
    monkeypatch.setattr(left_running, "user_namespace", lambda: namespace)
    exec("async def work(wait): await wait()", namespace)

    async def step() -> None:
        left_running.check()
        event = asyncio.Event()
        task = asyncio.ensure_future(namespace["work"](event.wait))
        with pytest.raises(NotPicklable, match="A task that runs `work` of the notebook"):
            left_running.check()
        event.set()
        await task
        left_running.check()

    asyncio.run(step())
