"""What the linear runs and a split run gave, compared: each cell's outputs, each variable's value. Nothing is run."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jupyterlab_promote.model.pipeline import Pipeline
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.worker.handoff.checks.fingerprint import NONE, PART
from jupyterlab_promote.worker.verify_chance import random_names, unfilled
from jupyterlab_promote.worker.verify_run import Outputs
from jupyterlab_promote.worker.watched import Watched

Judgement = Literal["equal", "different", "nondeterministic", "not_run", "not_compared"]


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
class Divergence:
    """The first cell, in the notebook's order, after which a variable has another value in the split run."""

    name: str
    cell: str
    cell_index: int
    step: str

    def __str__(self) -> str:
        return f"Variable `{self.name}` first differs after cell {self.cell_index + 1} (step `{self.step}`)."


@dataclass(frozen=True)
class VariableVerdict:
    """What the comparison says of a variable at the end of the notebook.

    Attributes:
        step: the step whose value a later step would be given; empty for what each step makes for itself.
        reason: why it was not compared; empty for what a step that is outside the comparison gives.
        partly: only samples of it were compared.
        first: where it differs first.
    """

    name: str
    verdict: Judgement
    step: str = ""
    reason: str = ""
    partly: bool = False
    first: Divergence | None = None


@dataclass(frozen=True)
class Sides:
    """What is compared.

    Attributes:
        linear: the runs from top to bottom, two or more.
        split: the run step by step, by step.
        givers: the step whose value a later step would be given, by name.
        outside: steps that are not compared.
        chance: whether what differs only from the split run may do so by chance, as two linear runs can agree by it.
    """

    linear: Sequence[Watched]
    split: Mapping[str, Watched]
    givers: Mapping[str, str]
    outside: Collection[str]
    chance: bool = True


def compare_cells(
    nb: Notebook,
    pipeline: Pipeline,
    linear: Sequence[Outputs],
    split: Outputs,
    *,
    drawn: tuple[Sequence[Outputs], Outputs],
    behind: Collection[str],
    random: Mapping[str, frozenset[str]],
) -> list[CellVerdict]:
    """Each code cell of the steps.

    Two runs may say the same by chance, such as a bool that hangs on random numbers: what a cell says is not compared
    where it mentions a variable that differs between the linear runs.

    Args:
        drawn: what the linear runs and the split run show beside their text.
        behind: steps whose cells the linear runs leave out.
        random: by cell, the names that it mentions which differ between the linear runs; none where so many runs were
            done that they do not agree by chance.
    """
    step_of = _steps_of(pipeline)
    mapped = {step.name for step in pipeline.steps if step.settings.map_over is not None}
    found = []
    for cell in nb.cells:
        if not cell.is_code or cell.id not in step_of:
            continue
        step = step_of[cell.id]
        verdict = "not_compared" if step in behind else _verdict(cell.id, linear, split)
        sides = (linear[0], split)
        if verdict == "equal" and _verdict(cell.id, *drawn) == "different":
            verdict, sides = "different", (drawn[0][0], drawn[1])
        if step in mapped and verdict in ("different", "not_run"):
            verdict = "not_compared"
        if verdict == "different" and (random.get(cell.id) or "_" in unfilled(cell.source)):
            verdict = "nondeterministic"
        one, other = (side.get(cell.id, [""])[0] for side in sides)
        found.append(CellVerdict(cell.id, cell.index, step, verdict, one, other))
    return found


def _steps_of(pipeline: Pipeline) -> dict[str, str]:
    return {cell: step.name for step in pipeline.steps for cell in (*step.replay, *step.cells)}


def _verdict(cell: str, linear: Sequence[Outputs], split: Outputs) -> Judgement:
    if cell not in split:
        return "not_run"
    first, *others = (run.get(cell, [""]) for run in linear)
    if any(first != other for other in others):
        return "nondeterministic"
    return "equal" if first[0] in split[cell] else "different"


def compare_variables(nb: Notebook, pipeline: Pipeline, sides: Sides) -> list[VariableVerdict]:
    """Each name that the notebook leaves."""
    first: dict[str, Divergence | None] = {}
    for one, chance in _walked(nb, pipeline, sides):
        first.setdefault(one.name, None if chance else one)
    return [_of_variable(name, nb, pipeline, sides, first) for name in sorted(sides.linear[0].end)]


def divergences(nb: Notebook, pipeline: Pipeline, sides: Sides) -> Iterator[Divergence]:
    """Names that have another value after a cell that mentions them, in the notebook's order."""
    return (one for one, chance in _walked(nb, pipeline, sides) if not chance)


def _walked(nb: Notebook, pipeline: Pipeline, sides: Sides) -> Iterator[tuple[Divergence, bool]]:
    """Each divergence, and whether it is by chance.

    It is so where the cell mentions a variable that differs between the linear runs, or one that differs by chance: two
    runs may agree on the smallest of some random rows. What takes too long to be read after a cell is as at the end.
    """
    owners = {cell: step.name for step in pipeline.steps for cell in step.cells}
    chances = random_names(nb, sides.linear)
    random: set[str] = set()
    for cell in nb.cells:
        step = owners.get(cell.id, "")
        if step not in sides.split or step in sides.outside:
            continue
        known = [run.cells.get(cell.id, {}) for run in (*sides.linear, sides.split[step])]
        likely = bool(chances.get(cell.id)) or not random.isdisjoint(known[0])
        bare = unfilled(cell.source)
        for name in sorted(set(known[0]) & set(known[-1])):
            chance = likely or name in bare
            texts = [run.get(name, NONE) for run in known]
            late = any(text.startswith(NONE) for text in texts)
            if chance and late and sides.givers.get(name) == step:
                texts = [run.end.get(name, NONE) for run in (*sides.linear, sides.split[step])]
            if _differs(*texts):
                random.update({name} if chance else ())
                excused = chance and (sides.chance or name in bare)
                yield Divergence(name, cell.id, cell.index, step), excused


def _differs(*texts: str) -> bool:
    """Whether the last, the split run's, is another one than that of all linear runs."""
    first, *others, split = texts
    known = not any(text.startswith(NONE) for text in (first, split))
    return known and first != split and all(first == other for other in others)


def _of_variable(
    name: str,
    nb: Notebook,
    pipeline: Pipeline,
    sides: Sides,
    first: Mapping[str, Divergence | None],
) -> VariableVerdict:
    step = sides.givers.get(name, "")
    one, *others = (run.end.get(name, f"{NONE}not there") for run in sides.linear)
    split = _held(name, step, sides)
    unknown = next(
        (text for text in (one, *others, *split.values()) if text.startswith(NONE)), None
    )
    if step in sides.outside:
        return VariableVerdict(name, "not_compared", step)
    if unknown is not None:
        return VariableVerdict(name, "not_compared", step, unknown.removeprefix(NONE))
    if any(one != other for other in others):
        return VariableVerdict(name, "nondeterministic", step)
    partly = one.startswith(PART)
    wrong = next((s for s, text in split.items() if text != one), None)
    if split and wrong is None:
        return VariableVerdict(name, "equal", step, partly=partly)
    if wrong is None or (step and step not in split):
        # It may share objects with what that step changes, which therefore would give it to a later one.
        reason = f"step `{step}`, which may change it, does not load it"
        return VariableVerdict(name, "not_compared", step, reason)
    where = first.get(name, _at_end_of(wrong, name, nb, pipeline))
    if where is None:
        return VariableVerdict(name, "nondeterministic", step)
    return VariableVerdict(name, "different", step, partly=partly, first=where)


def _held(name: str, giver: str, sides: Sides) -> dict[str, str]:
    """The fingerprint of a name in the split run, by step: its giver's, or the last that is there before that.

    What each step makes for itself, such as an import, has no giver: an earlier step may have had another one.
    """
    ends = {s: side.end for s, side in sides.split.items() if s not in sides.outside}
    order = list(sides.split)
    if giver and giver not in order:
        return {}
    until = order.index(giver) + 1 if giver else len(order)
    before = [s for s in order[:until] if name in ends.get(s, {})]
    return {before[-1]: ends[before[-1]][name]} if before else {}


def _at_end_of(step: str, name: str, nb: Notebook, pipeline: Pipeline) -> Divergence:
    own = set(pipeline.step(step).cells)
    last = [cell for cell in nb.cells if cell.is_code and cell.id in own][-1]
    return Divergence(name, last.id, last.index, step)
