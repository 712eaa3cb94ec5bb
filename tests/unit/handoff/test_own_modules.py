"""What a module of the notebook's own keeps is taken over by the module that another kernel has loaded."""

import importlib
import importlib.util
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from jupyterlab_promote.worker.handoff.hidden import own_modules
from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values.pickling import dump_group
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart, load_group

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
    stream = dump_group({"state": own_modules.get("module:kept_here", folder)}, [])
    del sys.modules["kept_here"]
    again = importlib.import_module("kept_here")
    taken = again.found
    own_modules.set_(load_group(stream, [])["state"])
    assert (taken, again.order, again.count) == ({"x": 1}, ["x"], 1)
    assert taken is again.found
    again.add("y")
    assert (again.found, again.count) == ({"x": 1, "y": 2}, 2)


def test_a_list_that_cannot_travel_is_refused(folder: Path) -> None:
    importlib.import_module("kept_here").order.append(line for line in ())
    with pytest.raises((NotPicklable, TypeError)):
        dump_group({"state": own_modules.get("module:kept_here", folder)}, [])


OBJECTS = """
import sqlite3
import threading
class Counter:
    def __init__(self):
        self.lock = threading.RLock()
        self.log = open("/dev/null", "a")
        self.counts = {}
        self.inner = None
class Inner(Counter):
    pass
kept = Counter()
kept.inner = Inner()
names = {"kept": kept, "counts": kept.counts}
here = sqlite3.connect("file.db")
"""


def test_an_object_of_its_own_class_is_filled_where_it_is_and_keeps_its_own_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "objects_here.py").write_text(OBJECTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("objects_here")
    module.kept.counts["x"] = 1
    module.kept.inner.counts["y"] = module.kept.counts
    module.kept.added = [module.kept]
    state = own_modules.get("module:objects_here", tmp_path)
    stream = dump_group({"state": state, "mine": module.kept.inner}, [])
    del sys.modules["objects_here"]
    again = importlib.import_module("objects_here")
    taken, log, inner = again.kept, again.kept.log, again.kept.inner
    loaded = load_group(stream, [])
    own_modules.set_(loaded["state"])
    assert again.kept is taken
    assert taken.log is log
    assert (taken.inner, again.names["kept"], taken.added[0]) == (inner, taken, taken)
    assert loaded["mine"] is inner
    assert inner.counts == {"y": {"x": 1}}
    assert inner.counts["y"] is taken.counts is again.names["counts"]
    monkeypatch.delitem(sys.modules, "objects_here")


@pytest.mark.parametrize(
    "made",
    [
        "kept.rows = (n for n in [1])",
        "kept = (n for n in [1])",
        "import sqlite3\nkept = sqlite3.connect(':memory:')",
        "kept = open(__file__)\nkept.readline()",
    ],
)
def test_what_cannot_travel_and_another_kernel_would_have_otherwise_is_refused_by_its_name(
    made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "refused_here.py").write_text(f"class Rows: pass\nkept = Rows()\n{made}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("refused_here")
    with pytest.raises(NotPicklable, match=r"`kept(\.rows)?` of module `refused_here` is a"):
        own_modules.get("module:refused_here", tmp_path)
    monkeypatch.delitem(sys.modules, "refused_here")


def test_a_copy_to_compare_with_leaves_the_module_as_it_is(folder: Path) -> None:
    module = importlib.import_module("kept_here")
    module.add("x")
    state = own_modules.get("module:kept_here", folder)
    copy = load_apart(dump_group({"state": state}, []), [])["state"]
    assert (copy, copy.values["found"] is module.found) == (state, False)
    assert module.found == {"x": 1}


def test_what_classes_and_functions_keep_is_theirs_in_another_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "counting.py").write_text(
        "class Row:\n    made = 0\n    rows = []\n    def __init__(self):\n        Row.made += 1\n"
        "        self.rows.append(self.made)\ndef call():\n    call.calls += 1\ncall.calls = 0\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("counting")
    module.Row()
    module.call()
    stream = dump_group({"s": own_modules.get("module:../counting", tmp_path / "notebooks")}, [])
    del sys.modules["counting"]
    again = importlib.import_module("counting")
    rows = again.Row.rows
    own_modules.set_(load_group(stream, [])["s"])
    again.Row()
    assert (again.Row.made, again.Row.rows, again.call.calls) == (2, [1, 2], 1)
    assert again.Row.rows is rows


def test_what_defaults_of_parameters_hold_is_theirs_in_another_kernel(folder: Path) -> None:
    (folder / "kept_here.py").write_text(
        "STOP = {'the'}\nMARK = object()\n"
        "def add(x, rows=[], *, seen=set()):\n    rows.append(x)\n    seen.add(x)\n    return rows, seen\n"
        "def is_new(x, stop=STOP, mark=MARK):\n    return x not in stop and mark is MARK\n"
        "class Box:\n    def put(self, x, kept={}):\n        kept[x] = len(kept)\n        return kept\n"
    )
    module = importlib.import_module("kept_here")
    module.add(1)
    module.STOP.add("a")
    module.Box().put("x")
    stream = dump_group({"s": own_modules.get("module:kept_here", folder)}, [])
    del sys.modules["kept_here"]
    again = importlib.import_module("kept_here")
    rows, stop = again.add.__defaults__[0], again.STOP
    own_modules.set_(load_group(stream, [])["s"])
    assert again.add(2) == ([1, 2], {1, 2})
    assert (again.Box().put("y"), again.is_new("a"), again.is_new("b")) == (
        {"x": 0, "y": 1},
        False,
        True,
    )
    assert (rows, stop) == ([1, 2], {"the", "a"})
    assert again.is_new.__defaults__[0] is again.STOP is stop


def test_a_field_of_a_dataclass_counts_on_in_another_kernel(folder: Path) -> None:
    (folder / "kept_here.py").write_text(
        "import itertools\nfrom dataclasses import dataclass, field\n@dataclass\nclass Agent:\n"
        "    id: int = field(default_factory=itertools.count().__next__)\n"
    )
    module = importlib.import_module("kept_here")
    made = [module.Agent().id, module.Agent().id]
    stream = dump_group({"s": own_modules.get("module:kept_here", folder)}, [])
    del sys.modules["kept_here"]
    again = importlib.import_module("kept_here")
    own_modules.set_(load_group(stream, [])["s"])
    assert [*made, again.Agent().id] == [0, 1, 2]


@pytest.mark.parametrize("at_loading", [True, False])
def test_a_file_that_a_function_has_opened_is_not_lost_in_silence(
    folder: Path, at_loading: bool
) -> None:
    place = (folder / "log.txt").as_posix()
    opened = f"open({place!r}, 'a')" if at_loading else "None"
    (folder / "kept_here.py").write_text(
        f"lines = {opened}\ndef start():\n    global lines\n    lines = open({place!r}, 'a')\n"
    )
    module = importlib.import_module("kept_here")
    module.start()
    stream = dump_group({"s": own_modules.get("module:kept_here", folder)}, [])
    del sys.modules["kept_here"]
    importlib.import_module("kept_here")
    with (
        nullcontext()
        if at_loading
        else pytest.raises(NotPicklable, match="`lines` of module `kept_here`")
    ):
        own_modules.set_(load_group(stream, [])["s"])


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
    assert kept is not None
    assert (kept.module, kept.values) == ("utils_own", {"said": ["own"]})
    monkeypatch.delitem(sys.modules, "utils_own")
    monkeypatch.delitem(sys.modules, "utils_other")
    assert own_modules.get("module:utils", tmp_path / "here") is None
