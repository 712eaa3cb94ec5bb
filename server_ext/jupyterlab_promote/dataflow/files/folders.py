"""The folders in which a notebook stands while it runs: its own, and those that it changes into.

A relative path, and an import, may mean any of them. Where Python looks for modules besides is in `local_modules.py`.
"""

import ast
import posixpath
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.files.texts import UNKNOWN, Names
from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

MOST_ABOVE = 5
"""How many folders above the notebook's own its files may lie."""
_MOST = 8
_CHANGES = frozenset({"os.chdir", "chdir"})
_MAGICS = frozenset({"cd", "pushd"})
_CHANGING = frozenset({"chdir", "run_line_magic"})
"""The last words of calls that change the folder."""


def stands_in(cells: tuple[Cell, ...], names: Names) -> tuple[str, ...]:
    """The notebook's own folder, which is empty, then those that the cells change into where that is written out."""
    found = {"": None}
    for cell in cells_with(_targets, cells):
        for target in _targets(cell.source):
            texts = [text for text in names.texts(target) if UNKNOWN not in text]
            found |= {relative(posixpath.join(f, t)): None for f in tuple(found) for t in texts}
    return tuple(found)[:_MOST]


def changes_folder(source: str) -> bool:
    """Whether a cell changes into another folder."""
    return bool(_targets(source))


def relative(folder: str) -> str:
    """A folder without needless dots; the notebook's own is empty."""
    plain = posixpath.normpath(folder)
    return "" if plain == "." else plain


def levels_above(path: str) -> int:
    """How many folders above the notebook's own a path begins, whether or not it comes down again."""
    return posixpath.normpath(path).split("/").count("..")


@lru_cache(maxsize=4096)
def _targets(source: str) -> tuple[ast.expr, ...]:
    """What a cell changes into, in order."""
    if called_words(source).isdisjoint(_CHANGING):
        return ()
    calls = (call for call in nodes_like(source, ast.Call) if call.args)
    found = [(call.lineno, target) for call in calls if (target := _target(call)) is not None]
    return tuple(target for _, target in sorted(found, key=lambda one: one[0]))


def _target(call: ast.Call) -> ast.expr | None:
    if dotted(call.func) in _CHANGES:
        return call.args[0]
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "run_line_magic":
        return None
    magic, given = (a.value if isinstance(a, ast.Constant) else None for a in call.args[:2])
    if magic not in _MAGICS or not isinstance(given, str):
        return None
    return ast.Constant(given.removeprefix("-q").strip().strip("'\""))
