"""Linear run against split run, cell by cell: the proof of the promise that both give the same result.

The linear run is the same notebook as one step, so both go through the same engine. It runs twice: a cell that
differs between the two linear runs is nondeterministic and is marked, not compared.

A step that runs once for each item has no such twin: from top to bottom its cells run once, with the notebook's own
value. They are equal if one of the items says the same; what builds on the lists that it collects is run, not compared.
"""

import glob
import json
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.pipeline import Pipeline
from jupyterlab_promote.model.run import InputRef, Outcome, StepRequest
from jupyterlab_promote.notebook.comparable import normalised
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.tags import retagged
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.drafts import MAX_FILES_BYTES, make_draft
from jupyterlab_promote.store.runs import outcome_sha256, ref_of
from jupyterlab_promote.store.runs import read_notebook as read_executed
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.mapped import Ended, Source
from jupyterlab_promote.worker.run_step import run_step

_DAG_ID = "verify"

Judgement = Literal["equal", "different", "nondeterministic", "not_run", "not_compared"]

Outputs = dict[str, list[str]]
"""Normalised outputs by cell id: one, or one for each item of a mapped step."""


@dataclass(frozen=True)
class CellVerdict:
    """What the comparison says of one code cell."""

    cell: str
    cell_index: int
    step: str
    verdict: Judgement
    linear: str = ""
    split: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result: equal only if no cell differs and both runs came to their end.

    Attributes:
        message: why it is not equal; empty when it is.
        notes: what was not compared, and why.
    """

    equal: bool
    message: str
    cells: tuple[CellVerdict, ...] = ()
    notes: tuple[str, ...] = ()


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
    behind = _behind_mapped(pipeline)
    whole = read_notebook(_untagged(nb, without=_cells_of(pipeline, behind)))
    linear_plan = plan(analyse(whole, context=context), whole, name=name)
    runs: list[Outputs] = []
    linear_plan = linear_plan.model_copy(
        update={"file_globs": _whole_folder(folder, context.files or frozenset())}
    )
    for run_id in ("linear-1", "linear-2"):
        tell(f"{run_id}: the notebook from top to bottom")
        linear = _Execution(linear_plan, whole, folder, store, run_id, seed)
        if (failed := linear.run()) is not None:
            return Verdict(
                equal=False,
                message=f"The notebook fails from top to bottom: {_of_notebook(failed)}",
            )
        runs.append(linear.outputs)
    tell("split: step by step")
    split = _Execution(pipeline, nb, folder, store, "split", seed)
    failed = split.run()
    cells = tuple(_compare(nb, pipeline, runs, split.outputs, behind=behind))
    notes = tuple(_notes(pipeline, behind, split.done))
    if failed is not None:
        text = f"Step `{failed.step}` fails in the split run only: {failed.message}"
        return Verdict(equal=False, message=text, cells=cells, notes=notes)
    bad = next((c for c in cells if c.verdict == "different"), None)
    if bad is not None:
        text = (
            f"Cell {bad.cell_index + 1} (step `{bad.step}`) says something else in the split run."
        )
        return Verdict(equal=False, message=text, cells=cells, notes=notes)
    return Verdict(equal=True, message="", cells=cells, notes=notes)


def _behind_mapped(pipeline: Pipeline) -> frozenset[str]:
    """The steps that build on lists which are collected only when steps run once for each item."""
    mapped = {step.name for step in pipeline.steps if step.settings.map_over is not None}
    return frozenset(s.name for s in pipeline.steps if mapped & set(pipeline.ancestors(s.name)))


def _cells_of(pipeline: Pipeline, steps: frozenset[str]) -> frozenset[str]:
    return frozenset(cell for name in steps for cell in pipeline.step(name).cells)


def _notes(pipeline: Pipeline, behind: frozenset[str], done: Mapping[str, Ended]) -> Iterator[str]:
    for step in pipeline.steps:
        mapping = step.settings.map_over
        if mapping is not None and step.name not in behind:
            count = len(done[step.name].outcomes) if step.name in done else 0
            yield (
                f"Step `{step.name}` ran for {count} elements of `{mapping.over}`; from top to bottom it runs once, "
                f"with the notebook's own `{mapping.item}`."
            )
    if behind:
        named = ", ".join(f"`{step.name}`" for step in pipeline.steps if step.name in behind)
        yield f"Not compared, because they build on what was collected: {named}."


def _whole_folder(folder: Path, files: frozenset[str]) -> tuple[str, ...]:
    """What the linear run finds beside it: all that the notebook does, unless that is too large to be copied.

    So a file that the analysis missed shows as a difference.
    """
    sizes = ((folder / path).stat().st_size for path in files if (folder / path).is_file())
    if sum(sizes) > MAX_FILES_BYTES:
        return ()
    tops = {path.partition("/")[0] for path in files}
    return tuple(
        f"{glob.escape(top)}/**/*" if (folder / top).is_dir() else glob.escape(top)
        for top in sorted(tops)
    )


def _untagged(nb: Notebook, *, without: frozenset[str]) -> dict[str, Any]:
    """The same notebook as one step; `imports` cells and the prelude stay where they are."""
    content = json.loads(json.dumps(nb.content))
    cells = []
    for raw, cell in zip(content["cells"], nb.cells, strict=True):
        kept = [tag for tag in retagged(cell.tags, None) if tag not in ("imports", "functions")]
        raw.setdefault("metadata", {})["tags"] = kept
        if cell.id not in without:
            cells.append(raw)
    return {**content, "cells": cells}


class _Execution:
    """One run of a pipeline, step after step in this process.

    Attributes:
        outputs: what the cells said.
        done: how the steps ended.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        nb: Notebook,
        folder: Path,
        store: Store,
        run_id: str,
        seed: int,
    ) -> None:
        self._pipeline = pipeline
        self._store = store
        self._run_id = run_id
        self._seed = seed
        draft = make_draft(pipeline, nb, folder, uid="verify", dag_id=_DAG_ID)
        self._manifest = draft.manifest
        self._version, _ = put_version(store, draft)
        self.outputs: Outputs = {}
        self.done: dict[str, Ended] = {}

    def run(self) -> Outcome | None:
        """Run it; gives the outcome of the step that failed."""
        order = _legal_order(self._pipeline, random.Random(self._seed))  # noqa: S311 - no secret
        for name in order:
            mapping = self._pipeline.step(name).settings.map_over
            outcomes = [self._outcome(name, index) for index in self._indices(name)]
            self.done[name] = Ended.of(outcomes, mapping)
            if not self.done[name].usable:
                return next(outcome for outcome in outcomes if not outcome.ok)
        return None

    def _indices(self, name: str) -> Iterable[int]:
        step = self._pipeline.step(name)
        if step.settings.map_over is None:
            return (UNMAPPED,)
        source = Source.of(self._manifest, step, {})
        return range(source.count(self._store, self.done.values()))

    def _outcome(self, name: str, map_index: int) -> Outcome:
        outcome = run_step(self._request(name, map_index), environment=os.environ)
        if outcome.files:
            executed = json.loads(read_executed(self._store, ref_of(outcome)))
            found = {c["id"]: normalised(c) for c in executed["cells"] if c["cell_type"] == "code"}
            for cell, text in found.items():
                known = self.outputs.setdefault(cell, [])
                if not known or map_index != UNMAPPED:
                    known.append(text)
        return outcome

    def _request(self, name: str, map_index: int) -> StepRequest:
        step = self._pipeline.step(name)
        ancestors = self._pipeline.ancestors(name)
        built_on = [o for n in ancestors for o in self.done[n].outcomes if o.ok]
        return StepRequest(
            store=self._store.url,
            dag_id=_DAG_ID,
            version=self._version,
            run_id=self._run_id,
            step=name,
            map_index=map_index,
            attempt=1,
            job_id=f"{self._run_id}-{name}-{map_index}",
            inputs=tuple(
                InputRef(
                    step=outcome.step,
                    map_index=outcome.map_index,
                    attempt=1,
                    version=self._version,
                    outcome_sha256=outcome_sha256(outcome),
                )
                for outcome in built_on
            ),
            resources=step.settings.resources,
            environment=step.settings.environment,
        )


def _of_notebook(failed: Outcome) -> str:
    """The sentence of a linear run, which has no steps."""
    return re.sub(rf" ?(?:of )?[Ss]tep `{re.escape(failed.step)}`", "", failed.message).strip()


def _legal_order(pipeline: Pipeline, chance: random.Random) -> list[str]:
    order: list[str] = []
    left = [step.name for step in pipeline.steps]
    while left:
        ready = [name for name in left if set(pipeline.upstream(name)) <= set(order)]
        chosen = chance.choice(ready)
        order.append(chosen)
        left.remove(chosen)
    return order


def _compare(
    nb: Notebook,
    pipeline: Pipeline,
    linear: list[Outputs],
    split: Outputs,
    *,
    behind: frozenset[str],
) -> list[CellVerdict]:
    step_of = {cell: step.name for step in pipeline.steps for cell in (*step.replay, *step.cells)}
    mapped = {step.name for step in pipeline.steps if step.settings.map_over is not None}
    found = []
    for cell in nb.cells:
        if not cell.is_code or cell.id not in step_of:
            continue
        step = step_of[cell.id]
        verdict = "not_compared" if step in behind else _verdict(cell.id, linear, split)
        if step in mapped and verdict in ("different", "not_run"):
            verdict = "not_compared"
        one, other = (side.get(cell.id, [""])[0] for side in (linear[0], split))
        found.append(CellVerdict(cell.id, cell.index, step, verdict, one, other))
    return found


def _verdict(cell: str, linear: list[Outputs], split: Outputs) -> Judgement:
    if cell not in split:
        return "not_run"
    first, second = (run.get(cell, [""]) for run in linear)
    if first != second:
        return "nondeterministic"
    return "equal" if first[0] in split[cell] else "different"
