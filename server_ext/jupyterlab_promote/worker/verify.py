"""Linear run against split run: the proof of the promise that both give the same result.

The linear run is the same notebook as one step, so both go through the same engine. It runs twice: what differs
between the linear runs is nondeterministic and is marked, not compared. Two may agree by chance, on a draw from a few
outcomes for instance; so it runs once more before the split run is said to differ, and both run several times where the
cell mentions what differs between the linear runs. Compared are what each cell says, and the
value of each variable at the end, as a step after all others would be given it.

A step that runs once for each item has no such twin: from top to bottom its cells run once, with the notebook's own
value. They are equal if one of the items says the same; what builds on the lists that it collects is run, not compared.
"""

import itertools
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.pipeline import Pipeline
from jupyterlab_promote.model.run import Outcome
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.tags import STEP_PREFIX
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.worker.mapped import Ended
from jupyterlab_promote.worker.verify_chance import random_names
from jupyterlab_promote.worker.verify_compare import (
    Sides,
    compare_cells,
    compare_variables,
    divergences,
)
from jupyterlab_promote.worker.verify_linear import linear_runs, without
from jupyterlab_promote.worker.verify_run import Execution, Runs
from jupyterlab_promote.worker.verify_verdict import (
    Verdict,
    different_in_all,
    notes_of,
    verdict_of,
)
from jupyterlab_promote.worker.watched import Watched

_AFTER_ALL = "promote-after-all"
_BY_CHANCE_NO_MORE = (5, 3)
"""Linear and split runs: a draw of two outcomes is one in all of these and the other in all of those once in 128."""


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
    """Compare the runs of a notebook as it is analysed; arguments as for `verify_pipeline`.

    Raises:
        NotPromotable: the notebook is refused before it runs.
    """
    pipeline = plan(analyse(nb, context=context), nb, name=name)
    return verify_pipeline(
        nb, pipeline, folder=folder, context=context, store=store, seed=seed, tell=tell
    )


def verify_pipeline(
    nb: Notebook,
    pipeline: Pipeline,
    *,
    folder: Path,
    context: Context,
    store: Store,
    seed: int,
    tell: Callable[[str], None],
) -> Verdict:
    """Compare the runs.

    Args:
        pipeline: what the split run is of.
        store: an empty store for the runs.
        seed: of the order in which the steps run, as far as their edges allow.
    """
    behind = _behind_mapped(pipeline)
    with tempfile.TemporaryDirectory(prefix="promote-watched-") as scratch:
        runs = Runs(folder, store, Path(scratch))
        left = without(nb, _cells_of(pipeline, behind))
        linear: list[Execution] = []
        again = partial(
            _run_linear, linear_runs(left, pipeline.name, runs, context=context), linear, seed, tell
        )
        if (failed := again() or again()) is not None:
            return failed
        judged = partial(_compared, nb, pipeline, linear, left=left, context=context)
        first = _run_split(pipeline, nb, runs, 1, seed, tell)
        found = judged(first)
        if first.stopped is not None:
            return found
        if not found.equal:
            return again() or judged(first)
        more = (_run_split(pipeline, nb, runs, n, seed, tell) for n in itertools.count(2))
        return _without_chance(found, [first], linear, again, more, judged)


def _without_chance(
    found: Verdict,
    splits: list[Execution],
    linear: Sequence[Execution],
    again: Callable[[], Verdict | None],
    more: Iterator[Execution],
    judged: Callable[..., Verdict],
) -> Verdict:
    """What is to be said where a split run is equal but for what chance may explain: many runs tell.

    Args:
        found: the verdict as it is by chance.
        again: runs the notebook once more from top to bottom.
        more: further split runs.
    """
    while not (doubted := different_in_all([judged(s, chance=False) for s in splits])).equal:
        if (len(linear), len(splits)) == _BY_CHANCE_NO_MORE:
            return doubted
        if len(linear) < len(splits) + 2:
            if again() is not None:
                return found
        else:
            splits.append(next(more))
            if splits[-1].stopped is not None:
                return judged(splits[-1])
    return found


def _run_split(
    pipeline: Pipeline,
    nb: Notebook,
    runs: Runs,
    number: int,
    seed: int,
    tell: Callable[[str], None],
) -> Execution:
    """Run it step by step, in an order of its own."""
    one = Execution(pipeline, nb, runs, run_id="split" if number == 1 else f"split-{number}")
    tell(f"{one.run_id}: step by step")
    one.run(seed + number - 1)
    return one


def _run_linear(
    more: Iterator[Execution], done: list[Execution], seed: int, tell: Callable[[str], None]
) -> Verdict | None:
    """Run the notebook once more from top to bottom; a verdict only where it fails there."""
    one = next(more)
    tell(f"{one.run_id}: the notebook from top to bottom")
    done.append(one)
    one.run(seed)
    if one.stopped is None:
        return None
    text = f"The notebook fails from top to bottom: {_of_notebook(one.stopped)}{_NOT_HERE}"
    return Verdict(equal=False, message=text)


def _compared(
    nb: Notebook,
    pipeline: Pipeline,
    linear: Sequence[Execution],
    split: Execution,
    *,
    left: dict[str, Any],
    context: Context,
    chance: bool = True,
) -> Verdict:
    """What the runs say of each other.

    Args:
        left: what of the notebook was run from top to bottom.
        chance: whether the linear runs may agree by chance.
    """
    behind = _behind_mapped(pipeline)
    watched = [_only(run.watched.values()) for run in linear]
    mapped = {step.name for step in pipeline.steps if step.settings.map_over is not None}
    sides = Sides(
        linear=watched,
        split={step.name: split.watched.get(step.name, Watched()) for step in pipeline.steps},
        givers=_givers(left, sorted(watched[0].end), context=context),
        outside=behind | mapped,
        chance=chance,
    )
    cells = compare_cells(
        nb,
        pipeline,
        [run.outputs for run in linear],
        split.outputs,
        drawn=([run.drawn for run in linear], split.drawn),
        behind=behind,
        random=random_names(nb, watched) if chance else {},
    )
    # What comes after a step that failed is not there to be compared.
    variables = compare_variables(nb, pipeline, sides) if split.stopped is None else []
    return verdict_of(
        split.stopped,
        cells,
        variables,
        first=next(divergences(nb, pipeline, sides), None),
        notes=(*_notes(pipeline, behind, split.done), *notes_of(variables)),
    )


def _only(watched: Iterable[Watched]) -> Watched:
    """What the one step of a linear run had; of several, which a prelude makes, all of them."""
    cells: dict[str, Mapping[str, str]] = {}
    end: dict[str, str] = {}
    for one in watched:
        cells.update(one.cells)
        end.update(one.end)
    return Watched(cells, end)


def _givers(content: dict[str, Any], names: list[str], *, context: Context) -> dict[str, str]:
    """By name, the step whose value a step after all others would be given, as the analysis has it."""
    cell = nbformat.v4.new_code_cell(
        f"[{', '.join(names)}]", metadata={"tags": [STEP_PREFIX + _AFTER_ALL]}
    )
    cell["id"] = _AFTER_ALL
    asked = read_notebook({**content, "cells": [*content["cells"], dict(cell)]})
    steps = [step for step in analyse(asked, context=context).steps if step.name == _AFTER_ALL]
    inputs = [given for step in steps for given in step.inputs]
    everything = next((given.step for given in inputs if "*" in given.names), None)
    named = {name: given.step for given in inputs for name in given.names}
    return {n: named.get(n, everything or "") for n in names}


def _behind_mapped(pipeline: Pipeline) -> frozenset[str]:
    """The steps that build on lists which are collected only when steps run once for each item."""
    mapped = {step.name for step in pipeline.steps if step.settings.map_over is not None}
    return frozenset(s.name for s in pipeline.steps if mapped & set(pipeline.ancestors(s.name)))


def _cells_of(pipeline: Pipeline, steps: Collection[str]) -> frozenset[str]:
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


def _of_notebook(failed: Outcome) -> str:
    """The sentence of a linear run, which has no steps."""
    step = re.escape(failed.step)
    return re.sub(rf" ?(?:\(step `{step}`\)|(?:of )?[Ss]tep `{step}`)", "", failed.message).strip()


_NOT_HERE = "\nIt ran in a copy of its folder, without what lies above it and no cell names, such as `.git`."
