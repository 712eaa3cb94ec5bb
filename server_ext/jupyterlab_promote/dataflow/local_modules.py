"""Modules of the user's own: where they lie beside the notebook, and imports that nothing provides."""

import ast
import importlib.util
import posixpath
import sys
from collections.abc import Iterator, Mapping

from jupyterlab_promote.dataflow.chain import place
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.notebook.document import Cell

_ADDS_FOLDER = frozenset({"sys.path.append", "sys.path.insert", "site.addsitedir"})
_HERE = frozenset({"os.getcwd", "Path.cwd", "pathlib.Path.cwd"})
_SAME = frozenset({"os.path.abspath", "os.path.realpath", "os.path.normpath", "str", "os.fspath", "Path",
                   "pathlib.Path", "os.path.expanduser"})  # fmt: skip


def module_uses(cells: tuple[Cell, ...], there: Mapping[str, str]) -> Iterator[FileUse]:
    """The files and folders of the modules beside the notebook that it imports.

    Args:
        there: path without `.py` -> path, of each module and package in the notebook's folder.
    """
    folders = search_folders(cells)
    for cell in cells:
        for module, line in cell_names(cell.source)[1].modules.items():
            found = _find(module, folders, there)
            if found is not None:
                yield FileUse(path=found, kind="module", travels="frozen", place=place(cell, line))


def unknown_modules(cells: tuple[Cell, ...], there: Mapping[str, str]) -> Iterator[Finding]:
    """PRM414: an import that neither Python, nor what is installed here, nor the folder provides."""
    folders = search_folders(cells)
    written = {made[0] for c in cells if (made := cell_names(c.source)[0].writes_file)}
    told: set[str] = set()
    for cell in cells:
        read, own = cell_names(cell.source)
        for module, line in own.modules.items():
            known = f"{module}.py" in written or _find(module, folders, there)
            if known or module in told or _installed(module):
                continue
            told.add(module)
            yield located(
                cell,
                line + read.line_offset,
                code="PRM414",
                severity="warning",
                name=module,
                message=f"`{module}` is neither installed where Jupyter runs nor a module in the notebook's folder.",
                fix="Install it where the steps run, or put it beside the notebook.",
                actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
            )


def search_folders(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The notebook's folder and those that it adds to `sys.path`, relative with `/`; the folder itself is empty."""
    found = {"": None}
    for cell in cells:
        for path, _, call in cell_names(cell.source)[1].calls:
            folder = _folder(call.args[-1]) if path in _ADDS_FOLDER and call.args else None
            if folder is not None:
                found[posixpath.normpath(folder) if folder else ""] = None
    return tuple("" if folder == "." else folder for folder in found)


def _folder(node: ast.expr) -> str | None:
    """The text of a folder's path, as far as it is written out."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _joined([_folder(node.left), _folder(node.right)])
    if not isinstance(node, ast.Call):
        return None
    called = dotted(node.func)
    if called in _HERE:
        return ""
    if called in _SAME:
        return _folder(node.args[0]) if node.args else ""
    return _joined([_folder(part) for part in node.args]) if called == "os.path.join" else None


def _joined(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return posixpath.join("", *known) if len(known) == len(parts) else None


def _find(module: str, folders: tuple[str, ...], there: Mapping[str, str]) -> str | None:
    paths = (f"{folder}/{module}" if folder else module for folder in folders)
    return next((there[path] for path in paths if path in there), None)


def _installed(module: str) -> bool:
    if module in sys.stdlib_module_names or module in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError, AttributeError):
        return False
