"""What the worker's process pays for before it starts the kernel: each of these takes about 0.1 s of every step."""

import subprocess
import sys

import pytest

_LATER = ("nbformat", "jsonschema", "papermill", "nbclient", "ray", "numpy", "airflow", "pandas")
_SHOWN = "import sys, jupyterlab_promote.worker.__main__, jupyterlab_promote.worker.run_step; print(*sys.modules)"


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """The modules of a worker that has not looked at its request yet."""
    command = [sys.executable, "-c", _SHOWN]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_the_step_itself_is_there(imported: set[str]) -> None:
    assert {"jupyterlab_promote.worker.attempt", "jupyter_client"} <= imported


@pytest.mark.parametrize("package", _LATER)
def test_it_waits_until_the_kernel_boots(imported: set[str], package: str) -> None:
    assert package not in imported
