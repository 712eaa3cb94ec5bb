"""Which Python a notebook's kernel is."""

import json
import sys
from pathlib import Path

import pytest

from jupyterlab_promote.store.kernel_python import interpreter


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Installs a kernel that is started with a word, on a path whose first Python is somebody else's."""
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def install(word: str) -> str:
        spec = {
            "argv": [word, "-m", "ipykernel_launcher"],
            "display_name": "x",
            "language": "python",
        }
        (tmp_path / "kernels" / "mine").mkdir(parents=True)
        (tmp_path / "kernels" / "mine" / "kernel.json").write_text(json.dumps(spec))
        return "mine"

    return install


@pytest.mark.parametrize("word", ["python", f"python{sys.version_info[0]}"])
def test_a_bare_python_is_that_of_jupyter_whatever_stands_first_on_the_path(kernel, word: str):
    assert interpreter(kernel(word)) == sys.executable


def test_a_path_is_that_python_and_another_program_none(kernel, tmp_path: Path):
    path = str(tmp_path / "bin" / "python")
    assert interpreter(kernel(path)) == path
    assert interpreter("no_such_kernel") is None
