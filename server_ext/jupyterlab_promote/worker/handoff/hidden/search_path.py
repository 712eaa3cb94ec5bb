"""`sys.path` as hidden state: the folders in which Python looks for modules.

What the kernel began with is another kernel's too, so it is told by its place. A folder in the working directory is
told relative to it, since each step has a working directory of its own. A relative folder means another one after the
notebook changed its own; what was imported before is there for a later step too, from where the notebook began.
"""

import sys
from pathlib import Path
from typing import Any

_began: list[str] = []
_stood: list[Path] = []
"""The folder in which the notebook began."""


def begin() -> None:
    """Note the folders that the notebook starts with; the worker calls it before the first cell."""
    _began[:] = sys.path
    _stood[:] = [Path.cwd()]


def as_it_began() -> None:
    """Take the folders away that lines put there again, after an earlier step had taken them away."""
    if _began:
        sys.path[:] = _began


def get(workdir: Path) -> Any:
    """The folders to hand over, in order: (kind, place or text); None when the notebook changed none."""
    where = _stood_in_between()
    if sys.path == _began and not where:
        return None
    base = workdir.resolve()
    return [_told(folder, base) for folder in (*sys.path, *where)]


def _stood_in_between() -> list[str]:
    """Folders in which modules were found because the notebook stood there then."""
    if not _stood or not {"", "."} & set(sys.path):
        return []
    searched = {str(Path(folder).resolve()) for folder in (*sys.path, *_began)}
    found: dict[str, None] = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        file = getattr(spec, "origin", None)
        if "." in name or not isinstance(file, str) or not file.endswith(".py"):
            continue
        place = Path(file).parent
        folder = str(place.parent if place.name == name else place)
        if folder not in searched and Path(folder).is_absolute() and "site-packages" not in folder:
            found[folder] = None
    return list(found)


def set_(value: Any, workdir: Path) -> None:
    """Take the folders over; one that this kernel did not begin with is left out where its place is meant."""
    began = list(_began or sys.path)
    sys.path[:] = [
        folder for kind, text in value for folder in _meant(kind, text, began, workdir.resolve())
    ]
    sys.path += [f for text in tuple(sys.path) for f in _from_the_start(text) if f not in sys.path]


def _from_the_start(folder: str) -> list[str]:
    """The folder that a relative one meant when the notebook began, where that was another one."""
    if not folder or not _stood or Path(folder).is_absolute() or Path.cwd() == _stood[0]:
        return []
    meant = (_stood[0] / folder).resolve()
    return [str(meant)] if meant.is_dir() else []


def _told(folder: str, base: Path) -> tuple[str, int | str]:
    if folder in _began:
        return "began", _began.index(folder)
    if Path(folder).is_absolute() and Path(folder).resolve().is_relative_to(base):
        return "inside", Path(folder).resolve().relative_to(base).as_posix()
    return "text", str(folder)


def _meant(kind: str, text: Any, began: list[str], base: Path) -> list[str]:
    if kind == "began":
        return began[text : text + 1]
    return [str(base / text)] if kind == "inside" else [text]
