"""Connections of `%sql` that only the kernel has which opened them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope.databases import address, asked, is_spelled_out
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding, merging
from jupyterlab_promote.notebook.document import Cell

_IN_MEMORY = re.compile(r"(?:sqlite|duckdb)(?:\+\w+)?://(?:/(?::memory:)?)?")


@dataclass(frozen=True)
class _Opened:
    """The connection that `%sql` asks from there on."""

    step: str
    cell: Cell
    line: int
    address: str


def databases_that_stay(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM210: `%sql` asks a database which an earlier step opened, and which nobody can open again."""
    opened: _Opened | None = None
    told: set[tuple[_Opened, str]] = set()
    for step, cell in steps_with(asked, steps):
        for text, line in asked(cell.source):
            new = address(text)
            if new:
                opened = _Opened(step.name, cell, line, new) if _stays(new) else None
            elif opened is not None and opened.step != step.name:
                if (opened, step.name) not in told:
                    yield _finding(opened, step.name)
                told.add((opened, step.name))


def _stays(opened: str) -> bool:
    return _IN_MEMORY.fullmatch(opened) is not None or not is_spelled_out(opened)


def _finding(opened: _Opened, follower: str) -> Finding:
    if is_spelled_out(opened.address):
        what = "a database in the memory of its kernel"
        fix = "Name a file (`sqlite:///name.db`), or merge the two steps."
    else:
        what = "a connection whose address is a variable"
        fix = f"Open it again in `{follower}`, write the address out, or merge the two steps."
    return located(
        opened.cell,
        opened.line,
        code="PRM210",
        severity="error",
        name=f"%sql {opened.address}",
        steps=(opened.step, follower),
        message=(
            f"`%sql {opened.address}` opens {what}, which cannot travel from step `{opened.step}` to `{follower}`."
        ),
        fix=fix,
        actions=(merging(opened.step, follower),),
    )
