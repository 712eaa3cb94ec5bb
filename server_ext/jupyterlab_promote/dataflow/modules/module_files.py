"""Files that the notebook's own modules and scripts read and write: `Path(__file__).parent / "conf.yaml"`, or a path
where it runs.

A module that only the run could follow further (a path that is handed to its functions) tells nothing here; the cell
that hands it over does.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.files.folders import stands_in
from jupyterlab_promote.dataflow.files.paths import PathText, paths_of
from jupyterlab_promote.dataflow.files.texts import UNKNOWN, Given, names_of, names_of_module
from jupyterlab_promote.dataflow.modules.imported_names import imported_names
from jupyterlab_promote.dataflow.modules.local_modules import (
    module_path,
    module_uses,
    search_folders,
)
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like


def module_paths(
    cells: tuple[Cell, ...],
    there: Mapping[str, str],
    sources: Mapping[str, str],
    scripts: Iterable[FileUse] = (),
) -> Iterator[tuple[PathText, FileUse]]:
    """Paths that modules of the notebook's own read or write, each with the module that the notebook imports.

    Args:
        there: path without `.py` -> path, of each module and package that may be meant.
        sources: of those modules, by the same paths.
        scripts: those that the notebook names, as `%run` does.
    """
    if not sources:
        return
    folders = search_folders(cells)
    stands = stands_in(cells, names_of(cells))
    given = dict(_given(cells, sources))
    told: set[str] = set()
    for use in (*module_uses(cells, there), *scripts):
        waiting = [use.path]
        while waiting:
            path = waiting.pop()
            for name in (n for n in sources if _belongs(n, path) and n not in told):
                told.add(name)
                source = sources[name]
                imported = (module_path(m, folders, there) for m in _imports(source))
                waiting += [found for found in imported if found is not None]
                for text in _named_by(source, f"{name}.py", given.get(name, ())):
                    yield from ((text.seen_from(folder), use) for folder in stands)


def _given(cells: tuple[Cell, ...], sources: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    """By module, the texts that the notebook sets in it: `conf.FOLDER = "../data"`."""
    setting = [cell for cell in cells if cell_names(cell.source)[1].stores]
    imported = imported_names(cells if setting else (), sources)
    known = names_of(cells)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for node in (n for cell in setting for n in nodes_like(cell.source, ast.Assign)):
        texts = [text for text in known.texts(node.value) if text != UNKNOWN]
        for target in node.targets if texts else ():
            held = dotted(target.value) if isinstance(target, ast.Attribute) else ""
            module = imported.module(held, sources.keys())
            if module and isinstance(target, ast.Attribute):
                names = found.setdefault(module, {})
                names[target.attr] = (*names.get(target.attr, ()), *texts)
    for module, names in found.items():
        yield module, tuple(names.items())


def _belongs(name: str, path: str) -> bool:
    """Whether a module is the file or in the package at a path; a notebook has its ending."""
    return path in (name, f"{name}.py") or name.startswith(f"{path}/")


def _named_by(source: str, file: str, given: Given) -> tuple[PathText, ...]:
    paths = paths_of(source, names_of_module(source, file, given))
    written = {path.text for path in paths if path.how == "write"}
    # The text that a call writes to stands there once more, as a text.
    return tuple(p for p in paths if p.how in ("read", "write") or p.text not in written)


@lru_cache(maxsize=256)
def _imports(source: str) -> frozenset[str]:
    """The top-level modules that a source imports; its own package's are read with the package."""
    whole = (node.names for node in nodes_like(source, ast.Import))
    parts = (node.module for node in nodes_like(source, ast.ImportFrom) if not node.level)
    names = [*(alias.name for names in whole for alias in names), *(name for name in parts if name)]
    return frozenset(name.partition(".")[0] for name in names)
