"""Which modules of the notebook's own are known well enough to say what their functions do.

A module that the notebook writes, or whose functions it replaces, is not what its file says.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.behaviour import KNOWN_LIBRARIES
from jupyterlab_promote.dataflow.modules.imported_names import imported_names
from jupyterlab_promote.dataflow.modules.local_modules import search_folders
from jupyterlab_promote.dataflow.modules.module_names import Modules, Stars
from jupyterlab_promote.dataflow.modules.own_code import (
    OwnCode,
    imported_paths,
    located,
    reached_from,
)
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_CLASS = re.compile(r"^\s*class\s", re.MULTILINE)
_REPLACES = re.compile(r"\b(?:delattr|monkeypatch|patch|setattr)\b")
_Import = ast.Import | ast.ImportFrom


def own_code(
    cells: tuple[Cell, ...], sources: Mapping[str, str], installed: Stars
) -> OwnCode | None:
    """The modules of its own that a notebook imports; None where there are none, or where it replaces parts of them.

    Args:
        sources: of the modules beside or above the notebook, by path without `.py`.
        installed: what star imports of installed modules bind.
    """
    imports = [node for cell in cells for node in _imports(cell.source)] if sources else []
    if not imports:
        return None
    written = {
        made[0].removesuffix(".py") for c in cells if (made := cell_names(c.source)[0].writes_file)
    }
    there = {path: source for path, source in sources.items() if path not in written}
    folders = search_folders(cells)
    modules = Modules(there, folders, installed)
    own = [node for node in imports if any(_begin(modules, node))]
    imported = imported_names(cells, there)
    given = {
        path: imported.module(path, there.keys())
        for path in frozenset[str]().union(*(_stored_into(cell.source) for cell in cells))
    }
    led = frozenset(path for path, module in given.items() if module)
    if not own or any(_replaces(cell.source, _bound(own), led) for cell in cells):
        return None
    begin = {path for node in own for path in _begin(modules, node)}
    used = sorted(reached_from(modules, begin))
    read = tuple((path, there[path]) for path in used)
    texts = (*(cell.source for cell in cells), *(source for _, source in read))
    classes = any(_CLASS.search(text) for text in texts)
    stars = tuple((name, tuple(installed[name].items())) for name in sorted(installed))
    names = sorted((given[path], name) for cell in cells for path, name in _given(cell.source, led))
    return _kept(read, folders, stars, tuple(names), classes=classes)


@lru_cache(maxsize=16)
def _kept(
    read: tuple[tuple[str, str], ...],
    folders: tuple[str, ...],
    stars: tuple[tuple[str, tuple[tuple[str, str], ...]], ...],
    given: tuple[tuple[str, str], ...],
    *,
    classes: bool,
) -> OwnCode:
    """One object for equal modules, so that what was read of them is kept."""
    installed = {name: dict(bound) for name, bound in stars}
    names: dict[str, frozenset[str]] = {}
    for module, name in given:
        names[module] = names.get(module, frozenset()) | {name}
    return OwnCode(Modules(dict(read), folders, installed), classes, names)


@lru_cache(maxsize=4096)
def _imports(source: str) -> tuple[_Import, ...]:
    return (*nodes_like(source, ast.Import), *nodes_like(source, ast.ImportFrom))


def _begin(modules: Modules, node: _Import) -> Iterator[str]:
    """The modules of the notebook's own that an import names."""
    for path in imported_paths((node,)):
        if path.partition(".")[0] not in KNOWN_LIBRARIES:
            found, _ = located(modules, path)
            if found:
                yield found


def _bound(imports: list[_Import]) -> frozenset[str]:
    names = ((alias.asname or alias.name).partition(".")[0] for n in imports for alias in n.names)
    return frozenset(names)


def _numbers_stored(source: str) -> Iterator[ast.expr]:
    """What a cell sets to a number or the like: neither code, nor a text that may be a path."""
    for node in nodes_like(source, ast.Assign):
        if isinstance(node.value, ast.Constant) and not isinstance(node.value.value, str | bytes):
            yield from node.targets
    for changed in nodes_like(source, ast.AugAssign):
        if isinstance(changed.value, ast.Constant) and not isinstance(changed.value.value, str):
            yield changed.target


@lru_cache(maxsize=4096)
def _stored_into(source: str) -> frozenset[str]:
    """The dotted paths of which a cell sets attributes."""
    return frozenset(path for path, _, _ in cell_names(source)[1].stores)


@lru_cache(maxsize=4096)
def _given(source: str, led: frozenset[str]) -> frozenset[tuple[str, str]]:
    """(path, attribute) of what a cell sets of some paths."""
    return frozenset((path, name) for path, name, _ in cell_names(source)[1].stores if path in led)


@lru_cache(maxsize=4096)
def _replaces(source: str, names: frozenset[str], led: frozenset[str]) -> bool:
    """Whether a cell gives a new attribute, which may be code, to something that one of the names leads to.

    Args:
        led: paths to modules, of which it is known what they are given.
    """
    stored = [n for n in nodes_like(source, ast.Attribute) if isinstance(n.ctx, ast.Store)]
    stored = [node for node in stored if dotted(node.value) not in led]
    deleted = [n for n in nodes_like(source, ast.Attribute) if isinstance(n.ctx, ast.Del)]
    led_to = [node for node in (*stored, *deleted) if dotted(node).partition(".")[0] in names]
    if led_to and not set(led_to) <= set(_numbers_stored(source)):
        return True
    return _REPLACES.search(source) is not None and any(name in source for name in names)
