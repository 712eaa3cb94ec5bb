"""What lies beside a notebook: its files and local modules, as the analysis wants to know them. Reads names only."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_FILES = 20_000
"""A folder with more files is not listed: somebody's home, or a data lake."""

_MAX_DEPTH = 6
_IGNORED = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


@dataclass(frozen=True)
class Folder:
    """The surroundings of a notebook.

    Attributes:
        files: paths relative to the folder, with `/`; None when there are too many to list.
        modules: names of Python modules and packages that an `import` in the notebook finds there.
    """

    files: frozenset[str] | None
    modules: frozenset[str]


def look_around(folder: Path) -> Folder:
    """List a notebook's folder; hidden files, caches and environments are left out."""
    files: set[str] = set()
    for path in _walk(folder):
        files.add(path)
        if len(files) > MAX_FILES:
            return Folder(None, frozenset(_modules(folder)))
    return Folder(frozenset(files), frozenset(_modules(folder)))


def _walk(folder: Path) -> Iterator[str]:
    for root, directories, names in os.walk(folder):
        inside = Path(root).relative_to(folder)
        kept = sorted(d for d in directories if not d.startswith(".") and d not in _IGNORED)
        directories[:] = kept if len(inside.parts) < _MAX_DEPTH else []
        for name in names:
            if not name.startswith("."):
                yield (inside / name).as_posix()


def _modules(folder: Path) -> Iterator[str]:
    for path in folder.glob("*.py"):
        yield path.stem
    for path in folder.glob("*/__init__.py"):
        yield path.parent.name
