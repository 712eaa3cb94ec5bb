"""Linear run against split run, cell by cell: the proof of the promise that both give the same result.

The linear run is the same notebook as one step, so both go through the same engine. It runs twice: a cell that
differs between the two linear runs is nondeterministic and is marked, not compared.
"""

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.pipeline import Pipeline
from jupyterlab_promote.model.run import InputRef, Outcome, StepRequest
from jupyterlab_promote.notebook.comparable import normalised
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.tags import retagged
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.runs import outcome_sha256, ref_of
from jupyterlab_promote.store.runs import read_notebook as read_executed
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.run_step import run_step

_DAG_ID = "verify"


@dataclass(frozen=True)
class CellVerdict:
    """What the comparison says of one code cell."""

    cell: str
    cell_index: int
    step: str
    verdict: Literal["equal", "different", "nondeterministic", "not_run"]
    linear: str = ""
    split: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result: equal only if no cell differs and both runs came to their end.

    Attributes:
        message: why it is not equal; empty when it is.
    """

    equal: bool
    message: str
    cells: tuple[CellVerdict, ...] = ()


def verify(
    nb: Notebook,
    *,
    name: str,
    folder: Path,
    context: Context,
    store: Store,
    seed: int,
    tell: Callable[[str], None],
) -> Verdict:
    """Compare the runs.

    Args:
        store: an empty store for the runs.
        seed: of the order in which the steps run, as far as their edges allow.

    Raises:
        NotPromotable: the notebook is refused before it runs.
    """
    pipeline = plan(analyse(nb, context=context), nb, name=name)
    whole = read_notebook(_untagged(nb))
    linear_plan = plan(analyse(whole, context=context), whole, name=name)
    runs: list[dict[str, str]] = []
    for run_id in ("linear-1", "linear-2"):
        tell(f"{run_id}: the notebook from top to bottom")
        outputs, failed = _execute(linear_plan, whole, folder, store, run_id, seed)
        if failed is not None:
            return Verdict(equal=False, message=f"The linear run fails by itself: {failed.message}")
        runs.append(outputs)
    tell("split: step by step")
    split, failed = _execute(pipeline, nb, folder, store, "split", seed)
    cells = tuple(_compare(nb, pipeline, runs, split))
    if failed is not None:
        text = f"Step `{failed.step}` fails in the split run only: {failed.message}"
        return Verdict(equal=False, message=text, cells=cells)
    bad = next((c for c in cells if c.verdict == "different"), None)
    if bad is not None:
        text = (
            f"Cell {bad.cell_index + 1} (step `{bad.step}`) says something else in the split run."
        )
        return Verdict(equal=False, message=text, cells=cells)
    return Verdict(equal=True, message="", cells=cells)


def _untagged(nb: Notebook) -> dict[str, Any]:
    """The same notebook as one step; `imports` cells and the prelude stay where they are."""
    content = json.loads(json.dumps(nb.content))
    for raw, cell in zip(content["cells"], nb.cells, strict=True):
        kept = [tag for tag in retagged(cell.tags, None) if tag not in ("imports", "functions")]
        raw.setdefault("metadata", {})["tags"] = kept
    return dict(content)


def _execute(
    pipeline: Pipeline, nb: Notebook, folder: Path, store: Store, run_id: str, seed: int
) -> tuple[dict[str, str], Outcome | None]:
    """(normalised outputs by cell id, the outcome of the step that failed)."""
    draft = make_draft(pipeline, nb, folder, uid="verify", dag_id=_DAG_ID)
    version, _ = put_version(store, draft)
    done: dict[str, Outcome] = {}
    outputs: dict[str, str] = {}
    for name in _legal_order(pipeline, random.Random(seed)):  # noqa: S311 - an order, not a secret
        step = pipeline.step(name)
        request = StepRequest(
            store=store.url,
            dag_id=_DAG_ID,
            version=version,
            run_id=run_id,
            step=name,
            attempt=1,
            job_id=f"{run_id}-{name}",
            inputs=tuple(
                InputRef(
                    step=s.name,
                    attempt=1,
                    version=version,
                    outcome_sha256=outcome_sha256(done[s.name]),
                )
                for s in pipeline.steps
                if s.name in done and s.name in _before(pipeline, name)
            ),
            resources=step.settings.resources,
            environment=step.settings.environment,
        )
        outcome = run_step(request, environment=os.environ)
        executed = (
            json.loads(read_executed(store, ref_of(outcome))) if outcome.files else {"cells": []}
        )
        for cell in executed["cells"]:
            if cell["cell_type"] == "code":
                outputs.setdefault(cell["id"], normalised(cell))
        if not outcome.ok:
            return outputs, outcome
        done[name] = outcome
    return outputs, None


def _legal_order(pipeline: Pipeline, chance: random.Random) -> list[str]:
    order: list[str] = []
    left = [step.name for step in pipeline.steps]
    while left:
        ready = [name for name in left if set(pipeline.upstream(name)) <= set(order)]
        chosen = chance.choice(ready)
        order.append(chosen)
        left.remove(chosen)
    return order


def _before(pipeline: Pipeline, name: str) -> set[str]:
    found: set[str] = set()
    waiting = list(pipeline.upstream(name))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += pipeline.upstream(one)
    return found


def _compare(
    nb: Notebook, pipeline: Pipeline, linear: list[dict[str, str]], split: dict[str, str]
) -> list[CellVerdict]:
    step_of = {cell: step.name for step in pipeline.steps for cell in (*step.replay, *step.cells)}
    return [
        CellVerdict(
            cell.id,
            cell.index,
            step_of[cell.id],
            _verdict(cell.id, linear, split),
            linear[0].get(cell.id, ""),
            split.get(cell.id, ""),
        )
        for cell in nb.cells
        if cell.is_code and cell.id in step_of
    ]


def _verdict(
    cell: str, linear: list[dict[str, str]], split: dict[str, str]
) -> Literal["equal", "different", "nondeterministic", "not_run"]:
    if cell not in split:
        return "not_run"
    if linear[0].get(cell, "") != linear[1].get(cell, ""):
        return "nondeterministic"
    return "equal" if split[cell] == linear[0].get(cell, "") else "different"
