"""A step that was taken to leave the notebook's own modules alone must do so."""

import importlib
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_promote.worker.handoff.checks import loaded, watched_modules
from jupyterlab_promote.worker.handoff.checks.budget import Budget
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen

COUNTING = """
import functools, threading
from lists_here import rows
lock = threading.Lock()
kinds = {}
class Line:
    made = 0
    def __init__(self):
        Line.made += 1
kinds['line'] = Line
def counted():
    counted.calls = getattr(counted, 'calls', 0) + 1
def memo(function):
    seen = {}
    def inner(x):
        return seen.setdefault(x, function(x))
    return inner
@memo
def twice(x):
    return x * 2
@functools.cache
def thrice(x):
    return x * 3
def late():
    global client
    client = 1
"""


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of the notebook's own that a cell has loaded."""
    shell = InteractiveShell.instance()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "counting_here.py").write_text(COUNTING)
    (tmp_path / "lists_here.py").write_text("rows = []\n")
    # On a busy machine all of it is compared, too.
    monkeypatch.setattr(watched_modules, "_SECONDS", 60.0)
    monkeypatch.setattr(watched_modules.Budget, "of_step", lambda: Budget(math.inf))
    watched_modules.start()
    shell.run_cell("import counting_here")
    yield sys.modules["counting_here"]
    shell.events.unregister("post_run_cell", watched_modules._after_cell)
    loaded.tell_nobody()
    for name in ("counting_here", "lists_here"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("Line()", "Line.made"),
        ("kinds['line']()", "Line.made"),
        ("counted()", "counted.calls"),
        ("twice(1)", "twice"),
        ("rows.append(1)", "rows"),
        ("kinds.clear()", "kinds"),
        ("late()", "client"),
    ],
)
def test_what_a_step_changes_unseen_is_named(
    change: str, named: str, counting: ModuleType, tmp_path: Path
) -> None:
    exec(change, vars(counting))  # noqa: S102 - as a cell of the notebook would
    with pytest.raises(ChangedUnseen, match=f"`{named}` of module `counting_here` changed") as told:
        watched_modules.check(["counting_here"], (), tmp_path)
    assert told.value.learned == {"kind": "changes", "names": ["module:counting_here"]}
    watched_modules.check(["counting_here"], ["module:counting_here"], tmp_path)
    watched_modules.note()
    watched_modules.check(["counting_here"], (), tmp_path)


@pytest.mark.parametrize("same", ["thrice(1)", "lock.acquire()", "kinds['line']", "Line.made + 1"])
def test_what_is_the_same_in_later_steps_may_change(
    same: str, counting: ModuleType, tmp_path: Path
) -> None:
    exec(same, vars(counting))  # noqa: S102 - as a cell of the notebook would
    watched_modules.check(["counting_here", "not_loaded"], (), tmp_path)


def test_an_object_that_another_module_leaves_is_not_lost(
    counting: ModuleType, tmp_path: Path
) -> None:
    counting.rows.append(1)
    watched_modules.check(["counting_here"], ["module:lists_here"], tmp_path)


def test_a_module_that_was_loaded_again_began_anew(counting: ModuleType, tmp_path: Path) -> None:
    counting.rows.append(1)
    importlib.reload(counting)
    watched_modules.check(["counting_here"], (), tmp_path)


def test_a_cell_that_loads_a_module_may_change_it_at_once(
    counting: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "settings_here.py").write_text("chosen = {}\n")
    shell = InteractiveShell.instance()
    shell.run_cell("import settings_here\nsettings_here.chosen['x'] = 1")
    with pytest.raises(ChangedUnseen, match="`chosen` of module `settings_here` changed"):
        watched_modules.check(["settings_here"], (), tmp_path)
    del sys.modules["settings_here"]


def test_what_a_module_registers_as_it_is_loaded_is_no_change_of_the_step(
    counting: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "kinds_here.py").write_text("import lists_here\nlists_here.rows.append('kind')\n")
    del sys.modules["lists_here"]
    InteractiveShell.instance().run_cell("import lists_here\nimport kinds_here")
    watched_modules.check(["lists_here"], (), tmp_path)
    del sys.modules["kinds_here"]


def test_how_an_import_failed_is_shown_as_ever(counting: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "broken_here.py").write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError) as told:
        import broken_here  # type: ignore[import-not-found]  # noqa: F401
    assert [Path(entry.path).name for entry in told.traceback] == [
        Path(__file__).name,
        "broken_here.py",
    ]
