"""What a module of the notebook's own keeps: the receiver's module, loaded anew, takes it over.

Lists, dicts and objects of its own classes are filled where they are (`kept_parts.py`), since other modules and names
may lead to them.
"""

import importlib
import io
import sys
import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.hidden.module_code import (
    CODE,
    PLAIN,
    filled,
    is_of,
    kept_by_code,
    take_over,
    why_not,
)
from jupyterlab_promote.worker.handoff.hidden.taken_names import names_taken
from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values.kept_parts import Kept, box_of
from jupyterlab_promote.worker.handoff.values.kinds import (
    is_found_by_name,
    is_of_library,
    is_plain_own_class,
)
from jupyterlab_promote.worker.handoff.values.namespace import user_namespace

_PREFIX = "module:"
"""Begins the name of such a state; the module's path without `.py` follows."""
OF_EACH_KERNEL = frozenset(
    {
        "__future__", "_contextvars", "_ctypes", "_socket", "_ssl", "_thread", "_weakref", "aiohttp", "anthropic",
        "asyncio", "azure", "boto3", "botocore", "click", "concurrent", "contextvars", "ctypes", "fastapi", "flask",
        "google", "httpx", "IPython", "logging", "multiprocessing", "openai", "psycopg", "psycopg2", "pymongo",
        "pymysql", "redis", "requests", "rich", "s3fs", "socket", "sqlalchemy", "ssl", "threading", "tqdm", "typer",
        "typing", "urllib3", "weakref",
    }
)  # fmt: skip
"""Packages whose objects each kernel makes for itself: locks, connections, loggers."""
_DEEPEST = 4


def is_state(name: str) -> bool:
    """Whether a name stands for what a module keeps."""
    return name.startswith(_PREFIX)


def token_of(path: str) -> str:
    """The name that stands for what the module at a path without `.py` keeps."""
    return f"{_PREFIX}{path}"


def path_of(name: str) -> str:
    """The module's path of such a name."""
    return name.removeprefix(_PREFIX)


def module_at(path: str, workdir: Path) -> types.ModuleType | None:
    """The module at a path without `.py`; None where the step has not loaded it."""
    home = (workdir / path).parent.resolve()
    found = sorted(_loaded(path), key=lambda at: at[0].parent != home)
    return found[0][1] if found else None


def get(name: str, workdir: Path) -> Kept | None:
    """What a module keeps; None where the step has not loaded it."""
    module = module_at(path_of(name), workdir)
    if module is None:
        return None
    kept = Kept(module.__name__, {}, {}, dict(kept_by_code(module, OF_EACH_KERNEL)), {}, {}, {}, {})
    names = _names_by_object()
    for own, value in vars(module).items():
        if own.startswith("__") or (isinstance(value, CODE) and not _is_given(module, value)):
            continue
        if isinstance(value, CODE) or _travels(kept, (own,), value):
            kept.values[own] = value
            if not isinstance(value, PLAIN) and id(value) in names:
                kept.known_as[own] = frozenset(names[id(value)])
    _note_taken(kept, module)
    return kept


def _is_given(module: types.ModuleType, code: Any) -> bool:
    """Whether a function or class of a module was made elsewhere: in the notebook, or where it is found by its name."""
    home = getattr(code, "__module__", None)
    return home == "__main__" or (home != module.__name__ and is_found_by_name(code))


def _names_by_object() -> dict[int, list[str]]:
    """The names of the notebook, by the place in memory of what they stand for."""
    found: dict[int, list[str]] = {}
    for name, value in user_namespace().items():
        found.setdefault(id(value), []).append(name)
    return found


def _note_taken(kept: Kept, module: types.ModuleType) -> None:
    """Note what the names stand for that the notebook took from a module."""
    namespace = user_namespace()
    for name, within in names_taken(module):
        if name not in namespace or within not in kept.values:
            continue
        value = namespace[name]
        if value is kept.values[within]:
            kept.known_as[within] = kept.known_as.get(within, frozenset()) | {name}
        elif not isinstance(value, CODE) and why_not(value) is None:
            kept.replaced[name, within] = value


def _loaded(path: str) -> Iterator[tuple[Path, types.ModuleType]]:
    """Modules whose file is so called, outside of libraries: many have a `utils.py`, too."""
    # A module may lie above the notebook: `../conf`.
    inner = path.rpartition("../")[2]
    ends = (f"/{inner}.py", f"/{inner}/__init__.py")
    named = (f"/{inner.rpartition('/')[2]}.py", "/__init__.py")
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not file.endswith(named):
            continue
        # The folder only: the file may be a link to where its version was unpacked.
        place = Path(file).parent.resolve() / Path(file).name
        if not is_of_library(place) and place.as_posix().endswith(ends):
            yield (place.parent if place.stem == "__init__" else place), module


def _travels(kept: Kept, path: tuple[str, ...], value: Any) -> bool:
    """Whether a value is to travel; notes the objects of which parts stay in their kernel.

    Raises:
        NotPicklable: it cannot, and another kernel's may be another one.
    """
    if is_of(value, OF_EACH_KERNEL):
        return False
    if box_of(type(value)) is not None:
        return True
    error = why_not(value)
    if _is_of_own_class(value) and len(path) < _DEEPEST:
        inner = vars(value).items()
        stays = (name for name, one in inner if not _travels(kept, (*path, name), one))
        kept.left[path] = frozenset(stays)
        return True
    if error is None:
        return True
    if not _is_as_opened(value):
        raise _cannot_get(kept.module, path, type(value), str(error))
    if len(path) == 1 and not getattr(value, "closed", False):
        kept.opened[path[0]] = type(value)
    return False


def _cannot_get(module: str, path: tuple[str, ...], of: type, why: str) -> NotPicklable:
    named = f"`{'.'.join(path)}` of module `{module}`"
    kind = f"{of.__module__}.{of.__qualname__}".removeprefix("builtins.")
    return NotPicklable(
        f"{named} is a {kind}, which later steps cannot get, and they use the module: {why}.",
        name=path[0],
        hint="Merge the steps that use the module, or make it inside the function that needs it.",
    )


def _is_of_own_class(value: Any) -> bool:
    """Whether a value is an object with nothing but attributes, of a class of the user's own files."""
    kind = type(value)
    return kind.__basicsize__ == _Bare.__basicsize__ and is_plain_own_class(kind, object)


class _Bare:
    """Is as large as all objects that have attributes and nothing else."""


def _is_as_opened(value: Any) -> bool:
    """Whether what is outside is all that matters: a file that is written, or that nobody has read from yet."""
    if isinstance(value, io.IOBase):
        return value.closed or not value.readable() or (value.seekable() and value.tell() == 0)
    if type(value).__name__ == "Connection" and type(value).__module__ == "sqlite3":
        return all(file for _, _, file in value.execute("PRAGMA database_list"))
    return False


def as_one(states: Mapping[str, Any], first: Collection[str]) -> dict[str, Any]:
    """The states of a step; an object that several modules keep is handed on by one of them.

    Args:
        first: the states that go in one stream with names of the notebook, which may lead to the same object.
    """
    homes: dict[int, tuple[str, str]] = {}
    found = dict(states)
    for token in sorted(states, key=lambda token: (token not in first, token)):
        kept = states[token]
        if not isinstance(kept, Kept):
            continue
        elsewhere = {}
        for name, value in kept.values.items():
            home = homes.setdefault(id(value), (kept.module, name))
            if home[0] != kept.module and not isinstance(value, PLAIN):
                elsewhere[name] = home
        found[token] = kept._replace(elsewhere=elsewhere)
    return found


def join(states: Iterable[Any]) -> None:
    """Let modules that keep one object do so again, once all of them were set."""
    for kept in states:
        for name, (module, within) in kept.elsewhere.items() if isinstance(kept, Kept) else ():
            home = vars(importlib.import_module(module))
            if within in home:
                setattr(importlib.import_module(kept.module), name, home[within])


def set_(kept: Kept) -> None:
    """Let the module keep the same, and names that were imported from it stand for the same.

    Raises:
        NotPicklable: a function of the module has opened there what loading it does not.
    """
    module = importlib.import_module(kept.module)
    loaded = dict(vars(module))
    for name, kind in kept.opened.items():
        if type(loaded.get(name)) is not kind:
            raise _cannot_get(kept.module, (name,), kind, "a function of the module has opened it")
    for name, value in kept.values.items():
        old = loaded.get(name)
        if old is not value and not filled(old, value):
            setattr(module, name, value)
        for taken in kept.known_as.get(name, ()):
            _stand_for(taken, old, vars(module)[name])
    for (taken, name), value in kept.replaced.items():
        _stand_for(taken, loaded.get(name), value)
    take_over(module, kept.of_code)


def _stand_for(name: str, old: Any, value: Any) -> None:
    """Let a name of the notebook that was imported from a module stand for something else."""
    namespace = user_namespace()
    if name in namespace and namespace[name] is old:
        namespace[name] = value
