"""The whole way on the real stack: Airflow, Ray, papermill and kernels, from a notebook to executed notebooks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from journey import outputs_of, sign_in, text_of, write_notebook

from jupyterlab_promote import stack as embedded
from jupyterlab_promote.cli.main import main
from jupyterlab_promote.errors import Conflict
from jupyterlab_promote.server import runs


@pytest.fixture(scope="module")
def user(stack):
    return sign_in(stack)


@pytest.fixture
def gate(tmp_path):
    """A file for which a step waits, so that a test decides when the step goes on."""
    return tmp_path / "gate"


def waiting_for(gate: Path) -> str:
    return f"import os, time\nwhile not os.path.exists({str(gate)!r}):\n    time.sleep(0.05)\n"


def test_a_failing_cell_leaves_the_notebook_up_to_its_traceback(user, tmp_path, capsys):
    path = write_notebook(
        tmp_path / "failing.ipynb",
        load="numbers = [1, 2, 3]\nprint(len(numbers))",
        divide="print('before')\nratio = numbers[0] / 0",
        never="print(ratio)",
        leave="import sys\nsys.exit('enough')",
        crash="import os\nos._exit(3)",
    )
    user.publish(path)
    run = user.trigger("failing")
    assert user.end_of("failing", run) == "failed"
    whole = user.whole("failing", run)
    error = next(o for o in outputs_of(whole, "cell-divide") if o["output_type"] == "error")
    outcome = user.attempts("failing", run)["divide"]["outcome"]
    assert (error["ename"], outcome["cause"], outcome["cell"]) == (
        "ZeroDivisionError",
        "cell_error",
        "cell-divide",
    )
    assert text_of(whole, "cell-divide") == "before\n"
    assert outputs_of(whole, "cell-never") == []
    assert user.task("failing", run, "never")["state"] == "upstream_failed"

    # How a step ended is the same sentence in Airflow's log, on the command line and in the Lab.
    ended = {step: user.outcome("failing", run, step) for step in ("divide", "leave", "crash")}
    causes = [outcome["cause"] for outcome in ended.values()]
    assert causes == ["cell_error", "exited", "kernel_died"]
    sidebar = {step.step: step.message for step in runs.show(user.session, "failing", run).steps}
    assert main(["show", f"failing/{run}"]) == 0
    shown = capsys.readouterr().out
    for step, outcome in ended.items():
        assert sidebar[step] == outcome["message"] != ""
        assert outcome["message"] in shown
        assert f"{step}: {outcome['hint']}" in shown
        assert outcome["message"] in user.log("failing", run, step)


def test_down_names_the_live_runs_and_leaves_them_alone(user, tmp_path, gate):
    user.publish(write_notebook(tmp_path / "alive.ipynb", wait=waiting_for(gate)))
    run = user.trigger("alive")
    with pytest.raises(Conflict) as refused:
        embedded.down()
    assert {"dag_id": "alive", "run_id": run} in refused.value.fields["runs"]
    assert "--force" in refused.value.hint
    gate.touch()
    assert user.end_of("alive", run) == "success"


def test_the_demo_ends_with_executed_notebooks(stack):
    command = [sys.executable, "-m", "jupyterlab_promote.cli.main", "demo", "--once", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    last = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, last["dag_id"], last["state"]) == (0, "hello", "success")
    whole = json.loads(Path(last["notebooks"][0]).read_text())
    assert text_of(whole, "report").startswith("pi is about 3.")
