"""What a module of the notebook's own keeps is taken over by the module that another kernel has loaded."""

import importlib
import sys
from pathlib import Path

import pytest

from jupyterlab_promote.worker.handoff import own_modules
from jupyterlab_promote.worker.handoff.pickling import dump_group
from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.unpickling import load_group

SOURCE = """
import threading
found = {}
order = []
count = 0
lock = threading.Lock()
lines = None
def add(name):
    global count
    count += 1
    found[name] = count
    order.append(name)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "kept_here.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "kept_here", raising=False)
    return tmp_path


def test_the_module_of_another_kernel_keeps_the_same_where_it_did(folder: Path) -> None:
    del folder
    module = importlib.import_module("kept_here")
    module.add("x")
    module.lines = (line for line in ())
    stream = dump_group({"state": own_modules.get("module:kept_here")}, [])
    del sys.modules["kept_here"]
    again = importlib.import_module("kept_here")
    taken = again.found
    own_modules.set_(load_group(stream, [])["state"])
    assert (taken, again.order, again.count) == ({"x": 1}, ["x"], 1)
    assert taken is again.found
    assert again.lines is None
    again.add("y")
    assert (again.found, again.count) == ({"x": 1, "y": 2}, 2)


def test_a_list_that_cannot_travel_is_refused(folder: Path) -> None:
    del folder
    importlib.import_module("kept_here").order.append(line for line in ())
    with pytest.raises((NotPicklable, TypeError)):
        dump_group({"state": own_modules.get("module:kept_here")}, [])


def test_a_module_that_was_not_loaded_keeps_nothing() -> None:
    assert own_modules.get("module:nowhere/at_all") is None
