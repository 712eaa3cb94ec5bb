"""The project that a notebook belongs to: packages of it that only an installation in development mode finds."""

import importlib.util
import posixpath
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE
from jupyterlab_promote.dataflow.scope import modules_of
from jupyterlab_promote.notebook.document import Cell

_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")
_INSIDE = ("", "src", "lib")


def packages_of_project(
    folder: Path, cells: tuple[Cell, ...], known: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """(module, folder that has it) for what the notebook imports of its project, seen from the notebook.

    Args:
        known: modules that the notebook finds by itself, by path without `.py`.
    """
    modules = frozenset[str]().union(*(modules_of(cell.source) for cell in cells))
    asked = sorted(modules - {posixpath.basename(path) for path in known} - sys.stdlib_module_names)
    places = list(_places(folder)) if asked else []
    for module in asked:
        found = next((place for place in places if _holds(folder / place, module)), None)
        if found is not None and not _is_installed_whole(module, (folder / found).resolve()):
            yield module, found


def _places(folder: Path) -> Iterator[str]:
    """The folders of the projects around a notebook in which their packages may lie."""
    for level in range(MOST_ABOVE + 1):
        above = posixpath.join(*([".."] * level)) if level else "."
        if any((folder / above / mark).is_file() for mark in _MARKS):
            yield from (posixpath.normpath(posixpath.join(above, inner)) for inner in _INSIDE)


def _holds(place: Path, module: str) -> bool:
    return (place / f"{module}.py").is_file() or (place / module / "__init__.py").is_file()


def _is_installed_whole(module: str, place: Path) -> bool:
    """Whether Python finds a module elsewhere than in the project."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return False
    origin = spec.origin if spec is not None else None
    return origin is not None and not Path(origin).resolve().is_relative_to(place)
