"""Running a pipeline step after step in this process, for `verify`: what its cells said and what its names were."""

import json
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.pipeline import Pipeline
from jupyterlab_promote.model.run import InputRef, Outcome, StepRequest
from jupyterlab_promote.notebook.comparable import drawn, normalised
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.runs import outcome_sha256, read_notebook, ref_of
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.mapped import Ended, Source
from jupyterlab_promote.worker.run_step import run_step
from jupyterlab_promote.worker.watched import Watched, read_watched

_DAG_ID = "verify"

Outputs = dict[str, list[str]]
"""Normalised outputs by cell id: one, or one for each item of a mapped step."""


@dataclass(frozen=True)
class Runs:
    """What the runs have in common: the notebook's folder, the store, and a folder for what is watched."""

    folder: Path
    store: Store
    scratch: Path


class Execution:
    """One run of a pipeline.

    Attributes:
        run_id: what it is called in the store.
        outputs: what the cells said.
        drawn: what they showed beside it.
        watched: fingerprints of the variables, by step; not of steps that run once for each item.
        done: how the steps ended.
        stopped: how the step ended that failed.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        nb: Notebook,
        runs: Runs,
        *,
        run_id: str,
    ) -> None:
        self._pipeline = pipeline
        self._store = runs.store
        self._scratch = runs.scratch
        self.run_id = run_id
        draft = make_draft(pipeline, nb, runs.folder, uid="verify", dag_id=_DAG_ID)
        self._manifest = draft.manifest
        self._version, _ = put_version(self._store, draft)
        self.outputs: Outputs = {}
        self.drawn: Outputs = {}
        self.watched: dict[str, Watched] = {}
        self.done: dict[str, Ended] = {}
        self.stopped: Outcome | None = None

    def run(self, seed: int) -> None:
        """Run it, until a step fails.

        Args:
            seed: of the order in which the steps run, as far as their edges allow.
        """
        order = _legal_order(self._pipeline, random.Random(seed))  # noqa: S311 - no secret
        for name in order:
            mapping = self._pipeline.step(name).settings.map_over
            outcomes = [self._outcome(name, index) for index in self._indices(name)]
            self.done[name] = Ended.of(outcomes, mapping)
            if not self.done[name].usable:
                self.stopped = next(outcome for outcome in outcomes if not outcome.ok)
                return

    def _indices(self, name: str) -> Iterable[int]:
        step = self._pipeline.step(name)
        if step.settings.map_over is None:
            return (UNMAPPED,)
        source = Source.of(self._manifest, step, {})
        return range(source.count(self._store, self.done.values()))

    def _outcome(self, name: str, map_index: int) -> Outcome:
        file = self._scratch / f"{self.run_id}-{name}.jsonl"
        outcome = run_step(
            self._request(name, map_index),
            environment=os.environ,
            watched=file if map_index == UNMAPPED else None,
        )
        if outcome.files:
            executed = json.loads(read_notebook(self._store, ref_of(outcome)))
            for cell in (c for c in executed["cells"] if c["cell_type"] == "code"):
                for said, text in ((self.outputs, normalised(cell)), (self.drawn, drawn(cell))):
                    known = said.setdefault(cell["id"], [])
                    if not known or map_index != UNMAPPED:
                        known.append(text)
            if map_index == UNMAPPED:
                self.watched[name] = read_watched(file, executed)
        return outcome

    def _request(self, name: str, map_index: int) -> StepRequest:
        step = self._pipeline.step(name)
        ancestors = self._pipeline.ancestors(name)
        built_on = [o for n in ancestors for o in self.done[n].outcomes if o.ok]
        return StepRequest(
            store=self._store.url,
            dag_id=_DAG_ID,
            version=self._version,
            run_id=self.run_id,
            step=name,
            map_index=map_index,
            attempt=1,
            job_id=f"{self.run_id}-{name}-{map_index}",
            inputs=tuple(
                InputRef(
                    step=outcome.step,
                    map_index=outcome.map_index,
                    attempt=1,
                    version=self._version,
                    outcome_sha256=outcome_sha256(self._store, ref_of(outcome)),
                )
                for outcome in built_on
            ),
            resources=step.settings.resources,
            environment=step.settings.environment,
        )


def _legal_order(pipeline: Pipeline, chance: random.Random) -> list[str]:
    order: list[str] = []
    left = [step.name for step in pipeline.steps]
    while left:
        ready = [name for name in left if set(pipeline.upstream(name)) <= set(order)]
        chosen = chance.choice(ready)
        order.append(chosen)
        left.remove(chosen)
    return order
