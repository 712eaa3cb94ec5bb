"""What a module of the notebook's own keeps: the receiver's module, loaded anew, takes it over.

Lists, dicts and the like are filled where they are, since other modules and names may lead to them.
"""

import collections
import importlib
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.pickling import note_objects
from jupyterlab_promote.worker.handoff.users_code import failure

_PREFIX = "module:"
"""Begins the name of such a state; the module's path without `.py` follows."""
_STANDARD = Path(os.__file__).parent.resolve()
"""Where Python's own modules lie."""
_BOXES = (list, dict, set, collections.deque)
_CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


class Kept(NamedTuple):
    """What a module keeps, by name."""

    module: str
    values: dict[str, Any]


def is_state(name: str) -> bool:
    """Whether a name stands for what a module keeps."""
    return name.startswith(_PREFIX)


def get(name: str, workdir: Path) -> Kept | None:
    """What a module keeps; None where the step has not loaded it."""
    path = name.removeprefix(_PREFIX)
    home = (workdir / path).parent.resolve()
    found = sorted(_loaded(path), key=lambda at: at[0].parent != home)
    module = found[0][1] if found else None
    return None if module is None else Kept(module.__name__, dict(_values(module)))


def _loaded(path: str) -> Iterator[tuple[Path, types.ModuleType]]:
    """Modules whose file is so called, outside of libraries: many have a `utils.py`, too."""
    ends = (f"/{path}.py", f"/{path}/__init__.py")
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        # The folder only: the file may be a link to where its version was unpacked.
        place = Path(file).parent.resolve() / Path(file).name
        of_library = place.is_relative_to(_STANDARD) or "site-packages" in place.parts
        if not of_library and place.as_posix().endswith(ends):
            yield (place.parent if place.stem == "__init__" else place), module


def _values(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if not name.startswith("__") and not isinstance(value, _CODE) and _travels(value):
            yield name, value


def _travels(value: Any) -> bool:
    """Whether a value is to travel: a list or dict must, a lock or connection is what each kernel has for itself."""
    if type(value).__module__ in ("typing", "_thread", "threading", "logging", "__future__"):
        return False
    return (
        isinstance(value, _BOXES) or failure(lambda: note_objects(value, lambda *_: None)) is None
    )


def set_(kept: Kept) -> None:
    """Let the module keep the same."""
    module = importlib.import_module(kept.module)
    for name, value in kept.values.items():
        if not _filled(vars(module).get(name), value):
            setattr(module, name, value)


def _filled(old: Any, value: Any) -> bool:
    """Fill what the module has already with what it is to hold, if that can be done."""
    if type(old) is not type(value):
        return False
    if isinstance(old, dict | set | collections.deque):
        old.clear()
        old.extend(value) if isinstance(old, collections.deque) else old.update(value)
        return True
    if isinstance(old, list):
        old[:] = value
        return True
    return False
