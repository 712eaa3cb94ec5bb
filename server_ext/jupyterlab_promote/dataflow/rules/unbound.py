"""Cells that cannot be read, and names that nothing binds."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import inf

from jupyterlab_promote.dataflow.certain import called_bodies, looked_up, looked_up_when_called
from jupyterlab_promote.dataflow.kept import cells_with, steps_with, union_of
from jupyterlab_promote.dataflow.library import BUILTINS, is_history
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.newer_syntax import HERE, Reading, is_newer
from jupyterlab_promote.notebook.tags import read_tags


def syntax_errors(
    cells: tuple[Cell, ...], readings: Mapping[str, Reading], *, written_with: str
) -> Iterator[Finding]:
    """PRM200: a cell that Python cannot parse; of a newer kernel's Python, which was asked, what that one says."""
    fix = "Correct the line, or skip the cell."
    if is_newer(written_with):
        fix += (
            f" The notebook was written with Python {written_with}; where that is not installed beside Jupyter, "
            f"Python {HERE} reads it, which may not know the syntax."
        )
    for cell in cells_with(_error, cells):
        asked = readings.get(cell.source)
        message, line = (
            (asked.error if asked is not None else None) or _error(cell.source) or ("", 1)
        )
        yield located(
            cell,
            line,
            code="PRM200",
            # Where it is so on purpose, the run goes on; should the step's Python read it, everything travels.
            severity="warning" if read_tags(cell.tags).continues else "error",
            message=f"Python cannot read this cell: {message}.",
            fix=fix,
        )


@lru_cache(maxsize=4096)
def _error(source: str) -> tuple[str, int] | None:
    return cell_names(source)[0].error


def undefined_names(
    steps: tuple[StepNames, ...], given: frozenset[str], skipped: Mapping[str, Cell]
) -> Iterator[Finding]:
    """PRM201: a name that nothing earlier binds; PRM202: one that only a skipped cell binds.

    What a function may look up, but need not in each call of it, fails in no other way than from top to bottom; so it
    is only said. Each name is told once, and not at all where a cell that cannot be read may bind it: that one is.
    """
    unread = [cell for _, cell in steps_with(_error, steps)]
    told: set[tuple[str | None, str]] = set()
    for found in _undefined_in(steps, given, skipped):
        known = (found.name, "error") in told or (found.name, found.severity) in told
        told.add((found.name, found.severity))
        if not known and not any(found.name in _words(cell.source) for cell in unread):
            yield found


@lru_cache(maxsize=4096)
def _words(source: str) -> frozenset[str | None]:
    return frozenset(re.findall(r"[^\W\d]\w*", source))


def _undefined_in(
    steps: tuple[StepNames, ...], given: frozenset[str], skipped: Mapping[str, Cell]
) -> Iterator[Finding]:
    asked = frozenset[str]().union(*map(_asked_of_others, steps))
    bound = [asked.intersection(step.bound) for step in steps]
    elsewhere = given.union(*bound)
    known = set(given)
    for index, step in enumerate(steps):
        if not (_read_before(step) <= known and _called_later(step) <= elsewhere):
            yield from _undefined_in_step(index, steps, given, skipped)
        known |= bound[index]


def _undefined_in_step(
    index: int, steps: tuple[StepNames, ...], given: frozenset[str], skipped: Mapping[str, Cell]
) -> Iterator[Finding]:
    step = steps[index]
    kept_as_text = _kept_as_text(steps)
    everywhere = BUILTINS.union(given, *(other.bound for other in steps))
    known = {*BUILTINS, *given}.union(*(other.bound for other in steps[:index]))
    for cell in step.code:
        if not _surely_read(cell.source) <= known:
            late = _only_annotated(cell.source) if cell.index >= kept_as_text else frozenset[str]()
            yield from _undefined_in_cell(cell, step, known | late, skipped)
        if not _surely_called(cell.source) <= everywhere:
            yield from _undefined_in_functions(cell, step, everywhere, steps, skipped)
        known |= cell_names(cell.source)[1].binds.keys()


def _kept_as_text(steps: tuple[StepNames, ...]) -> float:
    """The index of the cell from which on annotations are kept as text; beyond all where none asks for it."""
    return min((cell.index for _, cell in steps_with(_defers, steps)), default=inf)


def _defers(source: str) -> bool:
    return "__future__" in source and _ANNOTATIONS.search(source) is not None


_ANNOTATIONS = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)


@lru_cache(maxsize=1024)
def _only_annotated(source: str) -> frozenset[str]:
    """Names that a cell must look up only because they are annotations."""
    tree = cell_names(source)[0].tree
    return looked_up(tree) - looked_up(tree, deferred=True) if tree else frozenset()


@lru_cache(maxsize=2048)
def _asked_of_others(step: StepNames) -> frozenset[str]:
    return _read_before(step) | _called_later(step)


@lru_cache(maxsize=2048)
def _read_before(step: StepNames) -> frozenset[str]:
    """The names that a step needs when it begins, without Python's own and those that need not be there."""
    return union_of(_surely_read, step.code).intersection(step.reads) - BUILTINS


@lru_cache(maxsize=2048)
def _called_later(step: StepNames) -> frozenset[str]:
    """The names that its functions look up, as `_read_before` has them and without those that it binds."""
    return union_of(_surely_called, step.code) - BUILTINS - step.bound


@lru_cache(maxsize=4096)
def _surely_read(source: str) -> frozenset[str]:
    """The names that a cell looks up while it runs, without those that need not be there."""
    own = cell_names(source)[1]
    return frozenset(n for n in own.reads if n not in own.guarded and not is_history(n))


@lru_cache(maxsize=4096)
def _surely_called(source: str) -> frozenset[str]:
    """The same of its functions."""
    own = cell_names(source)[1]
    return frozenset(n for n in own.late if n not in own.guarded and not is_history(n))


def _undefined_in_cell(
    cell: Cell, step: StepNames, known: set[str], skipped: Mapping[str, Cell]
) -> Iterator[Finding]:
    read, own = cell_names(cell.source)
    for name, line in own.reads.items():
        if name in known or name in own.guarded or is_history(name):
            continue
        if name in own.binds and line > own.binds[name]:
            continue
        found = _undefined(cell, line + read.line_offset, name, step.name, skipped)
        if read_tags(cell.tags).continues:
            found = found.model_copy(update={"severity": "info"})
        elif found.code == "PRM201" and read.tree and name not in looked_up(read.tree):
            found = found.model_copy(update={"severity": "warning"})
        yield found


def _undefined_in_functions(
    cell: Cell,
    step: StepNames,
    everywhere: frozenset[str],
    steps: tuple[StepNames, ...],
    skipped: Mapping[str, Cell],
) -> Iterator[Finding]:
    read, own = cell_names(cell.source)
    for name, line in own.late.items():
        if name in everywhere or name in own.guarded or is_history(name) or read.tree is None:
            continue
        found = _undefined(cell, line + read.line_offset, name, step.name, skipped)
        if found.code == "PRM201" and _called(steps).isdisjoint(
            looked_up_when_called(read.tree, name)
        ):
            found = found.model_copy(
                update={
                    "severity": "warning",
                    "message": f"A function of step `{step.name}` may read `{name}`, which no cell binds.",
                }
            )
        yield found


def _called(steps: tuple[StepNames, ...]) -> frozenset[str]:
    """What the cells call, themselves or through functions that they call; what nobody calls calls nothing."""
    found = [_calls(cell.source) for step in steps for cell in step.code]
    inside = [one for _, functions in found for one in functions]
    called = set[str]().union(*(outside for outside, _ in found))
    while more := {path for name, paths in inside if name in called for path in paths} - called:
        called |= more
    return frozenset(called)


@lru_cache(maxsize=4096)
def _calls(source: str) -> tuple[frozenset[str], tuple[tuple[str, frozenset[str]], ...]]:
    """What a cell calls while it runs, and (function, what its body calls) of those that it defines."""
    read, own = cell_names(source)
    functions = tuple(called_bodies(read.tree)) if read.tree else ()
    outside = {
        path for path, line, _ in own.calls if not any(line in lines for _, lines, _ in functions)
    }
    inside = (
        (name, frozenset({path for path, line, _ in own.calls if line in lines} - local))
        for name, lines, local in functions
    )
    return frozenset(outside), tuple(inside)


def _undefined(cell: Cell, line: int, name: str, step: str, skipped: Mapping[str, Cell]) -> Finding:
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
