"""What the notebook's own modules keep, where a step was taken to leave it alone: at its end it must be what it was.

Taken down as a module was loaded, and again once it has what earlier steps left. What cached functions
remember is left out: it comes out the same when it is computed again.
"""

import sys
import time
import types
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.checks import loaded
from jupyterlab_promote.worker.handoff.checks.budget import Budget
from jupyterlab_promote.worker.handoff.checks.fingerprint import NONE, QUICK, fingerprint
from jupyterlab_promote.worker.handoff.hidden import own_modules
from jupyterlab_promote.worker.handoff.hidden.module_code import (
    CODE,
    MEMORY,
    PLAIN,
    held_by_code,
    is_of,
)
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen
from jupyterlab_promote.worker.handoff.users_code import failure
from jupyterlab_promote.worker.handoff.values.kinds import is_of_library

_SECONDS = 0.2
"""What one look at all modules may take before the step's own code."""
_OURS = __name__.partition(".")[0]
_Kept = dict[tuple[str, ...], str]


class _Began(NamedTuple):
    """A module as it was: what it was loaded from, another one after a reload, and what it kept."""

    spec: Any
    kept: _Kept


_began: dict[str, _Began] = {}
_looked_at: set[str] = set()
_of_cell: set[str] = set()
"""Modules of the user's own that this cell has loaded; what it loads next may register with them."""


def start() -> None:
    """Take down what modules keep, from now on, as they are loaded."""
    _began.clear()
    _of_cell.clear()
    _looked_at.clear()
    _looked_at.update(sys.modules)
    ipython = sys.modules.get("IPython")
    # Without cells there is what was loaded before the step's own code.
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.events.register("post_run_cell", _after_cell)
        loaded.tell(_was_loaded)


def note() -> None:
    """Take down what there is before the step's own cells."""
    loaded = [sys.modules[name] for name in _began if name in sys.modules]
    _began.clear()
    _take_down([*loaded, *_own(_new())])


def check(watched: Collection[str], written: Collection[str], workdir: Path) -> None:
    """Compare what the step does not leave for later steps.

    Args:
        watched: paths of modules without `.py`.
        written: the hidden state that it leaves.

    Raises:
        ChangedUnseen: a module keeps something else.
    """
    until = Budget.of_step().until
    left = _left_by(written, workdir)
    for path in watched:
        token = own_modules.token_of(path)
        module = own_modules.module_at(path, workdir) if token not in written else None
        began = _began.get(module.__name__) if module is not None else None
        if module is None or began is None or began.spec is not module.__spec__:
            continue
        changed = _difference(began.kept, _kept(module, until, left))
        if changed is not None:
            named = ".".join(one for one in changed if one.isidentifier())
            raise ChangedUnseen(
                f"`{named}` of module `{module.__name__}` changed in this step, which the analysis did not see: "
                f"later steps, which may use the module, would not have it.",
                kind="changes",
                names=(token,),
                hint="Merge the steps that use the module, or keep that value in a variable of the notebook.",
            )


def _was_loaded(name: str) -> None:
    """Take down a module and those that it imports, before the cell goes on."""
    new = {module.__name__ for module in _own(sorted({name, *_new()}))}
    if new:
        _of_cell.update(new)
        _take_down([sys.modules[each] for each in sorted(_of_cell) if each in sys.modules])


def _after_cell(_: Any) -> None:
    _of_cell.clear()
    new = _new()
    if new:
        _take_down(_own(new))


def _new() -> list[str]:
    """The modules that were loaded since the last look."""
    new = sys.modules.keys() - _looked_at
    _looked_at.update(new)
    return sorted(new)


def _own(names: list[str]) -> Iterator[types.ModuleType]:
    """Those of the user's own files."""
    for name in names:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if module is None or not isinstance(file, str) or "site-packages" in file:
            continue
        if name.partition(".")[0] != _OURS and not is_of_library(Path(file).resolve()):
            yield module


def _take_down(modules: "list[types.ModuleType] | Iterator[types.ModuleType]") -> None:
    until = time.monotonic() + _SECONDS
    for module in modules:
        _began[module.__name__] = _Began(module.__spec__, _kept(module, until))


def _left_by(written: Collection[str], workdir: Path) -> frozenset[int]:
    """The places in memory of what modules keep that the step leaves; others may lead to the same objects."""
    modules = [
        own_modules.module_at(own_modules.path_of(token), workdir)
        for token in filter(own_modules.is_state, written)
    ]
    values = (value for one in modules if one is not None for _, value in _values(one))
    return frozenset(id(value) for value in values if not isinstance(value, PLAIN))


def _kept(module: types.ModuleType, until: float, left: frozenset[int] = frozenset()) -> _Kept:
    """What a module keeps, by path, as fingerprints; what is left, and what there is no time for, has none."""
    found: _Kept = {}

    def take() -> None:
        for path, value in _values(module):
            if not is_of(value, own_modules.OF_EACH_KERNEL):
                passed = id(value) in left or time.monotonic() > until
                found[path] = NONE if passed else fingerprint(value, QUICK)

    return found if failure(take) is None else {}


def _values(module: types.ModuleType) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in list(vars(module).items()):
        if not name.startswith("__") and not isinstance(value, CODE):
            yield (name,), value
    for path, value in held_by_code(module):
        if path[-1] != MEMORY:
            yield path, value


def _difference(was: _Kept, now: _Kept) -> tuple[str, ...] | None:
    """The first path at which there is something else; where one of the two is not known there is none."""
    if not was or not now:
        return None
    known = (path for path in (*was, *(now.keys() - was.keys())))
    return next((path for path in known if _differ(was.get(path, ""), now.get(path, ""))), None)


def _differ(was: str, now: str) -> bool:
    return was != now and not was.startswith(NONE) and not now.startswith(NONE)
