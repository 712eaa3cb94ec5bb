"""A Jupyter server with the extension, whose embedded stack does not run, and small notebooks."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest


@pytest.fixture
def jp_server_config(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch) -> dict[str, Any]:
    if "stack" not in request.fixturenames:
        monkeypatch.setenv("PROMOTE_STACK_DIR", str(tmp_path / "no-stack"))
    for name in ("JUPYTERHUB_USER", "PROMOTE_AIRFLOW_URL"):
        monkeypatch.delenv(name, raising=False)
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyterlab_promote": True},
            "allow_unauthenticated_access": False,
        }
    }


def notebook(*cells: str, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """A notebook; a cell that begins with `# step` opens the step of that name."""
    made = []
    for number, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source, id=f"c{number}")
        first, _, _ = source.partition("\n")
        if first.startswith("# step "):
            cell["metadata"]["tags"] = [f"step:{first.removeprefix('# step ')}"]
        if first.startswith("# parameters"):
            cell["metadata"]["tags"] = ["parameters"]
        made.append(cell)
    metadata: dict[str, Any] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    if settings:
        metadata["promote"] = {"schema_version": 1, **settings}
    return json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata=metadata)))


@pytest.fixture
def make_notebook():
    return notebook
