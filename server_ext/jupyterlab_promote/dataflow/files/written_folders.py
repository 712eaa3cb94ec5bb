"""Folders that the notebook writes into without making them: they were there when it was written.

Each step begins in a fresh working directory, so such a folder is made there, empty.
"""

import ast
import posixpath
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from jupyterlab_promote.dataflow.files.folders import relative, stands_in
from jupyterlab_promote.dataflow.files.paths import paths_of, words_in
from jupyterlab_promote.dataflow.files.texts import Names, names_of
from jupyterlab_promote.dataflow.kept import as_code
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_MAKES = frozenset({"mkdir", "makedirs"})
_COMMANDS = frozenset({"run_line_magic", "system"})
"""What `%mkdir` and `!mkdir` become."""
_OF_OS = frozenset({"os.mkdir", "os.makedirs"})


def written_folders(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The folders, relative to the notebook's, that a cell writes into and none makes.

    What makes folders of names that only a run knows may make any, so nothing is told beside it: a folder that is
    there already would stop it.
    """
    names = names_of(cells)
    stands = stands_in(cells, names)
    written = (
        relative(posixpath.join(folder, posixpath.dirname(path.text)))
        for cell in cells
        for path in paths_of(cell.source, names)
        if path.how == "write"
        for folder in stands
    )
    found = sorted({folder for folder in written if folder and "*" not in folder})
    return tuple(not_made(cells, found))


def not_made(cells: tuple[Cell, ...], folders: Iterable[str]) -> Iterator[str]:
    """Those of some folders, relative to the notebook's, that no cell may make."""
    names = names_of(cells)
    stands = stands_in(cells, names)
    made = {text for cell in cells for text in _made(cell.source, names)}
    return (folder for folder in folders if not _may_make(made, folder, stands))


def listed_in(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The folders, relative to the notebook's, whose entries a cell lists; empty where a cell makes folders.

    A folder in one of them is an entry, whether or not anything in it is needed.
    """
    names = names_of(cells)
    if any(True for cell in cells for _ in _made(cell.source, names)):
        return ()
    listed = (
        posixpath.dirname(path.text)
        for told in words_in(as_code(cells), names)
        for _, path in told.found
        if path.how == "list" and path.text.endswith("/*")
    )
    stands = stands_in(cells, names)
    found = {relative(posixpath.join(start, text)) for text in listed for start in stands}
    return tuple(sorted(text for text in found if "*" not in text))


def _made(source: str, names: Names) -> Iterator[str]:
    """Texts that may name a folder that a cell makes."""
    for node in nodes_like(source, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _COMMANDS:
            words = [word for text in _constants(node) for word in text.split()]
            yield from words if "mkdir" in words else ()
        elif (path := _path_made(node)) is not None:
            yield from names.texts(path)


def _path_made(call: ast.Call) -> ast.expr | None:
    """The path in `os.mkdir(path)`, `makedirs(path)` and `path.mkdir()`."""
    called = dotted(call.func)
    if called in _MAKES or called in _OF_OS:
        return call.args[0] if call.args else None
    of_path = isinstance(call.func, ast.Attribute) and call.func.attr in _MAKES
    return call.func.value if of_path else None  # type: ignore[attr-defined]


def _constants(node: ast.Call) -> Iterator[str]:
    yield from (
        argument.value
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def _may_make(made: set[str], folder: str, stands: tuple[str, ...]) -> bool:
    """Whether a made folder is this one, or one that lies in it."""
    patterns = {relative(posixpath.join(start, text)) for text in made for start in stands}
    return any(
        fnmatchcase(folder, pattern) or fnmatchcase(pattern, f"{folder}/*") for pattern in patterns
    )
