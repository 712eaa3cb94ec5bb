"""A published pipeline through its life on the real stack, as the issue about it tells it, in one go.

What takes long runs beside the rest: each part starts its runs first, and is looked at when the others have begun.
"""

import os
import signal

import pytest
from journey import User, sign_in, text_of, write_notebook
from tests.waiting import until

from jupyterlab_promote.model.run_views import BackfillRequest, RepairRequest
from jupyterlab_promote.server import run_control, runs

COUNT = "open({!r}, 'a').write('x')\n"
WAIT = "import os, time\nwhile not os.path.exists({!r}):\n    time.sleep(0.05)\n"
FAN = {"map_over": {"over": "rows", "item": "row", "collect": ["share"], "when": "all_done"}}


@pytest.fixture(scope="module")
def user(stack) -> User:
    return sign_in(stack)


@pytest.mark.timeout(900)
def test_a_pipeline_through_all_of_its_life(user, tmp_path) -> None:
    gate, begun = tmp_path / "gate", tmp_path / "begun"
    wait = WAIT.format(str(gate))

    # One run of v1 that waits, while v2 with another step is published.
    path = tmp_path / "life.ipynb"
    first = user.publish(write_notebook(path, load=wait + "word = 'one'", tell="print('v1', word)"))
    old = user.trigger("life")
    # A step that counts its executions, another one that is to be cancelled.
    once = COUNT.format(str(begun)) + wait
    user.publish(write_notebook(tmp_path / "killed.ipynb", once=once))
    user.publish(write_notebook(tmp_path / "stopped.ipynb", long="import time\ntime.sleep(3600)"))
    killed, stopped = user.trigger("killed"), user.trigger("stopped")
    until(lambda: user.claimed("life", old, "load"), what="the run of v1 has begun")
    second = user.publish(
        write_notebook(path, load="word = 'two'", tell="print('v2', word)", more="print(len(word))")
    )

    # kill -9 the Airflow process of a step: one execution.
    until(begun.exists, what="the step has begun")
    task = user.task("killed", killed, "once")
    os.kill(task["pid"], signal.SIGKILL)

    # Cancel from Airflow's API: the work on Ray ends and is shown as cancelled.
    until(lambda: user.claimed("stopped", stopped, "long"), what="the long step has begun")
    user.cancel("stopped", stopped)
    until(lambda: user.outcome("stopped", stopped, "long") is not None, what="the step was stopped")
    assert user.outcome("stopped", stopped, "long")["cause"] == "cancelled"
    assert runs.show(user.session, "stopped", stopped).state == "cancelled"

    until(
        lambda: user.task("killed", killed, "once")["try_number"] > task["try_number"],
        what="Airflow tries the killed step again",
    )
    gate.touch()
    assert user.end_of("killed", killed) == "success"
    assert begun.read_text() == "x"

    # The old run ends on its version, the next one is of the new version.
    new = user.trigger("life")
    assert (user.end_of("life", old), user.end_of("life", new)) == ("success", "success")
    shown = [runs.show(user.session, "life", run) for run in (old, new)]
    assert [(r.version_id, [s.step for s in r.steps]) for r in shown] == [
        (first, ["load", "tell"]),
        (second, ["load", "tell", "more"]),
    ]
    said = [text_of(user.whole("life", run), "cell-tell") for run in (old, new)]
    assert said == ["v1 one\n", "v2 two\n"]


@pytest.mark.timeout(900)
def test_a_broken_cell_is_mended_dates_are_filled_and_items_fanned_out(user, tmp_path) -> None:
    # Five items, of which one fails, run beside the rest; many are in `test_many_items.py`.
    fan = write_notebook(
        tmp_path / "fan.ipynb",
        {"divide": FAN},
        load="rows = [3, 2, 1, 0, 1]\nrow = 1",
        divide="share = 360 // row",
        total="print(len(share), share[:3])",
    )
    user.publish(fan)
    fanned = user.trigger("fan")

    # A broken cell fails; its fix runs in the same run, which keeps what had succeeded.
    path = tmp_path / "mended.ipynb"
    load = "numbers = [3, 4]\nprint('loaded')"
    broken = {
        "cron": "0 2 * * *",
        "load": load,
        "use": "kept = numbers[7]\nprint(kept)",
        "then": "print(kept)",
    }
    user.publish(write_notebook(path, **broken))
    failed = user.trigger("mended")
    assert user.end_of("mended", failed) == "failed"
    began = runs.show(user.session, "mended", failed).started
    use = user.outcome("mended", failed, "use")
    assert (use["cause"], use["cell"], use["ename"]) == ("cell_error", "cell-use", "IndexError")
    user.publish(write_notebook(path, **{**broken, "use": "kept = numbers[1]\nprint(kept)"}))
    latest = RepairRequest(version="latest")
    again = run_control.repair(user.session, "mended", failed, latest)
    assert again == ("use", "then")
    assert user.end_of("mended", failed) == "success"
    view = runs.show(user.session, "mended", failed)
    assert began <= view.started < view.resumed  # a repair leaves the start where it was
    assert [(s.step, s.state, s.attempts) for s in view.steps] == [
        ("load", "success", 1),
        ("use", "success", 2),
        ("then", "success", 1),
    ]
    assert text_of(user.whole("mended", failed), "cell-use") == "4\n"

    # Three days are filled: first said, then run.
    asked = {"from": "2026-01-01T00:00Z", "to": "2026-01-03T23:59Z", "parallel": 3}
    planned = run_control.backfill(user.session, "mended", BackfillRequest.model_validate(asked))
    assert (planned.id, [date.day for date in planned.dates]) == (None, [1, 2, 3])
    confirmed = BackfillRequest.model_validate({**asked, "confirm": True})
    assert run_control.backfill(user.session, "mended", confirmed).id is not None
    until(
        lambda: (
            [r.state for r in runs.page(user.session, "mended", kinds=["backfill"]).runs]
            == ["success"] * 3
        ),
        what="the three days have run",
        within=400,
    )

    assert user.end_of("fan", fanned, within=400) == "success"
    fanned_view = runs.show(user.session, "fan", fanned)
    items = [step.state for step in fanned_view.steps if step.step == "divide"]
    assert items == ["success"] * 3 + ["failed", "success"]
    assert "ZeroDivisionError" in str(user.executed("fan", fanned, "divide", map_index=3))
    whole = user.whole("fan", fanned)
    assert text_of(whole, "cell-total") == "4 [120, 180, 360]\n"
