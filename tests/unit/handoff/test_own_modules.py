"""What a module of the notebook's own keeps is taken over by the module that another kernel has loaded."""

import importlib
import importlib.util
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
    module = importlib.import_module("kept_here")
    module.add("x")
    module.lines = (line for line in ())
    stream = dump_group({"state": own_modules.get("module:kept_here", folder)}, [])
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
    importlib.import_module("kept_here").order.append(line for line in ())
    with pytest.raises((NotPicklable, TypeError)):
        dump_group({"state": own_modules.get("module:kept_here", folder)}, [])


def test_a_module_that_was_not_loaded_keeps_nothing(tmp_path: Path) -> None:
    assert own_modules.get("module:nowhere/at_all", tmp_path) is None


def test_a_library_module_of_the_same_name_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, said in (("elsewhere", "other"), ("here", "own"), ("lib/site-packages", "library")):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        (folder / "utils.py").write_text(f"said = [{said!r}]")
        module = importlib.util.module_from_spec(
            spec := importlib.util.spec_from_file_location(f"utils_{said}", folder / "utils.py")
        )
        spec.loader.exec_module(module)
        monkeypatch.setitem(sys.modules, f"utils_{said}", module)

    kept = own_modules.get("module:utils", tmp_path / "here")
    assert kept == ("utils_own", {"said": ["own"]})
    monkeypatch.delitem(sys.modules, "utils_own")
    monkeypatch.delitem(sys.modules, "utils_other")
    assert own_modules.get("module:utils", tmp_path / "here") is None
