"""A Jupyter server with the extension, whose embedded stack does not run; small notebooks; a session with the stack."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tests.server.use_cases import CELLS

from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.notebook.settings_edits import with_published
from jupyterlab_promote.server import local_stack
from jupyterlab_promote.server.notebooks import SourceNotebook, open_source
from jupyterlab_promote.server.session import Session, connect
from jupyterlab_promote.server.settings import Settings, from_environment


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


@pytest.fixture(scope="module")
def settings(stack) -> Settings:
    return local_stack.required(from_environment({"USER": "ann"}))


@pytest.fixture(scope="module")
def session(settings: Settings) -> Session:
    return connect(settings)


@pytest.fixture
def write(tmp_path: Path, make_notebook) -> Callable[..., SourceNotebook]:
    def at(
        name: str, *cells: str, known: PublishResult | None = None, **settings: Any
    ) -> SourceNotebook:
        content = make_notebook(*(cells or CELLS), settings=settings)
        if known is not None:
            content = with_published(content, known.published)
        return open_source(content, path=f"/{name}.ipynb", folder=tmp_path)

    return at
