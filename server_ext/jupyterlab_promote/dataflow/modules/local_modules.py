"""Modules of the user's own: where they lie beside the notebook, and imports that nothing provides."""

import ast
import importlib.util
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.files.folders import changes_folder, relative, stands_in
from jupyterlab_promote.dataflow.files.texts import UNKNOWN, names_of
from jupyterlab_promote.dataflow.kept import any_with, as_code, cells_with, each_of, union_of
from jupyterlab_promote.dataflow.located import located, place
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names, modules_of
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_ADDS_FOLDER = frozenset(
    {"sys.path.append", "sys.path.insert", "sys.path.extend", "site.addsitedir"}
)


def module_uses(cells: tuple[Cell, ...], there: Mapping[str, str]) -> Iterator[FileUse]:
    """The files and folders of the modules beside the notebook that it imports.

    Args:
        there: path without `.py` -> path, of each module and package in the notebook's folder and in those above
            it where the notebook looks for modules.
    """
    if not there:
        return
    folders = search_folders(cells)
    for cell in cells_with(modules_of, cells):
        for module, line in cell_names(cell.source)[1].modules.items():
            found = module_path(module, folders, there)
            if found is not None:
                yield FileUse(path=found, kind="module", travels="frozen", place=place(cell, line))


def names_of_own(cells: Iterable[Cell], there: Mapping[str, str]) -> frozenset[str]:
    """The names that a notebook binds to modules of its own and to what it imports from them."""
    if not there:
        return frozenset()
    code = as_code(cells)
    folders = search_folders(code)
    found = union_of(_names_by_module, code)
    own = {module for _, module in found if module_path(module, folders, there) is not None}
    return frozenset(name for name, module in found if module in own)


@lru_cache(maxsize=4096)
def _names_by_module(source: str) -> frozenset[tuple[str, str]]:
    """(name that an import binds, top-level module)."""
    whole = [(a, a.name) for node in nodes_like(source, ast.Import) for a in node.names]
    parts = [(a, n.module or "") for n in nodes_like(source, ast.ImportFrom) for a in n.names]
    return frozenset(
        ((alias.asname or alias.name).partition(".")[0], module.partition(".")[0])
        for alias, module in (*whole, *parts)
    )


def unknown_modules(
    cells: tuple[Cell, ...],
    there: Mapping[str, str],
    of_project: Mapping[str, str],
    packages: Iterable[str] = (),
) -> Iterator[Finding]:
    """PRM414: an import that neither Python, nor what is installed here, nor the folder provides.

    Args:
        packages: requirements that are installed where the steps run; one of a module's name has it.
        of_project: module -> folder of the project, where the notebook does not look; that it is installed from there
            helps this computer only.
    """
    folders = search_folders(cells)
    written = {made[0] for c in cells if (made := cell_names(c.source)[0].writes_file)}
    told: set[str] = set()
    added = {_package(text) for text in packages}
    for cell in cells:
        read, own = cell_names(cell.source)
        for module, line in own.modules.items():
            here = f"{module}.py" in written or module_path(module, folders, there)
            installed = _installed(module) and module not in of_project
            if here or installed or module in told or _package(module) in added:
                continue
            told.add(module)
            place = line + read.line_offset
            if module in of_project:
                yield _of_project(cell, place, module, of_project[module])
            else:
                yield _of_nowhere(cell, place, module)


def _of_nowhere(cell: Cell, line: int, module: str) -> Finding:
    add = Action(
        kind=FixAction.MOVE_TO_ENVIRONMENT, label="Add to the environment", argument=module
    )
    return located(
        cell,
        line,
        code="PRM414",
        severity="warning",
        name=module,
        message=f"`{module}` is neither installed where Jupyter runs nor a module in the notebook's folder.",
        fix="Add its package to the step's environment, install it where the steps run, or put it beside "
        "the notebook.",
        actions=(add, Action(kind=FixAction.ACCEPT, label="Accept")),
    )


def _package(text: str) -> str:
    """The name in a requirement such as `Polars[all]==1.9`, as package indexes compare names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0]).lower()


def _of_project(cell: Cell, line: int, module: str, folder: str) -> Finding:
    return located(
        cell,
        line,
        code="PRM414",
        severity="warning",
        name=module,
        message=f"`{module}` is the project's own, in `{folder}`; the steps have it only where it is installed.",
        fix=f'Begin the notebook with `import sys; sys.path.append("{folder}")`, and it travels with the version; '
        "or install it where the steps run.",
        actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
    )


def search_folders(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The folders that the notebook stands in and those that it adds to `sys.path`; its own, the first, is empty."""
    added = [folder for _, folder in each_of(_added, cells)]
    if not added and not any_with(changes_folder, cells):
        return ("",)
    names = names_of(cells)
    stands = stands_in(cells, names)
    texts = [text for folder in added for text in names.texts(folder) if UNKNOWN not in text]
    found = (relative(posixpath.join(f, text)) for text in texts for f in stands)
    return tuple(dict.fromkeys((*stands, *found)))


@lru_cache(maxsize=4096)
def _added(source: str) -> tuple[ast.expr, ...]:
    """What a cell adds to the folders that modules are looked for in."""
    if "sys" not in source and "site" not in source:
        return ()
    calls = cell_names(source)[1].calls
    given = [call.args[-1] for path, _, call in calls if path in _ADDS_FOLDER and call.args]
    given += [n.value for n in nodes_like(source, ast.AugAssign) if _is_search_path(n.target)]
    given += [n.value for n in nodes_like(source, ast.Assign) if _is_search_path(n.targets[0])]
    return tuple(folder for one in given for folder in _folders(one))


def _is_search_path(target: ast.expr) -> bool:
    return dotted(target.value if isinstance(target, ast.Subscript) else target) == "sys.path"


def _folders(given: ast.expr) -> Iterator[ast.expr]:
    """What may be a folder: each of a list, of lists that are joined, or the expression itself."""
    if isinstance(given, ast.List | ast.Tuple):
        for part in given.elts:
            yield from _folders(part.value if isinstance(part, ast.Starred) else part)
    elif isinstance(given, ast.BinOp) and any(
        isinstance(part, ast.List) or _is_search_path(part) for part in (given.left, given.right)
    ):
        yield from (*_folders(given.left), *_folders(given.right))
    elif not _is_search_path(given):
        yield given


def module_path(module: str, folders: tuple[str, ...], there: Mapping[str, str]) -> str | None:
    """Where a module of the notebook's own lies: in the first of some folders that has it."""
    paths = (f"{folder}/{module}" if folder else module for folder in folders)
    return next((there[path] for path in paths if path in there), None)


def modules_above(cells: tuple[Cell, ...]) -> Iterator[tuple[str, str]]:
    """(a folder above the notebook's own, a module that may lie there), for all that the notebook imports."""
    above = [folder for folder in search_folders(cells) if folder.startswith("..")]
    modules = {module for cell in cells for module in cell_names(cell.source)[1].modules}
    yield from ((folder, module) for folder in above for module in sorted(modules))


def _installed(module: str) -> bool:
    if module in sys.stdlib_module_names or module in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError, AttributeError):
        return False
