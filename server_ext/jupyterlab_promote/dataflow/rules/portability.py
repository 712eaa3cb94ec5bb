"""Findings about what works here and may not in a scheduled run: the environment, widgets, files that stand still.

One function for each; codes and fixes stand in docs/findings.md.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.kept import any_with, cells_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.source import nodes_like

_EVERYWHERE = frozenset(
    {"HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "PWD", "SHELL", "TMPDIR", "TZ", "USER"}
)
_READS = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get"})
_ENVIRON = frozenset({"os.environ", "environ"})
_SETS = re.compile(r"^\s*%(?:set_)?env\s+(\w+)[\s=]", re.MULTILINE)
_ACCEPT = (Action(kind=FixAction.ACCEPT, label="Accept"),)


def environment_reads(cells: tuple[Cell, ...], settings: NotebookSettings) -> Iterator[Finding]:
    """PRM404: a variable of the environment that nothing sets where the steps run."""
    known = set(_EVERYWHERE) | _declared(settings)
    for cell in cells_with(_mentions_environment, cells):
        read, _ = cell_names(cell.source)
        asked, given = _environment(cell.source)
        optional = {n: line for n, line, default in asked if default and n not in known}
        if len(optional) > _MOST_TOLD:
            known |= optional.keys()
            yield _with_defaults(cell, tuple(optional), min(optional.values()) + read.line_offset)
        for name, line, default in asked:
            if name in known:
                continue
            known.add(name)
            without = "would have its default" if default else "is an error"
            yield located(
                cell,
                line + read.line_offset,
                code="PRM404",
                severity="warning",
                name=name,
                message=f"The environment variable `{name}` is read, which is set here, but maybe not where "
                f"the steps run; there it {without}.",
                fix="Give it a value in the step's environment, or write there that the worker provides it.",
                actions=(
                    Action(kind=FixAction.ADD_SECRET, label="Add as secret", argument=name),
                    Action(kind=FixAction.PROVIDED, label="The worker provides it", argument=name),
                ),
            )
        known |= given


_MOST_TOLD = 3
"""A cell that looks up more variables than these with defaults reads its settings so: they are told together."""


def _with_defaults(cell: Cell, names: tuple[str, ...], line: int) -> Finding:
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_TOLD])
    return located(
        cell,
        line,
        code="PRM404",
        severity="warning",
        name=names[0],
        message=f"{len(names)} environment variables are read ({listed} and {len(names) - _MOST_TOLD} more); "
        "where the steps run, those that are not set have the defaults that the cell names.",
        fix="Give those that matter a value in the step's environment, or accept the defaults.",
        actions=_ACCEPT,
    )


@lru_cache(maxsize=4096)
def _mentions_environment(source: str) -> bool:
    return "env" in source


@lru_cache(maxsize=4096)
def _environment(source: str) -> tuple[tuple[tuple[str, int, bool], ...], frozenset[str]]:
    """(variables that a cell looks up, those that it sets)."""
    return tuple(_looked_up(source)), frozenset(_set_here(source) | set(_SETS.findall(source)))


def _declared(settings: NotebookSettings) -> set[str]:
    environments = [step.environment for step in settings.steps.values()]
    return {
        name
        for environment in environments
        for name in (*environment.env, *environment.secrets, *environment.provided)
    }


def _looked_up(source: str) -> Iterator[tuple[str, int, bool]]:
    """(variable, line, whether a default is given)."""
    for call in nodes_like(source, ast.Call):
        name = call.args[0] if call.args and dotted(call.func) in _READS else None
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, call.lineno, len(call.args) > 1 or bool(call.keywords)
    for variable, line in _items(source, ast.Load):
        yield variable, line, False


def _set_here(source: str) -> set[str]:
    return {name for name, _ in _items(source, ast.Store)}


def _items(source: str, use: type[ast.expr_context]) -> Iterator[tuple[str, int]]:
    """(variable, line) of `os.environ["VARIABLE"]`."""
    for node in nodes_like(source, ast.Subscript):
        of_environment = isinstance(node.ctx, use) and dotted(node.value) in _ENVIRON
        if of_environment and isinstance(node.slice, ast.Constant):
            yield str(node.slice.value), node.lineno


def widget_values(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM405: the value of a widget, which nobody moves in a run."""
    roots: set[str] = set()
    made: set[str] = set()
    for cell in cells if any_with(_widget_modules, cells) else ():
        roots |= _widget_modules(cell.source)
        made |= {name for root, name in _made_by_calls(cell.source) if root in roots}
        for held, line in _values_asked(cell.source) if made else ():
            if held in made:
                yield located(
                    cell,
                    line,
                    code="PRM405",
                    severity="warning",
                    name=held,
                    message=f"`{held}.value` is what a widget shows; a run always has the value of the code.",
                    fix="Make it a parameter, which each run can set.",
                    actions=_ACCEPT,
                )


@lru_cache(maxsize=4096)
def _widget_modules(source: str) -> frozenset[str]:
    """Names that a cell imports from ipywidgets."""
    imports = cell_names(source)[1].imports
    return frozenset(name for name, line in imports.items() if "ipywidgets" in line)


@lru_cache(maxsize=4096)
def _made_by_calls(source: str) -> tuple[tuple[str, str], ...]:
    """(name before the first dot of what is called, name that a cell binds to the result)."""
    return tuple(
        (dotted(node.value.func).partition(".")[0], name)
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call)
        for target in node.targets
        for name in target_names(target)
    )


@lru_cache(maxsize=4096)
def _values_asked(source: str) -> tuple[tuple[str, int], ...]:
    """(dotted path, line) of what a cell asks for its `value`."""
    offset = cell_names(source)[0].line_offset
    asked = (node for node in nodes_like(source, ast.Attribute) if node.attr == "value")
    return tuple((dotted(node.value), node.lineno + offset) for node in asked)


def frozen_files(uses: tuple[FileUse, ...], settings: NotebookSettings) -> Iterator[Finding]:
    """PRM406: a schedule over a file that stays as it was when the notebook was published.

    Files that are read together, such as those of a shapefile, are told once.
    """
    if settings.schedule.cron is None:
        return
    told: set[tuple[str | None, int | None, str]] = set()
    for use in uses:
        folder, _, name = use.path.rpartition("/")
        known = (use.place.cell, use.place.line, f"{folder}/{name.partition('.')[0]}")
        if use.kind == "data" and use.travels == "frozen" and known not in told:
            told.add(known)
            yield Finding(
                code="PRM406",
                severity="warning",
                cell=use.place.cell,
                cell_index=use.place.cell_index,
                line=use.place.line,
                name=use.path,
                message=f"`{use.path}` is frozen in the version: every run of the schedule reads the same data.",
                fix="Read it by an absolute path or a URL to have it anew in each run, or accept it.",
                actions=_ACCEPT,
            )


_WRITING = frozenset({"open", "to_csv", "to_hdf"})
"""What can append to a file."""


def appended_files(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM407: appending to a file of the working directory, which each run begins without."""
    for cell in cells_with(_appended, cells):
        for file, line in _appended(cell.source):
            yield located(
                cell,
                line,
                code="PRM407",
                severity="warning",
                name=file,
                message=f"`{file}` is appended to, but every run begins in a fresh folder, without what "
                "earlier runs wrote.",
                fix="Append to a file on a mount, or accept it if it is written anew in this run.",
                actions=_ACCEPT,
            )


@lru_cache(maxsize=4096)
def _appended(source: str) -> tuple[tuple[str, int], ...]:
    """(file, line) of what a cell appends to."""
    if called_words(source).isdisjoint(_WRITING):
        return ()
    read, own = cell_names(source)
    found = []
    for path, line, call in own.calls:
        word = path.rpartition(".")[2] or getattr(call.func, "attr", "")
        target = call.args[0] if call.args else None
        if word not in _WRITING or not isinstance(target, ast.Constant):
            continue
        file = str(target.value)
        if _appends(call) and not file.startswith(("/", "~")) and "://" not in file:
            found.append((file, line + read.line_offset))
    return tuple(found)


def _appends(call: ast.Call) -> bool:
    mode = next((k.value for k in call.keywords if k.arg == "mode"), None)
    if mode is None and len(call.args) > 1 and isinstance(call.func, ast.Name):
        mode = call.args[1]
    return isinstance(mode, ast.Constant) and str(mode.value).startswith("a")


def missing_kernel(nb: Notebook) -> Iterator[Finding]:
    """PRM417: a kernel that is not installed where the notebook is edited; told at its first cell with code."""
    for cell in [cell for cell in nb.cells if cell.is_code][:1]:
        yield located(
            cell,
            None,
            code="PRM417",
            severity="warning",
            name=nb.kernel,
            message=f"The kernel `{nb.kernel}` of this notebook is not installed here; without it where the steps "
            "run, no step begins.",
            fix="Choose an installed kernel, install that one, or accept it where the steps run elsewhere.",
            actions=_ACCEPT,
        )


def out_of_order(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM408: the outputs on screen come from another order than the one that a run takes."""
    counted = [cell for cell in cells if cell.execution_count is not None]
    for before, cell in pairwise(counted):
        if (before.execution_count or 0) > (cell.execution_count or 0):
            yield located(
                cell,
                None,
                code="PRM408",
                severity="info",
                message=f"Cell {cell.index + 1} was last run before cell {before.index + 1}; a run goes from top to "
                "bottom, so its outputs may differ from those on screen.",
                fix="Restart the kernel and run all cells to see what a run gives.",
            )
            return
