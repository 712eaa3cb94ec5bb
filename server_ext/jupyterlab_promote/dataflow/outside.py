"""Files and packages that the notebook needs: paths read by literal, local modules, imports, requirements."""

import ast
import re
from collections.abc import Iterator, Mapping

from jupyterlab_promote.dataflow.chain import place
from jupyterlab_promote.dataflow.library import READERS
from jupyterlab_promote.dataflow.local_modules import module_uses
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.notebook.document import Cell

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def file_uses(
    cells: tuple[Cell, ...], present: frozenset[str] | None, local_modules: Mapping[str, str]
) -> tuple[FileUse, ...]:
    """The files that the notebook reads from its folder, from elsewhere, and its local modules.

    Args:
        present: paths in the notebook's folder; None when there is no folder to look at.
        local_modules: path without `.py` -> path, of each module and package in the notebook's folder.
    """
    written = set(_written(cells))
    uses: dict[tuple[str, str], FileUse] = {}
    for use in module_uses(cells, local_modules):
        uses.setdefault((use.path, "module"), use)
    for cell in cells:
        read, _ = cell_names(cell.source)
        for path, line in _read(cell):
            live = bool(_URL.match(path)) or path.startswith(("/", "~"))
            if path in written or (not live and present is not None and not _found(path, present)):
                continue
            uses.setdefault(
                (path, "data"),
                FileUse(
                    path=path,
                    kind="data",
                    travels="live" if live else "frozen",
                    place=place(cell, line + read.line_offset),
                ),
            )
    return tuple(uses.values())


def _found(path: str, present: frozenset[str]) -> bool:
    return path.removeprefix("./") in present


def _read(cell: Cell) -> Iterator[tuple[str, int]]:
    _, own = cell_names(cell.source)
    for path, line, call in own.calls:
        word = path.rpartition(".")[2]
        literal = call.args[0] if call.args else None
        if not (isinstance(literal, ast.Constant) and isinstance(literal.value, str)):
            continue
        names_file = word == "Path" and "." in literal.value.rpartition("/")[2]
        if names_file or (READERS.fullmatch(path) and not _opens_to_write(path, call)):
            yield literal.value, line


def _opens_to_write(path: str, call: ast.Call) -> bool:
    if path.rpartition(".")[2] != "open":
        return False
    mode = call.args[1] if len(call.args) > 1 else None
    mode = next((k.value for k in call.keywords if k.arg == "mode"), mode)
    return mode is not None and not (
        isinstance(mode, ast.Constant) and str(mode.value).strip("bt") == "r"
    )


def _written(cells: tuple[Cell, ...]) -> Iterator[str]:
    for cell in cells:
        read, own = cell_names(cell.source)
        if read.writes_file:
            yield read.writes_file[0]
        for path, _, call in own.calls:
            word = path.rpartition(".")[2] or getattr(call.func, "attr", "")
            literal = call.args[0] if call.args else None
            if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                writes = word.startswith(("to_", "save", "dump", "write", "imwrite"))
                if writes or (word == "open" and _opens_to_write(path, call)):
                    yield literal.value


def imports(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """Top-level modules that the notebook imports, sorted."""
    return tuple(sorted({m for cell in cells for m in cell_names(cell.source)[1].modules}))


def requirements(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """What `%pip install` lines ask for, in order."""
    found: dict[str, None] = {}
    for cell in cells:
        found.update(dict.fromkeys(cell_names(cell.source)[0].requirements))
    return tuple(found)
