"""What is said about a layout: findings PRM101-PRM109.

| code | severity | what |
|---|---|---|
| PRM101 | error | a cell has two step tags |
| PRM102 | error | a step's cells are not together |
| PRM103 | error | a step name that cannot be used |
| PRM104 | error | two `parameters` cells |
| PRM105 | error | no code cell |
| PRM106 | info | no step tags: the whole notebook is one step |
| PRM107 | info | skipped cells |
| PRM108 | info | install lines that moved to the environment |
| PRM109 | error | `prev:` names no earlier step |
"""

from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.ids import is_step_name, step_slug
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.blocks import Block, Code
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.groups import Group
from jupyterlab_promote.notebook.source import python_cell
from jupyterlab_promote.notebook.tags import CellTags, read_tags


def parameters_cell(
    tagged: list[Cell], tags: dict[str, CellTags]
) -> tuple[Cell | None, tuple[Finding, ...]]:
    """The `parameters` cell; PRM104 for another one."""
    found = [c for c in tagged if c.is_code and tags[c.id].parameters and not tags[c.id].skip]
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


def two_tags(body: list[Cell], tags: dict[str, CellTags]) -> Iterator[Finding]:
    """PRM101: a cell with more than one step tag."""
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


def scattered(runs: list[Group]) -> Iterator[Finding]:
    """PRM102: a step whose cells are not together; once for each place where it begins again."""
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


def bad_names(groups: tuple[Group, ...]) -> Iterator[Finding]:
    """PRM103: a name that no step can have."""
    for group in groups:
        if not is_step_name(group.name):
            shown = group.name if len(group.name) <= 60 else group.name[:57] + "..."
            cell = next((c for c in group.cells if read_tags(c.tags).steps), group.cells[0])
            suggestion = step_slug(group.name)
            yield Finding(
                code="PRM103",
                severity="error",
                message=f"`{shown}` cannot be the name of a step.",
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


def skipped(skipped: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM107: cells of code that a pipeline leaves out."""
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


def unknown_before(groups: tuple[Group, ...], tags: dict[str, CellTags]) -> Iterator[Finding]:
    """PRM109: a tag `prev:` that names no step above its own."""
    names = [group.name for group in groups]
    for place, group in enumerate(groups):
        for cell in group.cells:
            for wanted in tags[cell.id].after if cell.id in tags else ():
                if wanted in names[:place]:
                    continue
                if wanted == group.name or wanted not in names:
                    why, listed = "there is no such step above it", ", ".join(names[:place])
                    fix = (
                        f"Steps above it: {listed}."
                        if listed
                        else "It is the first step; remove the tag."
                    )
                else:
                    why = f"`{wanted}` stands further down"
                    fix = f"Move the cells of `{wanted}` above this step, or remove the tag."
                yield Finding(
                    code="PRM109",
                    severity="error",
                    message=f"The tag `prev:{wanted}` wants `{group.name}` to run after "
                    f"`{wanted}`, but {why}.",
                    fix=fix,
                    cell=cell.id,
                    cell_index=cell.index,
                    steps=(group.name,),
                )


def installs(nb: Notebook, skipped: tuple[Cell, ...], parameters: Cell | None) -> Iterator[Finding]:
    """PRM108: lines that install packages, which become requirements of the environment."""
    if nb.language != "python":
        return
    asking = [cell for cell in _installing(nb.code) if cell not in skipped]
    for cell in sorted(asking, key=lambda cell: cell is parameters):
        read = python_cell(cell.source)
        listed = ", ".join(f"`{package}`" for package in read.requirements)
        yield Finding(
            code="PRM108",
            severity="info",
            message=f"Moved to environment: {listed} "
            f"{'is' if len(read.requirements) == 1 else 'are'} installed before a step starts; "
            "the line itself does not run.",
            cell=cell.id,
            cell_index=cell.index,
            line=read.install_lines[0],
        )


def _installing(code: Code) -> Iterator[Cell]:
    begin = 0
    for block in code.blocks:
        yield from (code[begin + place] for place in _installing_in(block))
        begin += len(block.sources)


@lru_cache(maxsize=4096)
def _installing_in(block: Block) -> tuple[int, ...]:
    """The places of the cells of a block that install packages."""
    read = enumerate(map(python_cell, block.sources))
    return tuple([place for place, cell in read if cell.requirements])


def no_code() -> Finding:
    """PRM105: nothing would run."""
    return Finding(
        code="PRM105",
        severity="error",
        message="No cell holds code that would run.",
        fix="Write a cell of code, or un-skip one.",
    )


def untagged() -> Finding:
    """PRM106: no step tag at all."""
    return Finding(
        code="PRM106",
        severity="info",
        message="No cell has a step tag, so the whole notebook runs as one step named `notebook`.",
        fix="Tag cells as steps, or take the steps that the sidebar suggests.",
    )
