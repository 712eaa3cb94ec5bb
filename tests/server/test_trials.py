"""A trial lives as long as the server that waits for its answer."""

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from jupyterlab_promote.server.trials import ran

MINUTE = 60.0


def begun(file: Path, trial: "subprocess.Popen[bytes]") -> psutil.Process:
    """The kernel, once its cell runs."""
    deadline = time.monotonic() + 3 * MINUTE
    while not file.exists() or not file.read_text():
        assert trial.poll() is None, "it ended before its cell"
        assert time.monotonic() < deadline, "its cell did not begin"
        time.sleep(0.05)
    return psutil.Process(int(file.read_text()))


@pytest.mark.timeout(300)
def test_a_trial_and_its_kernel_end_with_the_server_that_asked_for_it(tmp_path: Path) -> None:
    here, saved = tmp_path / "pid", tmp_path / "nb.ipynb"
    endless = f"import os, time\nopen({str(here)!r}, 'w').write(str(os.getpid()))\ntime.sleep(1000)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("saved = 1", id="c0")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(notebook, saved)
    notebook.cells[0]["source"] = endless
    command = [sys.executable, "-m", "jupyterlab_promote.cli.main", "verify", str(saved)]
    with subprocess.Popen([*command, "--shown", "--json"], stdin=subprocess.PIPE) as trial:
        assert trial.stdin is not None
        trial.stdin.write(json.dumps(notebook).encode() + b"\n")
        trial.stdin.flush()
        kernel = begun(here, trial)
        # A killed process leaves its pipes closed, and nothing else behind.
        trial.stdin.close()
        assert trial.wait(MINUTE) != 0
    gone, alive = psutil.wait_procs([kernel], timeout=MINUTE)
    assert (len(gone), alive) == (1, [])


def test_a_trial_of_some_steps_does_not_say_that_all_ran() -> None:
    assert ran({"state": "success"}, until="plot").message == "The steps up to plot ran."
    assert ran({"state": "success"}, until="").message == "All steps ran."
    failed = {"state": "failed", "message": "Cell 3 raised", "step": "load"}
    assert ran(failed, until="plot").message == "Cell 3 raised"
