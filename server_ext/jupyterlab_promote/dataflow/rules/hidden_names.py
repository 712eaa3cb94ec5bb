"""Code whose names cannot be known."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.library import star_names
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.newer_syntax import HERE, is_unknown


def opaque_code(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM204, PRM208: code whose names cannot be known; everything travels. The same in many cells is said once."""
    places: dict[str, list[_Place]] = {}
    for step, cell in steps_with(uses_any_name, steps):
        if is_unknown(cell.source):
            yield _read_by_the_kernel(cell, step.name)
        elif (reason := _reason(cell.source))[0]:
            places.setdefault(reason[0], []).append(_Place(step.name, cell, reason[1]))
    yield from (_unknown(reason, found) for reason, found in places.items())


class _Place(NamedTuple):
    """A cell that uses names which cannot be known, and its line."""

    step: str
    cell: Cell
    line: int


def _unknown(reason: str, places: list[_Place]) -> Finding:
    first, *others = places
    also = f" here and in {_count(len(others))}" if others else ""
    return located(
        first.cell,
        first.line,
        code="PRM204",
        severity="warning",
        name=reason,
        steps=tuple(dict.fromkeys(place.step for place in places)),
        message=f"The names that `{reason}` uses{also} cannot be known, so every value travels between steps.",
        fix=f"{_INSTEAD.get(reason, 'Name what you need instead')}, or accept it.",
        actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
    )


_INSTEAD = {
    "%pylab": "Import numpy as `np` and matplotlib.pyplot as `plt` instead",
    "%sql": "Ask with `pandas.read_sql` instead",
    "%%sql": "Ask with `pandas.read_sql` instead",
}
"""By reason what names things."""


def _count(cells: int) -> str:
    return "one other cell" if cells == 1 else f"{cells} other cells"


def _reason(source: str) -> tuple[str, int]:
    """What uses any name in a cell, and in which line."""
    read, own = cell_names(source)
    reason, line = own.opaque or ("", 1)
    if not reason:
        unknown = [module for module in own.stars if star_names(module) is None]
        if not unknown:
            return "", 0
        reason, line = f"from {unknown[0]} import *", own.stars[unknown[0]]
    return reason, line + read.line_offset


@lru_cache(maxsize=4096)
def uses_any_name(source: str) -> bool:
    """Whether the names that a cell uses cannot be known."""
    own = cell_names(source)[1]
    known = own.opaque is None and not any(star_names(module) is None for module in own.stars)
    return not known or is_unknown(source)


def _read_by_the_kernel(cell: Cell, step: str) -> Finding:
    """PRM208: syntax that only the kernel's newer Python knows; everything travels."""
    return located(
        cell,
        1,
        code="PRM208",
        severity="warning",
        steps=(step,),
        message=(
            f"Only the kernel's Python can read this cell, Python {HERE} here cannot: "
            "its names are not known, so every value travels between steps, and the cell was not checked."
        ),
        fix="Write the cell without the new syntax, run Jupyter with the kernel's Python, or accept it.",
        actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
    )
