"""Steps of kernels that are not Python hand over files and no values, and are told so."""

import json
import os
import sys
from pathlib import Path

import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.model.settings import Environment
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.run_step import run_step
from jupyterlab_promote.worker.watch import run


@pytest.fixture
def bash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an installed Bash kernel."""
    pytest.importorskip("bash_kernel")
    folder = tmp_path / "jupyter" / "kernels" / "promote-bash"
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Bash", "language": "bash"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return folder.name


def test_a_bash_step_hands_over_files(bench, bash: str, states) -> None:
    steps = {
        "fetch": ["mkdir data", "echo from-bash > data/one.txt"],
        "use": ['echo "read $(cat data/one.txt)"'],
    }
    bench.publish(steps, kernel=bash, language="bash")
    first = bench.run("fetch")
    assert (first.state, first.message) == ("success", "")
    assert [change.path for change in first.changes] == ["data/one.txt"]
    second = bench.run("use")
    assert "".join(bench.executed(second)["use-0"]["outputs"][0]["text"]) == "read from-bash\n"


def test_a_bash_step_is_not_run_in_a_kernel_that_stands_elsewhere(
    bench, bash: str, tmp_path: Path
) -> None:
    bench.publish({"a": ["pwd; echo $OWN"]}, kernel=bash, language="bash")
    ready = StepKernel(bash)
    run(ready.start(env=os.environ, folder=tmp_path))
    try:
        request = bench.request("a", environment=Environment(env={"OWN": "mine"}))
        outcome = run_step(request, environment=os.environ, ready=ready)
    finally:
        run(ready.close())
    folder, own = "".join(bench.executed(outcome)["a-0"]["outputs"][0]["text"]).split()
    assert (Path(folder).name, own) == ("work", "mine")


def test_a_bash_step_that_fails_names_its_cell_and_one_that_is_slow_is_ended(
    bench, bash: str, states
) -> None:
    bench.publish({"a": ["true", "no-such-command-here", "true"]}, kernel=bash, language="bash")
    outcome = bench.run("a")
    assert (outcome.state, outcome.cell) == ("failed", "a-1")
    assert states(outcome)[2] == ("a-2", "pending")
    bench.publish({"a": ["echo begun; sleep 600", "echo after"]}, kernel=bash, language="bash")
    slow = bench.run("a", attempt=2, timeout=3.0)
    assert slow.cause == Cause.STEP_TIMEOUT
    assert "longer than its 3 s" in slow.message
    assert states(slow)[1] == ("a-1", "pending")


def test_a_notebook_of_another_language_is_told_that_no_variables_travel() -> None:
    kernel = {"name": "bash", "display_name": "Bash", "language": "bash"}
    cell = {"cell_type": "code", "id": "c", "source": "x=1", "outputs": [], "execution_count": None}
    content = {
        "cells": [{**cell, "metadata": {"tags": ["step:a"]}}],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    findings = analyse(read_notebook(content)).findings
    assert [f.code for f in findings] == ["PRM403"]
