"""Findings about what works here and may not in a scheduled run: the environment, widgets, files that stand still.

One function for each; codes and fixes stand in docs/findings.md.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in

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
    for cell in cells:
        if "env" not in cell.source:
            continue
        read, _ = cell_names(cell.source)
        asked, given = _environment(cell.source)
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


@lru_cache(maxsize=4096)
def _environment(source: str) -> tuple[tuple[tuple[str, int, bool], ...], frozenset[str]]:
    """(variables that a cell looks up, those that it sets)."""
    tree = cell_names(source)[0].tree
    if tree is None:
        return (), frozenset()
    return tuple(_looked_up(tree)), frozenset(_set_here(tree) | set(_SETS.findall(source)))


def _declared(settings: NotebookSettings) -> set[str]:
    environments = [step.environment for step in settings.steps.values()]
    return {
        name
        for environment in environments
        for name in (*environment.env, *environment.secrets, *environment.provided)
    }


def _looked_up(tree: ast.Module) -> Iterator[tuple[str, int, bool]]:
    """(variable, line, whether a default is given)."""
    for node in nodes_in(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in _READS and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value, node.lineno, len(node.args) > 1 or bool(node.keywords)
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and dotted(node.value) in _ENVIRON
            and isinstance(node.slice, ast.Constant)
        ):
            yield str(node.slice.value), node.lineno, False


def _set_here(tree: ast.Module) -> set[str]:
    return {
        str(node.slice.value)
        for node in nodes_in(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and dotted(node.value) in _ENVIRON
        and isinstance(node.slice, ast.Constant)
    }


def widget_values(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM405: the value of a widget, which nobody moves in a run."""
    roots: set[str] = set()
    made: set[str] = set()
    for cell in cells if any(map(_widget_modules, [cell.source for cell in cells])) else ():
        read, _ = cell_names(cell.source)
        roots |= _widget_modules(cell.source)
        if read.tree is None or not roots:
            continue
        made |= _widgets(read.tree, roots)
        for node in nodes_in(read.tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "value"
                and dotted(node.value) in made
            ):
                yield located(
                    cell,
                    node.lineno + read.line_offset,
                    code="PRM405",
                    severity="warning",
                    name=dotted(node.value),
                    message=f"`{dotted(node)}` is what a widget shows; a run always has the value of the code.",
                    fix="Make it a parameter, which each run can set.",
                    actions=_ACCEPT,
                )


@lru_cache(maxsize=4096)
def _widget_modules(source: str) -> frozenset[str]:
    """Names that a cell imports from ipywidgets."""
    imports = cell_names(source)[1].imports
    return frozenset(name for name, line in imports.items() if "ipywidgets" in line)


def _widgets(tree: ast.Module, roots: set[str]) -> set[str]:
    return {
        name
        for node in nodes_in(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and dotted(node.value.func).partition(".")[0] in roots
        for target in node.targets
        for name in target_names(target)
    }


def frozen_files(uses: tuple[FileUse, ...], settings: NotebookSettings) -> Iterator[Finding]:
    """PRM406: a schedule over a file that stays as it was when the notebook was published."""
    if settings.schedule.cron is None:
        return
    for use in uses:
        if use.kind == "data" and use.travels == "frozen":
            yield Finding(
                code="PRM406",
                severity="warning",
                cell=use.place.cell,
                cell_index=use.place.cell_index,
                line=use.place.line,
                name=use.path,
                message=f"`{use.path}` is frozen in the version: every run of the schedule reads the same data.",
                fix="Read it from a mount or a URL to have it anew in each run, or accept it.",
                actions=_ACCEPT,
            )


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
    read, own = cell_names(source)
    found = []
    for path, line, call in own.calls:
        word = path.rpartition(".")[2] or getattr(call.func, "attr", "")
        target = call.args[0] if call.args else None
        if word not in ("open", "to_csv", "to_hdf") or not isinstance(target, ast.Constant):
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
