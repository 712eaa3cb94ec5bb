"""Values that live in one kernel and cannot travel."""

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_paths, called_words
from jupyterlab_promote.dataflow.controls import draws_controls
from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.rules.cannot_travel import ITERATES, made_by, what_stays
from jupyterlab_promote.dataflow.rules.formulas import gives_matrices
from jupyterlab_promote.dataflow.rules.open_arrays import OPEN_ARRAY, is_written_later
from jupyterlab_promote.dataflow.rules.origins import origins_of
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.chain import EVERYTHING
from jupyterlab_promote.model.finding import Finding, merging
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like


def stays_behind(
    steps: tuple[StepNames, ...], prelude: StepNames, carried: dict[str, set[str]]
) -> Iterator[Finding]:
    """PRM210: a value that lives in one kernel and that a later step needs.

    Args:
        prelude: its imports say where names are from, as those of the steps do.
        carried: step -> names that travel on from it.
    """
    origins = origins_of((prelude, *steps))
    for step, cell in steps_with(_kept, steps[:-1], origins):
        later = steps[steps.index(step) + 1 :]
        going = carried.get(step.name, set())
        for name, line, what in _kept(origins, cell.source):
            reader = _reader(later, name)
            asked = name in going or (EVERYTHING in going and reader is not None)
            if not asked or _rebound(step, name, cell):
                continue
            if what == OPEN_ARRAY and not is_written_later(name, cell.source, later):
                continue
            follower = reader or later[0].name
            yield located(
                cell,
                line,
                code="PRM210",
                severity="error",
                name=name,
                steps=(step.name, follower),
                message=f"`{name}` is {what}, which cannot travel from step `{step.name}` to `{follower}`.",
                fix=_another(name, what, follower, cell.source),
                actions=(merging(step.name, follower),),
            )


def _another(name: str, what: str, follower: str, source: str) -> str:
    again = f"Make `{name}` again in `{follower}`, or merge the two steps."
    in_memory = "connection" in what and ":memory:" in source
    return (
        "Merge the two steps: another connection is to an empty database." if in_memory else again
    )


@lru_cache(maxsize=4096)
def _kept(origins: frozenset[tuple[str, str]], source: str) -> tuple[tuple[str, int, str], ...]:
    """(name, line, what) of the top-level statements of a cell that bind what cannot travel."""
    read, _ = cell_names(source)
    called = _by_name(origins)
    body = read.tree.body if read.tree is not None and _may_stay(source, called) else ()
    found = (each for statement in body for each in _staying(statement, called))
    return tuple((name, line + read.line_offset, what) for name, line, what in found)


@lru_cache(maxsize=64)
def _by_name(origins: frozenset[tuple[str, str]]) -> Mapping[str, str]:
    return dict(origins)


def _may_stay(source: str, origins: Mapping[str, str]) -> bool:
    """Whether a cell makes or decorates anything that may not travel."""
    if nodes_like(source, ast.GeneratorExp) or "chunksize" in source or "@" in source:
        return True
    if any(word in source for word in ("exec(", "~", "display_id")):
        return True
    if not called_words(source).isdisjoint(_MAY_GIVE):
        return True
    return any(made_by(path, origins) for path in called_paths(source))


_MAY_GIVE = ITERATES | {"dmatrices", "dmatrix", "glob", "load", "memmap", "split"}
"""The last words of calls whose result may stay, whatever they are called on."""


def _staying(statement: ast.stmt, origins: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    if isinstance(statement, ast.Assign):
        yield from _bound_to(statement, origins)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        filled = dotted(call.func) == "exec" and len(call.args) > 1
        if filled and isinstance(call.args[1], ast.Name):
            yield call.args[1].id, statement.lineno, "a namespace that `exec` filled"
    elif isinstance(statement, ast.FunctionDef):
        for decorator in statement.decorator_list:
            if draws_controls(decorator):
                yield statement.name, statement.lineno, "a function with controls of ipywidgets"


def _bound_to(node: ast.Assign, origins: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    if gives_matrices(node.value):
        what = "a matrix of patsy (`return_type='dataframe'` gives a table)"
        yield from ((n, node.lineno, what) for one in node.targets for n in target_names(one))
    elif what := what_stays(node.value, origins):
        # Unpacked, as in `a, b = (f(x) for x in two)`, it is used up at once.
        names = (target.id for target in node.targets if isinstance(target, ast.Name))
        yield from ((name, node.lineno, what) for name in names)


def _rebound(step: StepNames, name: str, cell: Cell) -> bool:
    later = [c for c in step.code if c.index > cell.index]
    return any(
        name in cell_names(c.source)[1].binds or name in cell_names(c.source)[1].deletes
        for c in later
    )


def _reader(steps: tuple[StepNames, ...], name: str) -> str | None:
    return next((s.name for s in steps if name in s.reads or name in s.late), None)
