"""Tags -> which cell belongs to which step, what is prelude, what is skipped. The findings are `layout_rules.py`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook import layout_rules as rules
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.groups import Group, Layout
from jupyterlab_promote.notebook.tags import CellTags, read_tags

__all__ = ["WHOLE", "Group", "Layout", "layout"]

WHOLE = "notebook"
"""Name of the one step of a notebook without step tags."""


def layout(nb: Notebook) -> Layout:
    """Lay a notebook out by its tags; contradictions become findings."""
    tagged = [cell for cell in nb.cells if cell.tags]
    tags = {cell.id: read_tags(cell.tags) for cell in tagged}
    parameters, findings = rules.parameters_cell(tagged, tags)
    skipped = tuple(c for c in tagged if tags[c.id].skip and c is not parameters)
    left_out = {cell.id for cell in (*skipped, parameters) if cell is not None}
    body = [cell for cell in nb.cells if cell.id not in left_out] if left_out else [*nb.cells]
    saying = [cell for cell in tagged if cell.id not in left_out]
    explicit = frozenset(c.id for c in saying if tags[c.id].prelude and not tags[c.id].steps)
    if not _any_code(body):
        findings = (*findings, rules.no_code())
    if not any(tags[cell.id].steps for cell in saying):
        findings = (*findings, *rules.installs(nb, skipped, parameters))
        return _whole(body, parameters, skipped, explicit, findings)
    prelude, runs = _runs(body, tags, explicit)
    groups = tuple(_merged(runs))
    findings = (
        *findings,
        *rules.two_tags(saying, tags),
        *rules.scattered(runs),
        *rules.bad_names(groups),
        *rules.skipped(skipped),
        *(rules.unknown_before(groups, tags) if any(t.after for t in tags.values()) else ()),
        *rules.installs(nb, skipped, parameters),
    )
    return Layout(
        groups=groups,
        prelude=tuple(prelude),
        explicit=explicit,
        parameters=parameters,
        skipped=skipped,
        findings=findings,
        cell_steps={cell.id: group.name for group in groups for cell in group.cells},
    )


def _any_code(cells: Iterable[Cell]) -> bool:
    return any(cell.is_code and cell.source.strip() for cell in cells)


def _whole(
    body: list[Cell],
    parameters: Cell | None,
    skipped: tuple[Cell, ...],
    explicit: frozenset[str],
    findings: tuple[Finding, ...],
) -> Layout:
    cells = tuple(cell for cell in body if cell.id not in explicit)
    if not _any_code(cells):
        return Layout((), tuple(body), explicit, parameters, skipped, findings)
    prelude = tuple(cell for cell in body if cell.id in explicit)
    return Layout(
        groups=(Group(WHOLE, cells),),
        prelude=prelude,
        explicit=explicit,
        parameters=parameters,
        skipped=skipped,
        findings=(*findings, rules.untagged(), *rules.skipped(skipped)),
        cell_steps={cell.id: WHOLE for cell in cells},
    )


def _runs(
    body: list[Cell], tags: dict[str, CellTags], explicit: frozenset[str]
) -> tuple[list[Cell], list[Group]]:
    """The prelude, and the runs of neighbouring cells that share a step, in notebook order."""
    first = next(i for i, cell in enumerate(body) if cell.tags and tags[cell.id].steps)
    prelude, leading = _above(body[:first], explicit)
    runs: list[tuple[str, list[Cell], list[str]]] = []
    # Most cells have no tags, and stand in the step of the cell above them.
    tagged = [place for place in range(first, len(body)) if body[place].tags]
    for place, end in pairwise((*tagged, len(body))):
        cell, untagged = body[place], body[place + 1 : end]
        mine = tags[cell.id]
        if cell.id in explicit:
            prelude.append(cell)
        elif mine.steps and (not runs or runs[-1][0] != mine.steps[0]):
            runs.append((mine.steps[0], [*leading, cell], list(mine.after)))
            leading = []
        else:
            runs[-1][1].append(cell)
            runs[-1][2].extend(mine.after)
        runs[-1][1].extend(untagged)
    groups = [Group(n, tuple(c), tuple(dict.fromkeys(a))) for n, c, a in runs]
    return prelude, _headings_forward(groups)


def _above(cells: list[Cell], explicit: frozenset[str]) -> tuple[list[Cell], list[Cell]]:
    """The prelude among the cells above the first step, and what is said right above that step."""
    prelude: list[Cell] = []
    leading: list[Cell] = []
    for cell in cells:
        if cell.id in explicit:
            prelude.append(cell)
        elif cell.is_code:
            prelude += [*leading, cell]
            leading = []
        else:
            leading.append(cell)
    return prelude, leading


def _headings_forward(groups: list[Group]) -> list[Group]:
    """A heading right above a step's first cell stands in that step, not at the end of the one before."""
    moved: list[Group] = []
    carried: tuple[Cell, ...] = ()
    for index, group in enumerate(groups):
        cells = carried + group.cells
        carried = ()
        if index + 1 < len(groups):
            cut = len(cells)
            while cut and not cells[cut - 1].is_code:
                cut -= 1
            tail = cells[cut:]
            heading = next(
                (i for i, c in enumerate(tail) if c.source.lstrip().startswith("#")), None
            )
            if heading is not None and cut:
                carried = tail[heading:]
                cells = cells[: cut + heading]
        moved.append(replace(group, cells=cells) if cells != group.cells else group)
    return moved


def _merged(runs: list[Group]) -> Iterator[Group]:
    """One group for each name; a scattered step is an error, but the rest is still shown."""
    named: dict[str, list[Group]] = {}
    for run in runs:
        named.setdefault(run.name, []).append(run)
    for name, same in named.items():
        if len(same) == 1:
            yield same[0]
            continue
        yield Group(
            name,
            tuple(cell for run in same for cell in run.cells),
            tuple(dict.fromkeys(step for run in same for step in run.after)),
        )
