"""Values that live in one kernel and cannot travel."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.library import CACHES, DECORATED_STAYS, STAYS
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell


def stays_behind(steps: tuple[StepNames, ...], carried: dict[str, set[str]]) -> Iterator[Finding]:
    """PRM210: a value that lives in one kernel and that a later step needs.

    Args:
        carried: step -> names that travel on from it.
    """
    counted = _counted_after(steps)
    for index, step in enumerate(steps[:-1]):
        for cell in (c for c in step.cells if c.is_code):
            for name, line, what in _kept(cell.source, counted[index]):
                if name not in carried.get(step.name, set()) or _rebound(step, name, cell):
                    continue
                follower = _reader(steps[index + 1 :], name) or steps[index + 1].name
                yield located(
                    cell,
                    line,
                    code="PRM210",
                    severity="error",
                    name=name,
                    steps=(step.name, follower),
                    message=f"`{name}` is {what}, which cannot travel from step `{step.name}` to `{follower}`.",
                    fix=_another(name, what, follower, cell.source),
                    actions=(
                        Action(
                            kind=FixAction.MERGE,
                            label=f"Merge {step.name} and {follower}",
                            argument=f"{step.name},{follower}",
                        ),
                    ),
                )


def _another(name: str, what: str, follower: str, source: str) -> str:
    again = f"Make `{name}` again in `{follower}`, or merge the two steps."
    in_memory = "connection" in what and ":memory:" in source
    return (
        "Merge the two steps: another connection is to an empty database." if in_memory else again
    )


def _counted_after(steps: tuple[StepNames, ...]) -> list[frozenset[str]]:
    """For each step the functions whose cache later steps ask for its hits."""
    found: list[frozenset[str]] = []
    after: frozenset[str] = frozenset()
    for step in reversed(steps):
        found.append(after)
        after = after.union(*(_counted(cell.source) for cell in step.cells if cell.is_code))
    return found[::-1]


@lru_cache(maxsize=4096)
def _counted(source: str) -> frozenset[str]:
    paths = (path for path, _, _ in cell_names(source)[1].calls)
    return frozenset(path.rpartition(".")[0] for path in paths if path.endswith(".cache_info"))


@lru_cache(maxsize=4096)
def _kept(source: str, counted: frozenset[str]) -> tuple[tuple[str, int, str], ...]:
    """(name, line, what) of the top-level statements of a cell that bind what cannot travel."""
    read, _ = cell_names(source)
    body = read.tree.body if read.tree is not None else ()
    found = (each for statement in body for each in _staying(statement, counted))
    return tuple((name, line + read.line_offset, what) for name, line, what in found)


def _staying(statement: ast.stmt, counted: frozenset[str]) -> Iterator[tuple[str, int, str]]:
    if isinstance(statement, ast.Assign):
        what = _what_stays(statement.value)
        for target in statement.targets if what else ():
            # Unpacked, as in `a, b = (f(x) for x in two)`, it is used up at once.
            if isinstance(target, ast.Name):
                yield target.id, statement.lineno, what
    elif isinstance(statement, ast.FunctionDef):
        for decorator in statement.decorator_list:
            called = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if called in DECORATED_STAYS:
                yield statement.name, statement.lineno, DECORATED_STAYS[called]
            elif called in CACHES and statement.name in counted:
                yield statement.name, statement.lineno, "a cache whose hits are counted"


def _what_stays(value: ast.expr) -> str:
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if not isinstance(value, ast.Call):
        return ""
    if isinstance(value.func, ast.Attribute) and value.func.attr in ("iterrows", "itertuples"):
        return "an iterator with a position"
    if any(keyword.arg == "chunksize" for keyword in value.keywords):
        return "a reader with a position"
    return STAYS.get(dotted(value.func), "")


def _rebound(step: StepNames, name: str, cell: Cell) -> bool:
    later = [c for c in step.cells if c.is_code and c.index > cell.index]
    return any(
        name in cell_names(c.source)[1].binds or name in cell_names(c.source)[1].deletes
        for c in later
    )


def _reader(steps: tuple[StepNames, ...], name: str) -> str | None:
    return next((s.name for s in steps if name in s.reads or name in s.late), None)
