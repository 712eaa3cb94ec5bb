"""What closures, caches, containers and names of the notebook's own modules keep is theirs in another kernel."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_promote.worker.handoff.hidden import own_modules
from jupyterlab_promote.worker.handoff.values import caches
from jupyterlab_promote.worker.handoff.values.pickling import dump_group
from jupyterlab_promote.worker.handoff.values.unpickling import load_group

DECORATORS = """
def memo(function):
    seen = {}
    def inner(x):
        if x not in seen:
            seen[x] = function(x)
        return seen[x]
    return inner
def single(kind):
    made = {}
    def get():
        if kind not in made:
            made[kind] = kind()
        return made[kind]
    return get
def counter():
    n = 0
    def count():
        nonlocal n
        n += 1
        return n
    def counted():
        return n
    return count, counted
"""
SHARED = """
import collections, functools
class Meters(collections.defaultdict):
    pass
meters = Meters(list)
counts = collections.Counter()
class Rate:
    __slots__ = ('n',)
rate = Rate()
rate.n = 1
class Lazy:
    @functools.cached_property
    def length(self):
        return 5
lazy = Lazy()
"""
SHARING = "from shared_here import meters, rate\ndef noted():\n    return dict(meters), rate.n\n"
REMEMBERING = """
import contextvars, dataclasses, functools
from decorators_here import counter, memo, single
ran = []
@memo
def square(x):
    ran.append(x)
    return [x * x]
@functools.cache
def loaded(name, *, k=0):
    ran.append(name)
    return [name]
class Table:
    @staticmethod
    @functools.lru_cache(maxsize=2)
    def read(n):
        ran.append(n)
        return [n]
@single
class Base:
    rows = 0
count, counted = counter()
level = contextvars.ContextVar('level', default=0)
@dataclasses.dataclass
class Made:
    tags: list = dataclasses.field(default_factory=list)
class Anything(dict):
    def __getattr__(self, name):
        return self.setdefault(name, 1)
anything = Anything()
STATE = [1]
LIMIT = 1
def replace():
    global STATE, LIMIT
    STATE = [2]
    LIMIT = 2
"""
Turn = Callable[[str], ModuleType]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Loads a module anew, as another kernel does."""
    (tmp_path / "decorators_here.py").write_text(DECORATORS)
    (tmp_path / "remembering.py").write_text(REMEMBERING)
    (tmp_path / "shared_here.py").write_text(SHARED)
    (tmp_path / "sharing_here.py").write_text(SHARING)
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(name: str) -> ModuleType:
        for module in ("decorators_here", "remembering", "shared_here", "sharing_here"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        return importlib.import_module(name)

    return load


def _handed_on(folder: Path, load: Turn) -> ModuleType:
    stream = dump_group({"state": own_modules.get("module:remembering", folder)}, [])
    again = load("remembering")
    again.taken = again.loaded
    own_modules.set_(load_group(stream, [])["state"])
    return again


def test_what_was_called_in_one_kernel_is_remembered_in_the_next(
    loaded: Turn, tmp_path: Path
) -> None:
    module = loaded("remembering")
    module.square(2)
    module.loaded("a", k=1)
    module.loaded("a", k=1).append("more")
    module.Table.read(3)
    module.Base().rows = 4
    module.count()
    module.level.set(5)
    again = _handed_on(tmp_path, loaded)
    assert again.square(2) == [4]
    assert again.taken is again.loaded
    assert again.loaded("a", k=1) == ["a", "more"]
    assert again.loaded.cache_info()[:2] == (2, 1)
    assert again.Table.read(3) == [3]
    assert again.ran == [2, "a", 3]
    assert again.Base().rows == 4
    assert (again.count(), again.counted(), again.level.get()) == (2, 2, 5)
    assert again.Made().tags == []
    assert dict(module.anything) == {}


def test_a_cached_function_of_a_module_is_the_modules_own(loaded: Turn) -> None:
    stream = dump_group({"functions": [loaded("remembering").loaded]}, [])
    again = loaded("remembering")
    assert load_group(stream, [])["functions"][0] is again.loaded


def test_a_name_stands_for_what_it_was_taken_as(
    loaded: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = InteractiveShell.instance()
    namespace: dict[str, Any] = {}
    monkeypatch.setattr(shell, "user_ns", namespace)
    cells = ["from remembering import STATE, LIMIT as limit"]
    monkeypatch.setattr(shell.history_manager, "input_hist_parsed", cells)
    module = loaded("remembering")
    namespace.update(STATE=module.STATE, limit=module.LIMIT)
    module.STATE.append("old")
    module.replace()
    stream = dump_group({"state": own_modules.get("module:remembering", tmp_path)}, [])
    again = loaded("remembering")
    namespace.update(STATE=again.STATE, limit=again.LIMIT)
    own_modules.set_(load_group(stream, [])["state"])
    assert (namespace["STATE"], namespace["limit"]) == ([1, "old"], 1)
    assert (again.STATE, again.LIMIT) == ([2], 2)


def test_functions_that_a_module_made_see_that_module_and_share_their_variables(
    loaded: Turn,
) -> None:
    module = loaded("decorators_here")
    count, counted = module.counter()
    count()
    stream = dump_group({"count": count, "counted": counted}, [])
    again = loaded("decorators_here")
    got = load_group(stream, [])
    assert (got["count"](), got["counted"]()) == (2, 2)
    assert got["count"].__globals__ is vars(again)


def test_an_object_that_two_modules_keep_stays_one(loaded: Turn, tmp_path: Path) -> None:
    module = loaded("sharing_here")
    module.meters["loss"].append(1)
    module.rate.n = 2
    sys.modules["shared_here"].counts.update("aab")
    sys.modules["shared_here"].lazy.length = 7
    tokens = ("module:shared_here", "module:sharing_here")
    states = {token: own_modules.get(token, tmp_path) for token in tokens}
    streams = [dump_group({t: s}, []) for t, s in own_modules.as_one(states, ()).items()]
    again = loaded("sharing_here")
    home = sys.modules["shared_here"]
    before = home.meters, home.counts
    given = [state for stream in reversed(streams) for state in load_group(stream, []).values()]
    for state in given:
        own_modules.set_(state)
    own_modules.join(given)
    assert again.noted() == ({"loss": [1]}, 2)
    assert again.meters is home.meters is before[0]
    assert home.counts is before[1]
    assert vars(home.lazy) == {"length": 7}
    assert (again.rate is home.rate, home.counts["a"], again.meters["more"]) == (True, 2, [])


@pytest.mark.parametrize("size", [None, 2, 0])
def test_a_cache_counts_on(size: int | None) -> None:
    import functools

    function = functools.lru_cache(maxsize=size)(lambda n, *, k=0: [n, k])
    for n in (1, 2, 3, 3, 2):
        function(n, k=n)
    make, arguments = caches.reduce(function)
    made = make(*arguments)
    assert made.cache_info() == function.cache_info()
    other = functools.lru_cache(maxsize=size)(lambda n, *, k=0: ["other"])
    other(9)
    caches.fill(other, caches.memory_of(function))
    assert other.cache_info() == function.cache_info()
    assert other(7) == ["other"]
