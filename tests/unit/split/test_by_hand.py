"""The examples in real kernels: the step notebooks, opened and run by hand, say what the notebook says."""

import json
import shutil
from itertools import groupby
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.split.render import render
from jupyterlab_promote.split.stitch import stitch

EXAMPLES = Path(__file__).parents[3] / "examples"


def executed(content, folder):
    """Run as any notebook program would: the kernel is told nothing but the folder."""
    notebook = nbformat.reads(json.dumps(content), as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return client.execute()


def shown(content):
    """What each code cell shows, without counts and pictures' bytes; a stream may come in several pieces."""
    return {
        cell["id"]: [
            "".join(
                "".join(o.get("text") or o.get("data", {}).get("text/plain") or "") for o in same
            )
            for _, same in groupby(cell["outputs"], key=lambda o: (o["output_type"], o.get("name")))
        ]
        for cell in content["cells"]
        if cell["cell_type"] == "code"
    }


@pytest.mark.parametrize("example", ["hello", "churn"])
def test_the_steps_of_an_example_show_what_its_linear_run_shows(example, tmp_path):
    folder = shutil.copytree(EXAMPLES / example, tmp_path / example)
    source = read_notebook((folder / f"{example}.ipynb").read_bytes())
    linear = executed(source.content, folder)
    pipeline = plan(analyse(source), source, name=example)
    steps = {made.step: executed(made.content, folder) for made in render(pipeline, source)}
    whole = stitch(source.content, steps, derived_from={"run_id": "by hand"})
    assert shown(whole) == shown(linear)
    assert any(shown(linear).values())


@pytest.mark.parametrize("example", ["hello", "churn"])
def test_an_example_is_shipped_without_outputs_and_valid(example):
    content = json.loads((EXAMPLES / example / f"{example}.ipynb").read_text())
    nbformat.validate(content)
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert [c for c in code if c["outputs"] or c["execution_count"]] == []
    assert content["metadata"]["kernelspec"]["name"] == "python3"
