"""The JupyterLab that the demo opens ends with the demo."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil

CODE = "import sys, pathlib; from jupyterlab_promote.cli.demo import _become_lab; _become_lab(pathlib.Path(sys.argv[1]))"


def test_it_ends_with_the_process_that_was_asked_to_show_it(tmp_path: Path) -> None:
    notebook = tmp_path / "demo" / "hello.ipynb"
    notebook.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(), notebook)
    settings = {"ServerApp": {"open_browser": False, "port": 0, "ip": "127.0.0.1"}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(settings))
    own = {"JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with subprocess.Popen(
        [sys.executable, "-c", CODE, str(notebook)],
        env={**os.environ, **own},
        stderr=subprocess.PIPE,
        text=True,
    ) as lab:
        assert lab.stderr is not None
        said = next(line for line in lab.stderr if "/lab/tree/hello.ipynb" in line)
        assert "127.0.0.1" in said
        processes = [psutil.Process(lab.pid), *psutil.Process(lab.pid).children(recursive=True)]
        lab.send_signal(signal.SIGTERM)
        for line in lab.stderr:
            del line  # until it ends, so that it never waits for somebody to read
    _, left = psutil.wait_procs(processes, timeout=30)
    assert left == []
