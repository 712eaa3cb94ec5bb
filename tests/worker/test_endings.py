"""Every way in which a step can end has a cause, a sentence, and the notebook up to there."""

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.waiting import until

from jupyterlab_promote.errors import Conflict
from jupyterlab_promote.model.document import canonical_json, dump
from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.model.settings import Environment, Resources
from jupyterlab_promote.store.runs import claim, read_claim, read_events, read_outcome, ref_of
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.run_step import run_step
from jupyterlab_promote.worker.watch import run


def text_of(cell) -> str:
    return "".join("".join(out.get("text", "")) for out in cell["outputs"])


def test_a_step_that_succeeds_leaves_times_peak_and_outputs(bench, states) -> None:
    bench.publish({"a": ["print('one')", "x = 41 + 1\nx"]})
    asked = datetime.now(UTC) - timedelta(seconds=40)
    outcome = bench.run("a", asked=asked)
    assert (outcome.state, outcome.cause, outcome.message) == ("success", Cause.OK, "")
    since = (datetime.now(UTC) - asked).total_seconds()
    assert 40 <= outcome.queued_seconds <= since - outcome.seconds + 0.001
    assert states(outcome) == [("a-0", "completed"), ("a-1", "completed")]
    assert outcome.peak_memory is None or outcome.peak_memory > 0
    assert text_of(bench.executed(outcome)["a-0"]) == "one\n"
    kinds = [event.kind for event in read_events(bench.store, ref_of(outcome))]
    assert (kinds[0], kinds[-1]) == ("started", "finished")


def test_each_line_of_a_fast_cell_is_told_or_counted_as_left_out(bench) -> None:
    bench.publish({"a": ["for n in range(9000): print('line', n)", "1;", "print('end', end='')"]})
    outcome = bench.run("a")
    told = [e.text for e in read_events(bench.store, ref_of(outcome)) if e.kind == "output"]
    lines = "".join(told).splitlines()
    notes = [line for line in lines if line.startswith("[promote] ")]
    counted = sum(
        int(re.findall(r"([\d,]+) lines? before these", n)[0].replace(",", "")) for n in notes
    )
    shown = [line for line in lines if line not in notes]
    # A line whose end came later than its beginning may be counted and shown.
    assert 0 <= len(shown) + counted - 9001 <= len(notes)
    assert (shown[-2:], notes != []) == (["line 8999", "end"], True)
    assert text_of(bench.executed(outcome)["a-0"]).count("\n") == 9000


def test_a_cell_that_raises_is_named_with_its_line_and_the_later_cells_are_pending(
    bench, states
) -> None:
    bench.publish(
        {"a": ["print('before')", "x = 1\nraise ValueError('no such customer')", "print('never')"]}
    )
    outcome = bench.run("a")
    assert (outcome.state, outcome.cause, outcome.cell, outcome.cell_index, outcome.line) == (
        "failed", Cause.CELL_ERROR, "a-1", 1, 2,
    )  # fmt: skip
    assert outcome.message == "Cell 2 (step `a`) raised ValueError: no such customer"
    assert states(outcome) == [("a-0", "completed"), ("a-1", "failed"), ("a-2", "pending")]
    executed = bench.executed(outcome)
    assert executed["a-1"]["outputs"][-1]["ename"] == "ValueError"
    assert executed["a-2"]["metadata"]["papermill"]["status"] == "pending"


def test_a_failed_notebook_knows_its_language_and_widgets_as_a_whole_one_does(bench) -> None:
    bench.publish(
        {"a": ["import ipywidgets\nipywidgets.FloatProgress(value=7)", "raise ValueError"]}
    )
    metadata = bench.notebook(bench.run("a"))["metadata"]
    assert metadata["language_info"]["pygments_lexer"].startswith("ipython")
    [states] = metadata["widgets"].values()
    assert "FloatProgressModel" in {one["model_name"] for one in states["state"].values()}


def test_an_expected_exception_does_not_end_the_step(bench) -> None:
    bench.publish({"a": ["1"]})
    bench.publish(
        {"a": ["try:\n    1 / 0\nexcept ZeroDivisionError:\n    print('caught')", "print('after')"]}
    )
    outcome = bench.run("a")
    assert (outcome.state, text_of(bench.executed(outcome)["a-1"])) == ("success", "after\n")


@pytest.mark.parametrize(
    ("source", "told"), [("import sys\nsys.exit(3)", "SystemExit: 3"), ("if True: exit()", "exit")]
)
def test_a_cell_that_exits_is_said_to_have_ended_the_kernel(bench, states, source, told) -> None:
    bench.publish({"a": ["1", source, "import time\ntime.sleep(1)"]})
    outcome = bench.run("a")
    assert (outcome.cause, outcome.cell) == (Cause.EXITED, "a-1")
    assert outcome.message == f"Cell 2 (step `a`) ended the kernel on purpose ({told})."
    assert states(outcome) == [("a-0", "completed"), ("a-1", "failed"), ("a-2", "pending")]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "import os\nimport time\nprint('here', flush=True)\ntime.sleep(0.5)\nos._exit(7)",
            "exit code 7",
        ),
        (
            "import os, signal\nimport time\nprint('here', flush=True)\ntime.sleep(0.5)\nos.kill(os.getpid(), signal.SIGKILL)",
            "SIGKILL",
        ),
        (
            "import ctypes\nimport time\nprint('here', flush=True)\ntime.sleep(0.5)\nctypes.string_at(0)",
            "SIGSEGV",
        ),
    ],
)
def test_a_dead_kernel_is_told_with_the_cell_and_how_it_died(
    bench, states, source: str, words: str
) -> None:
    bench.publish({"a": ["x = 1", source, "print('never')"]})
    outcome = bench.run("a")
    assert (outcome.state, outcome.cause, outcome.cell) == ("failed", Cause.KERNEL_DIED, "a-1")
    assert words in outcome.message
    assert states(outcome) == [("a-0", "completed"), ("a-1", "running"), ("a-2", "pending")]
    assert "here" in text_of(bench.executed(outcome)["a-1"])


def test_memory_over_the_hint_ends_the_step_and_suggests_another(bench) -> None:
    settings = {"steps": {"a": {"resources": {"memory": "300 MiB"}}}}
    bench.publish(
        {"a": ["b = bytearray(600 * 2**20)\nimport time\ntime.sleep(30)"]}, settings=settings
    )
    outcome = bench.run("a")
    assert (outcome.state, outcome.cause) == ("failed", Cause.OUT_OF_MEMORY)
    assert "of 300 MiB asked" in outcome.message
    assert "Raise the step's memory to about" in outcome.hint


def test_a_step_over_its_time_is_interrupted_where_it_stands(bench) -> None:
    bench.publish(
        {"a": ["print('begun', flush=True)\nwhile True: pass"]},
        settings={"steps": {"a": {"timeout": 2}}},
    )
    # As in each process that Ray starts.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        outcome = bench.run("a", timeout=2.0)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert (outcome.cause, outcome.cell) == (Cause.STEP_TIMEOUT, "a-0")
    said, interrupted = bench.executed(outcome)["a-0"]["outputs"]
    assert ("".join(said["text"]), interrupted["ename"]) == ("begun\n", "KeyboardInterrupt")


def test_a_cell_that_goes_on_after_the_interrupt_is_the_one_where_the_time_ended(
    bench, states
) -> None:
    bench.publish(
        {
            "a": [
                "1",
                "import time\ntry: time.sleep(60)\nexcept BaseException: print('went on')",
                "print('never')",
            ]
        }
    )
    outcome = bench.run("a", timeout=1.0)
    assert (outcome.cause, outcome.cell, outcome.message) == (
        Cause.STEP_TIMEOUT, "a-1",
        "Step `a` ran longer than its 1 s, and stood in cell 2 (step `a`).",
    )  # fmt: skip
    assert (states(outcome)[0], states(outcome)[2]) == (("a-0", "completed"), ("a-2", "pending"))


def test_a_kernel_that_the_worker_lacks_is_named_with_those_it_has(bench) -> None:
    bench.publish({"a": ["1"]}, kernel="not-installed")
    outcome = bench.run("a")
    assert (outcome.cause, "python3" in outcome.message) == (Cause.KERNEL_MISSING, True)


def test_a_value_that_cannot_travel_is_named_by_its_path(bench) -> None:
    bench.publish(
        {
            "a": ["import sqlite3\ncfg = {'db': [vars(sqlite3)['connect'](':memory:')]}"],
            "b": ["print(cfg)"],
        }
    )
    outcome = bench.run("a")
    assert (outcome.cause, outcome.name) == (Cause.NOT_PICKLABLE, "cfg")
    assert "cfg['db'][0]" in outcome.message


_BOX = "class Box: pass\nbox = Box()"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([f"{_BOX}\nbox.it = iter_of(3)", "2"], "a-1"),
        ([_BOX, "box.it = iter_of(3)"], None),
    ],
)
def test_a_value_that_cannot_travel_leads_to_the_only_cell_that_names_it(
    bench, cells, told
) -> None:
    bench.publish(
        {
            "a": ["def iter_of(n):\n    yield from range(n)", *cells],
            "b": ["print(next(box.it))"],
        }
    )
    outcome = bench.run("a")
    assert (outcome.cause, outcome.name, outcome.cell) == (Cause.NOT_PICKLABLE, "box", told)


def test_an_input_whose_values_are_gone_is_told_as_such(bench) -> None:
    bench.publish({"a": ["x = [1]"], "b": ["print(x)"]})
    first = bench.run("a")
    folder = bench.store.local_path(ref_of(first).path("handoff"))
    (folder / "streams").write_bytes(b"damaged")
    outcome = bench.run("b")
    assert outcome.cause in (Cause.INPUT_CORRUPT, Cause.INPUT_MISSING)
    assert outcome.state == "failed"
    bench.done["a"] = first.model_copy(update={"seconds": 99.0})
    replaced = bench.run("b", attempt=2)
    assert (replaced.cause, replaced.hint) == (
        Cause.INPUT_CORRUPT, "Repair the run from that step.",
    )  # fmt: skip


def test_a_secret_that_is_called_an_input_is_no_damaged_input(bench) -> None:
    bench.publish({"a": ["1"]})
    needs = Environment(secrets={"input_token": "secret://env/INPUT_TOKEN"})
    outcome = bench.run("a", environment=needs)
    assert (outcome.state, outcome.cause) == ("failed", Cause.ENVIRONMENT)
    assert outcome.message.startswith("secret input_token: ")


def test_asking_for_input_fails_at_once(bench) -> None:
    bench.publish(
        {
            "a": [
                "ask = __builtins__.input if hasattr(__builtins__, 'input') else None\nask('name? ')"
            ]
        }
    )
    outcome = bench.run("a")
    assert (outcome.state, outcome.ename) == ("failed", "StdinNotImplementedError")


def test_output_without_end_is_cut_with_a_note(bench) -> None:
    bench.publish({"a": ["for i in range(60):\n    print('x' * 500_000)"]})
    outcome = bench.run("a")
    text = text_of(bench.executed(outcome)["a-0"])
    assert outcome.ok
    assert "[promote] The output goes on, but is not kept" in text
    assert len(text) < 9 * 2**20


def test_control_characters_and_surrogates_are_survived(bench) -> None:
    control = "print('\\x00\\x1b[31m', '\\ud800'.encode('utf-8', 'surrogatepass')[:1])"
    bench.publish({"a": [f"{control}\n'\\ud83d'", "print('one \\udc80')", "print('after')"]})
    outcome = bench.run("a")
    cells = bench.executed(outcome)
    assert (outcome.message, "\x00\x1b[31m" in text_of(cells["a-0"])) == ("", True)
    assert "after" in text_of(cells["a-2"])
    assert read_outcome(bench.store, ref_of(outcome)) == outcome


def test_an_attempt_runs_once_however_often_it_is_asked_for(bench) -> None:
    bench.publish({"a": ["import uuid\nprint(uuid.uuid4())"]})
    first = bench.run("a")
    assert bench.run("a") == first


def test_an_attempt_that_was_abandoned_does_not_start(bench) -> None:
    bench.publish({"a": ["print(1)"]})
    request = bench.request("a")
    assert claim(bench.store, ref_of(request), "abandoned", by="operator")
    with pytest.raises(Conflict):
        bench.run("a")


def test_cells_see_no_variable_of_the_worker_that_is_not_allowed(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", "canary")
    bench.publish(
        {
            "a": [
                "import os\nprint(os.environ.get('AIRFLOW__API__SECRET_KEY'), os.environ['OMP_NUM_THREADS'])"
            ]
        }
    )
    outcome = bench.run("a", resources=Resources(cpus=2), environment=Environment(env={"OWN": "1"}))
    assert text_of(bench.executed(outcome)["a-0"]) == "None 2\n"


def test_a_kernel_that_was_started_ahead_is_not_used_for_variables_that_are_read_at_a_start(
    bench, tmp_path: Path
) -> None:
    bench.publish({"a": ["import datetime\nprint(datetime.datetime.now().astimezone().tzname())"]})
    ready = StepKernel("python3")
    run(ready.start(env=os.environ, folder=tmp_path))
    try:
        request = bench.request("a", environment=Environment(env={"TZ": "Asia/Kolkata"}))
        outcome = run_step(request, environment=os.environ, ready=ready)
    finally:
        run(ready.close())
    assert text_of(bench.executed(outcome)["a-0"]) == "IST\n"


def test_a_terminated_worker_keeps_the_outputs_and_says_cancelled(bench, tmp_path: Path) -> None:
    bench.publish({"a": ["print('begun', flush=True)\nimport time\ntime.sleep(120)"]})
    request = bench.request("a")
    path = tmp_path / "request.json"
    path.write_bytes(canonical_json(dump(request)))
    worker = subprocess.Popen([sys.executable, "-m", "jupyterlab_promote.worker", str(path)])
    until(
        lambda: any(e.text.startswith("begun") for e in read_events(bench.store, ref_of(request)))
    )
    worker.terminate()
    assert worker.wait(timeout=30) == 1
    outcome = read_outcome(bench.store, ref_of(request))
    assert outcome is not None
    assert (outcome.state, outcome.cause, outcome.cell) == ("cancelled", Cause.CANCELLED, "a-0")
    assert "begun" in text_of(bench.executed(outcome)["a-0"])
    assert read_claim(bench.store, ref_of(request)) is not None
