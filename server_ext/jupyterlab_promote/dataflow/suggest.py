"""Steps offered for a notebook without step tags: one for each heading."""

import re

from jupyterlab_promote.ids import step_slug
from jupyterlab_promote.model.pipeline import SuggestedStep
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.layout import Layout


def suggested_steps(nb: Notebook, laid: Layout) -> tuple[SuggestedStep, ...]:
    """Steps from the headings: of the level that gives at least two, level 2 first."""
    skipped = {cell.id for cell in laid.skipped}
    parameters = laid.parameters.id if laid.parameters is not None else None
    cells = [c for c in nb.cells if c.id not in skipped and c.id != parameters]
    for level in (2, 1, 3):
        found = _by_heading(cells, level)
        if len(found) >= 2:
            return found
    return ()


def _by_heading(cells: list[Cell], level: int) -> tuple[SuggestedStep, ...]:
    sections: list[tuple[str, list[str]]] = []
    for cell in cells:
        title = _heading(cell, level)
        if title is not None:
            sections.append((title, []))
        elif sections and cell.is_code:
            sections[-1][1].append(cell.id)
    names: dict[str, int] = {}
    steps: list[SuggestedStep] = []
    for title, ids in sections:
        if not ids:
            continue
        name = str(step_slug(title))
        names[name] = names.get(name, 0) + 1
        unique = name if names[name] == 1 else f"{name}_{names[name]}"
        steps.append(SuggestedStep(name=unique, cells=tuple(ids), title=title))
    return tuple(steps)


def _heading(cell: Cell, level: int) -> str | None:
    if cell.kind != "markdown":
        return None
    found = re.match(rf"^\s*#{{{level}}}\s+(.+?)\s*#*\s*$", cell.source, re.MULTILINE)
    return found[1] if found else None
