"""What is said of the runs that were compared: equal, or what differs first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jupyterlab_promote.model.run import Outcome
from jupyterlab_promote.worker.verify_compare import CellVerdict, Divergence, VariableVerdict


@dataclass(frozen=True)
class Verdict:
    """The result: equal only if nothing differs and both runs came to their end.

    Attributes:
        message: why it is not equal; empty when it is.
        variables: each name that the notebook leaves.
        first: the variable that differs first, when it is not equal.
        notes: what was not compared, and why.
    """

    equal: bool
    message: str
    cells: tuple[CellVerdict, ...] = ()
    variables: tuple[VariableVerdict, ...] = ()
    first: Divergence | None = None
    notes: tuple[str, ...] = ()


def verdict_of(
    stopped: Outcome | None,
    cells: Sequence[CellVerdict],
    variables: Sequence[VariableVerdict],
    *,
    first: Divergence | None,
    notes: tuple[str, ...],
) -> Verdict:
    """The verdict of one split run.

    Args:
        stopped: how the step ended that failed in the split run only.
        first: the variable that differs first, also one that is equal again at the end.
        notes: what was not compared, and why.
    """
    wrong = [v.first for v in variables if v.first is not None]
    bad = next((c for c in cells if c.verdict == "different"), None)
    seen = first or min(wrong, key=lambda one: one.cell_index, default=None)
    parts = []
    if stopped is not None:
        told = f"{stopped.message} {stopped.hint}".rstrip()
        parts.append(f"Step `{stopped.step}` fails in the split run only: {told}")
    elif bad is not None:
        parts.append(
            f"Cell {bad.cell_index + 1} (step `{bad.step}`) says something else in the split run."
        )
    equal = not parts and not wrong
    if not equal and seen is not None:
        parts.append(str(seen))
    return Verdict(
        equal=equal,
        message=" ".join(parts),
        cells=tuple(cells),
        variables=tuple(variables),
        first=None if equal else seen,
        notes=notes,
    )


def notes_of(variables: Sequence[VariableVerdict]) -> Iterator[str]:
    """What was not compared of the variables, or in part only."""
    partly = [f"`{v.name}`" for v in variables if v.partly]
    if partly:
        yield f"Compared in part, because they are large or hold what cannot be compared: {', '.join(partly)}."
    unknown = [f"`{v.name}` ({v.reason})" for v in variables if v.reason]
    if unknown:
        yield f"Variables that were not compared: {', '.join(unknown)}."
    chance = [f"`{v.name}`" for v in variables if v.verdict == "nondeterministic"]
    if chance:
        yield f"Variables that differ in each run, also from top to bottom: {', '.join(chance)}."


def different_in_all(verdicts: Sequence[Verdict]) -> Verdict:
    """What is to be said of several split runs: what differs from the linear runs in only some does so by chance.

    It is equal where nothing differs in all of them.
    """
    first, *others = verdicts
    cells = [
        replace(one, verdict="nondeterministic")
        if one.verdict == "different" and any(each.verdict != "different" for each in same)
        else one
        for one, *same in zip(first.cells, *(v.cells for v in others), strict=True)
    ]
    variables = [
        replace(one, verdict="nondeterministic", first=None)
        if one.first is not None and any(each.first is None for each in same)
        else one
        for one, *same in zip(first.variables, *(v.variables for v in others), strict=True)
    ]
    return verdict_of(None, cells, variables, first=None, notes=first.notes)
