"""`from helpers import *` in words that say what it binds, so that it is read like any other import.

What a star binds is told by the source of a module of the notebook's own (`module_names.py`), or by the kernel's Python
for an installed one. Only names that the notebook mentions are written out. What a module of its own merely imports
(`from helpers import np`) is imported from where it is. Lines stay where they are.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import cells_with, union_of
from jupyterlab_promote.dataflow.library import star_names
from jupyterlab_promote.dataflow.modules.local_modules import module_path, search_folders
from jupyterlab_promote.dataflow.modules.module_names import Modules, Stars, stars_of
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.source import nodes_like, python_cell
from jupyterlab_promote.notebook.tags import read_tags

_WORD = re.compile(r"[^\W\d]\w*")


def spelled_out(nb: Notebook, sources: Mapping[str, str], installed: Stars) -> Notebook:
    """The notebook with imports that say what they bind; the same where nothing is to be said.

    Args:
        sources: of the modules beside or above the notebook, by path without `.py`.
    """
    if nb.language != "python":
        return nb
    code = nb.code
    # Without modules of its own, only stars are written out: in order with all other imports.
    told = _imports if sources or installed else _stars
    asked = [c for c in cells_with(told, code) if not read_tags(c.tags).continues]
    if not asked:
        return nb
    words = union_of(_words, code)
    known = _Known(Modules(sources, search_folders(code), installed), words)
    said = {cell.id: made for cell in asked if (made := known.said(cell)) is not None}
    return replace(nb, cells=tuple(said.get(cell.id, cell) for cell in nb.cells)) if said else nb


def stars_to_ask(
    nb: Notebook, modules: Mapping[str, str], sources: Mapping[str, str]
) -> tuple[str, ...]:
    """The installed modules of which the notebook, or a module of its own, imports a star; not Python's own ones.

    Args:
        modules: the notebook's own, by path without `.py`.
        sources: of those.
    """
    code = tuple(cell for cell in nb.cells if cell.is_code)
    named = {name for cell in code for name in cell_names(cell.source)[1].stars}
    if nb.language != "python" or not named:
        return ()
    named.update(name for source in sources.values() for name in stars_of(source))
    folders = search_folders(code)
    own = {name for name in named if module_path(name.partition(".")[0], folders, modules)}
    return tuple(sorted(name for name in named - own if name and star_names(name) is None))


@dataclass(frozen=True)
class _Known:
    """What is known of the modules that a notebook imports.

    Attributes:
        words: all that the notebook mentions.
    """

    modules: Modules
    words: frozenset[str]

    def said(self, cell: Cell) -> Cell | None:
        """The cell in other words; None where there are none."""
        told = [(n, said) for n in _imports(cell.source) if (said := self._statement(n))]
        source = _replaced(cell.source, told) if told else None
        return cell._replace(source=source) if source is not None else None

    def _statement(self, node: ast.ImportFrom) -> str | None:
        module = node.module or ""
        if node.names[0].name != "*":
            return self._explicit(node, module)
        bound = self.modules.star(module)
        if bound is None:
            known = star_names(module)
            bound = (
                self.modules.installed.get(module) if known is None else dict.fromkeys(known, "")
            )
        unsure = self.modules.unsure(module) & self.words
        return _written(module, bound, self.words) if bound is not None and not unsure else None

    def _explicit(self, node: ast.ImportFrom, module: str) -> str | None:
        """The same import, of what the module itself imports from where that is."""
        bound = self.modules.bound(module)
        elsewhere = {a: said for a in node.names if (said := _as(bound.get(a.name, ""), a))}
        if not elsewhere:
            return None
        own = [alias for alias in node.names if alias not in elsewhere]
        first = [ast.unparse(ast.ImportFrom(module, own, 0))] if own else [f"import {module}"]
        return "; ".join([*first, *elsewhere.values()])


def _written(module: str, bound: Mapping[str, str], words: frozenset[str]) -> str:
    """The imports of the names that are mentioned; of the module alone where none is."""
    wanted = sorted(bound.keys() & words)
    own = [name for name in wanted if not bound[name]]
    first = f"from {module} import {', '.join(own)}" if own else f"import {module}"
    return "; ".join([first, *(bound[name] for name in wanted if bound[name])])


def _as(statement: str, alias: ast.alias) -> str:
    """An import of one thing under the name that an alias gives it; empty where it cannot have one."""
    if not statement:
        return ""
    node = ast.parse(statement).body[0]
    assert isinstance(node, ast.Import | ast.ImportFrom)  # noqa: S101 - `module_names.py` gives no other
    [one] = node.names
    name = alias.asname or alias.name
    if isinstance(node, ast.Import) and "." in one.name and one.asname is None:
        return statement if name == alias.name else ""
    given = ast.alias(one.name, name if name != one.name else None)
    return ast.unparse(
        ast.Import([given])
        if isinstance(node, ast.Import)
        else ast.ImportFrom(node.module, [given], 0)
    )


@lru_cache(maxsize=4096)
def _imports(source: str) -> tuple[ast.ImportFrom, ...]:
    """The `from m import` statements of a cell."""
    found = nodes_like(source, ast.ImportFrom)
    return tuple(node for node in found if node.level == 0 and node.module)


@lru_cache(maxsize=4096)
def _stars(source: str) -> tuple[ast.ImportFrom, ...]:
    """Those of them that are of a star."""
    return tuple(node for node in _imports(source) if node.names[0].name == "*")


@lru_cache(maxsize=4096)
def _words(source: str) -> frozenset[str]:
    return frozenset(_WORD.findall(source))


def _replaced(source: str, told: list[tuple[ast.ImportFrom, str]]) -> str | None:
    """The source with other statements in the same lines; None where IPython reads these lines otherwise."""
    read = python_cell(source)
    before = [line.encode() for line in read.python.split("\n")]
    lines = [line.encode() for line in source.split("\n")]
    for node, said in sorted(told, key=lambda each: each[0].lineno, reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        start, end = first + read.line_offset, last + read.line_offset
        if before[first : last + 1] != lines[start : end + 1]:
            return None
        rest = lines[end][node.end_col_offset or 0 :]
        empty = [b""] * (end - start)
        lines[start : end + 1] = [
            lines[start][: node.col_offset] + said.encode() + (rest if not empty else b""),
            *empty[:-1],
            *([rest] if empty else []),
        ]
    made = b"\n".join(lines).decode()
    return made if python_cell(made).error is None else None
