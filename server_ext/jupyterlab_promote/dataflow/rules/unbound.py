"""Cells that cannot be read, and names that nothing binds."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.chain import StepNames, known_before
from jupyterlab_promote.dataflow.library import is_history
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell


def syntax_errors(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM200: a cell that Python cannot parse."""
    for cell in cells:
        read, _ = cell_names(cell.source)
        if read.error is not None:
            message, line = read.error
            yield located(
                cell,
                line,
                code="PRM200",
                severity="error",
                message=f"Python cannot read this cell: {message}.",
                fix="Correct the line, or skip the cell.",
            )


def undefined_names(
    steps: tuple[StepNames, ...], given: frozenset[str], skipped: dict[str, Cell]
) -> Iterator[Finding]:
    """PRM201: a name that nothing earlier binds; PRM202: one that only a skipped cell binds."""
    everywhere = known_before(steps) | given
    for index, step in enumerate(steps):
        known = known_before(steps[:index]) | given
        unseen: set[str] = set()
        for cell in step.cells:
            if cell.is_code:
                yield from _undefined_in_cell(cell, step, known | unseen, everywhere, skipped)
                unseen |= set(cell_names(cell.source)[1].binds)


def _undefined_in_cell(
    cell: Cell, step: StepNames, known: set[str], everywhere: set[str], skipped: dict[str, Cell]
) -> Iterator[Finding]:
    read, own = cell_names(cell.source)
    for name, line in own.reads.items():
        if name in known or name in own.guarded or is_history(name):
            continue
        if name in own.binds and line >= own.binds[name]:
            continue
        yield _undefined(cell, line + read.line_offset, name, step.name, skipped)
    for name, line in own.late.items():
        if name not in everywhere and name not in own.guarded and not is_history(name):
            yield _undefined(cell, line + read.line_offset, name, step.name, skipped)


def _undefined(cell: Cell, line: int, name: str, step: str, skipped: dict[str, Cell]) -> Finding:
    origin = skipped.get(name)
    if origin is not None:
        return located(
            cell,
            line,
            code="PRM202",
            severity="error",
            name=name,
            steps=(step,),
            message=f"Step `{step}` reads `{name}`, which only the skipped cell {origin.index + 1} binds.",
            fix=f"Un-skip cell {origin.index + 1}, or bind `{name}` in a cell that runs.",
            actions=(Action(kind=FixAction.UNSKIP, label="Un-skip", argument=origin.id),),
        )
    return located(
        cell,
        line,
        code="PRM201",
        severity="error",
        name=name,
        steps=(step,),
        message=f"Step `{step}` reads `{name}`, which no earlier cell binds.",
        fix=f"Bind `{name}` in a cell above, or correct the name.",
    )
