"""One-step and two-step notebooks, run by `run_step` in real kernels, on a store in a temporary folder."""

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.model.document import sha256_of
from jupyterlab_promote.model.run import InputRef, Outcome, StepRequest
from jupyterlab_promote.model.settings import Environment, Resources
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.runs import read_notebook as read_executed
from jupyterlab_promote.store.runs import ref_of
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.run_step import run_step

DAG_ID = "t"


class Bench:
    """Publishes small notebooks into a store and runs their steps."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.version = ""
        self.done: dict[str, Outcome] = {}

    def publish(
        self,
        steps: dict[str, list[str]],
        *,
        kernel: str = "python3",
        language: str = "python",
        settings: Any = None,
    ) -> None:
        cells = []
        for step, sources in steps.items():
            for index, source in enumerate(sources):
                cell = nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:{step}"]})
                cell["id"] = f"{step}-{index}"
                cells.append(cell)
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {
            "name": kernel,
            "display_name": kernel,
            "language": language,
        }
        if settings:
            notebook.metadata["promote"] = settings
        nb = read_notebook(json.loads(nbformat.writes(notebook)))
        pipeline = plan(analyse(nb), nb, name=DAG_ID)
        draft = make_draft(pipeline, nb, None, uid="u", dag_id=DAG_ID)
        self.version, _ = put_version(self.store, draft)
        self.manifest = draft.manifest
        self.draft = draft

    def republish(self, **changes: Any) -> None:
        """The same notebook with another manifest."""
        self.manifest = self.manifest.model_copy(update=changes)
        draft = dataclasses.replace(self.draft, manifest=self.manifest)
        self.version, _ = put_version(self.store, draft)

    def request(self, step: str, *, attempt: int = 1, **fields: Any) -> StepRequest:
        given = {
            "inputs": tuple(
                InputRef(
                    step=name,
                    attempt=o.attempt,
                    version=self.version,
                    outcome_sha256=sha256_of(o),
                )
                for name, o in self.done.items()
                if name != step
            ),
            "resources": self.manifest.step(step).settings.resources,
            **fields,
        }
        return StepRequest(
            store=self.store.url, dag_id=DAG_ID, version=self.version, run_id="r", step=step,
            attempt=attempt, job_id=f"{step}-{attempt}", **given,
        )  # fmt: skip

    def run(self, step: str, **fields: Any) -> Outcome:
        outcome = run_step(self.request(step, **fields), environment=os.environ)
        if outcome.ok:
            self.done[step] = outcome
        return outcome

    def executed(self, outcome: Outcome) -> dict[str, Any]:
        """The user's cells of the executed notebook, by id."""
        return {cell["id"]: cell for cell in self.notebook(outcome)["cells"]}

    def notebook(self, outcome: Outcome) -> dict[str, Any]:
        """The executed notebook."""
        content: dict[str, Any] = json.loads(read_executed(self.store, ref_of(outcome)))
        return content


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(open_store(tmp_path / "store"))


@pytest.fixture
def states() -> Callable[[Outcome], list[tuple[str, str]]]:
    return lambda outcome: [(cell.cell, cell.state) for cell in outcome.cells]


__all__ = ["Bench", "Environment", "Resources"]
