"""Tags -> which cell belongs to which step, what is prelude, what is skipped. Findings PRM1xx.

| code | severity | what |
|---|---|---|
| PRM101 | error | a cell has two step tags |
| PRM102 | error | a step's cells are not together |
| PRM103 | error | a step name that cannot be used |
| PRM104 | error | two `parameters` cells |
| PRM105 | error | no code cell |
| PRM106 | info | no step tags: the whole notebook is one step |
| PRM107 | info | skipped cells |
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jupyterlab_promote.ids import is_step_name, step_slug
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.tags import CellTags, read_tags

WHOLE = "notebook"
"""Name of the one step of a notebook without step tags."""


@dataclass(frozen=True)
class Group:
    """The cells of one step, in order, markdown included, skipped ones not.

    Attributes:
        after: steps that its cells' `prev:` tags name.
    """

    name: str
    cells: tuple[Cell, ...]
    after: tuple[str, ...] = ()

    @property
    def code(self) -> tuple[Cell, ...]:
        """Its code cells."""
        return tuple(cell for cell in self.cells if cell.is_code)


@dataclass(frozen=True)
class Layout:
    """Where each cell goes.

    Attributes:
        prelude: cells above the first step (and `imports`, `functions` cells), without the parameters cell.
        explicit: ids of prelude cells that were tagged `imports` or `functions`.
        parameters: the `parameters` cell.
        skipped: cells that a pipeline does not run.
    """

    groups: tuple[Group, ...]
    prelude: tuple[Cell, ...] = ()
    explicit: frozenset[str] = frozenset()
    parameters: Cell | None = None
    skipped: tuple[Cell, ...] = ()
    findings: tuple[Finding, ...] = ()
    cell_steps: dict[str, str] = field(default_factory=dict)


def layout(nb: Notebook) -> Layout:
    """Lay a notebook out by its tags; contradictions become findings."""
    tags = {cell.id: read_tags(cell.tags) for cell in nb.cells}
    parameters, findings = _parameters(nb, tags)
    skipped = tuple(c for c in nb.cells if tags[c.id].skip and c is not parameters)
    body = [c for c in nb.cells if c not in skipped and c is not parameters]
    explicit = frozenset(c.id for c in body if tags[c.id].prelude and not tags[c.id].steps)
    if not any(cell.is_code for cell in body):
        findings = (*findings, _no_code(nb))
    if not any(tags[cell.id].steps for cell in body):
        return _whole(body, parameters, skipped, explicit, findings)
    prelude, runs = _runs(body, tags, explicit)
    groups = tuple(_merged(runs))
    findings = (
        *findings,
        *_two_tags(body, tags),
        *_scattered(runs),
        *_bad_names(groups),
        *_skipped(skipped),
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


def _whole(
    body: list[Cell],
    parameters: Cell | None,
    skipped: tuple[Cell, ...],
    explicit: frozenset[str],
    findings: tuple[Finding, ...],
) -> Layout:
    cells = tuple(cell for cell in body if cell.id not in explicit)
    if not any(cell.is_code for cell in cells):
        return Layout((), tuple(body), explicit, parameters, skipped, findings)
    notice = Finding(
        code="PRM106",
        severity="info",
        message="No cell has a step tag, so the whole notebook runs as one step named `notebook`.",
        fix="Tag cells as steps, or take the steps that the sidebar suggests.",
    )
    prelude = tuple(cell for cell in body if cell.id in explicit)
    return Layout(
        groups=(Group(WHOLE, cells),),
        prelude=prelude,
        explicit=explicit,
        parameters=parameters,
        skipped=skipped,
        findings=(*findings, notice, *_skipped(skipped)),
        cell_steps={cell.id: WHOLE for cell in cells},
    )


def _runs(
    body: list[Cell], tags: dict[str, CellTags], explicit: frozenset[str]
) -> tuple[list[Cell], list[Group]]:
    """The prelude, and the runs of neighbouring cells that share a step, in notebook order."""
    prelude: list[Cell] = []
    runs: list[tuple[str, list[Cell], list[str]]] = []
    leading: list[Cell] = []
    for cell in body:
        mine = tags[cell.id]
        if cell.id in explicit:
            prelude.append(cell)
        elif mine.steps and (not runs or runs[-1][0] != mine.steps[0]):
            runs.append((mine.steps[0], [*leading, cell], list(mine.after)))
            leading = []
        elif runs:
            runs[-1][1].append(cell)
            runs[-1][2].extend(mine.after)
        elif cell.is_code:
            prelude += [*leading, cell]
            leading = []
        else:
            leading.append(cell)
    groups = [Group(n, tuple(c), tuple(dict.fromkeys(a))) for n, c, a in runs]
    return prelude, _headings_forward(groups)


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
        moved.append(Group(group.name, cells, group.after))
    return moved


def _merged(runs: list[Group]) -> Iterator[Group]:
    """One group for each name; a scattered step is an error, but the rest is still shown."""
    for name in dict.fromkeys(run.name for run in runs):
        same = [run for run in runs if run.name == name]
        yield Group(
            name,
            tuple(cell for run in same for cell in run.cells),
            tuple(dict.fromkeys(step for run in same for step in run.after)),
        )


def _parameters(nb: Notebook, tags: dict[str, CellTags]) -> tuple[Cell | None, tuple[Finding, ...]]:
    found = [c for c in nb.cells if c.is_code and tags[c.id].parameters and not tags[c.id].skip]
    more = tuple(
        Finding(
            code="PRM104",
            severity="error",
            message="A notebook can have one `parameters` cell; this is another one.",
            fix="Remove the tag `parameters` here, or move its lines to the first one.",
            cell=cell.id,
            cell_index=cell.index,
        )
        for cell in found[1:]
    )
    return (found[0] if found else None), more


def _two_tags(body: list[Cell], tags: dict[str, CellTags]) -> Iterator[Finding]:
    for cell in body:
        names = tags[cell.id].steps
        if len(names) > 1:
            listed = " and ".join(f"`{name}`" for name in names)
            yield Finding(
                code="PRM101",
                severity="error",
                message=f"This cell has the step tags {listed}; a cell belongs to one step.",
                fix="Remove all but one step tag.",
                cell=cell.id,
                cell_index=cell.index,
                steps=names,
            )


def _scattered(runs: list[Group]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, run in enumerate(runs):
        if run.name in seen:
            between = [r.name for r in runs[:index]]
            between = between[len(between) - 1 - between[::-1].index(run.name) + 1 :]
            cell = run.cells[0]
            yield Finding(
                code="PRM102",
                severity="error",
                message=f"Step `{run.name}` begins again here, after "
                + ", ".join(f"`{n}`" for n in between)
                + "; the cells of a step must stand together.",
                fix=f"Rename this part, or merge everything between into `{run.name}`.",
                cell=cell.id,
                cell_index=cell.index,
                steps=(run.name,),
                actions=(
                    Action(
                        kind=FixAction.RENAME, label="Rename this part", argument=run.name + "_2"
                    ),
                    Action(
                        kind=FixAction.MERGE,
                        label="Merge all between",
                        argument=",".join(dict.fromkeys([run.name, *between])),
                    ),
                ),
            )
        seen.add(run.name)


def _bad_names(groups: tuple[Group, ...]) -> Iterator[Finding]:
    for group in groups:
        if not is_step_name(group.name):
            shown = group.name if len(group.name) <= 60 else group.name[:57] + "..."
            cell = next((c for c in group.cells if read_tags(c.tags).steps), group.cells[0])
            suggestion = step_slug(group.name)
            yield Finding(
                code="PRM103",
                severity="error",
                message=f"{shown!r} cannot be the name of a step.",
                fix="Use lower-case letters, digits, `_` and `-`, beginning with a letter or `_`, "
                f"at most 80 characters; for example `{suggestion}`.",
                cell=cell.id,
                cell_index=cell.index,
                steps=(group.name,),
                actions=(
                    Action(
                        kind=FixAction.RENAME, label=f"Rename to {suggestion}", argument=suggestion
                    ),
                ),
            )


def _skipped(skipped: tuple[Cell, ...]) -> Iterator[Finding]:
    code = [cell for cell in skipped if cell.is_code]
    if code:
        yield Finding(
            code="PRM107",
            severity="info",
            message=f"{len(code)} skipped cell{'s do' if len(code) > 1 else ' does'} not run in the "
            "pipeline.",
            cell=code[0].id,
            cell_index=code[0].index,
            actions=(Action(kind=FixAction.UNSKIP, label="Un-skip", argument=code[0].id),),
        )


def _no_code(nb: Notebook) -> Finding:
    return Finding(
        code="PRM105",
        severity="error",
        message=f"None of the {len(nb.cells)} cells holds code that would run.",
        fix="Write a cell of code, or un-skip one.",
    )
