"""What cannot travel, or changed unseen, or is damaged, is named with its place and the way out."""

import json
import signal
from pathlib import Path

import pytest

UNPICKLABLE = {
    "a generator": ("v = (i for i in range(3))", "v", "generator", "v is a generator"),
    "a connection deep inside": (
        "import sqlite3\nclass C: pass\nc = C(); c.db = sqlite3.connect(':memory:'); v = {'level': [1, {'cfg': c}]}",
        "v",
        "sqlite3.Connection",
        "v['level'][1]['cfg'].db is a sqlite3.Connection",
    ),
    "a held lock in a closure": (
        "import threading\ndef make():\n    lock = threading.Lock(); lock.acquire()\n    return lambda: lock\nv = make()",
        "v",
        "_thread.lock",
        "closure variable 'lock' of v",
    ),
    "an open file": (
        "v = [open('/proc/self/status')]",
        "v",
        "TextIOWrapper",
        "v[0] is a _io.TextIOWrapper",
    ),
    "a temporary directory": (
        "import tempfile; v = tempfile.TemporaryDirectory()",
        "v",
        "",
        "TemporaryDirectory",
    ),
    "an object that comes back as another": (
        "class Odd:\n    def __reduce__(self): return (list, ())\nv = {'k': Odd()}",
        "v",
        "",
        "v['k'] is a __main__.Odd, but would be a list",
    ),
    "an object that forgets": (
        "class Forgets:\n    def __init__(self): self.x = 1\n    def __getstate__(self): return {'x': 2}\nv = Forgets()",
        "v",
        "",
        "v.x has another value",
    ),
    "an object that leaves something out": (
        "class Leaves:\n    __slots__ = ('x', 'y')\n    def __init__(self): self.x = self.y = 1\n"
        "    def __getstate__(self): return {'x': 1}\n    def __setstate__(self, s): self.x = s['x']\nv = Leaves()",
        "v",
        "",
        "v.y is lost by that",
    ),
    "an object that adds something": (
        "class Adds:\n    def __init__(self): self.x = 1\n"
        "    def __setstate__(self, s): self.__dict__.update(s, restored=True)\nv = [Adds()]",
        "v",
        "",
        "v[0].restored is added by that",
    ),
    "an object that cannot be made again": (
        "class Once:\n    def __init__(self, a): self.a = a\n    def __reduce__(self): return (Once, ())\nv = Once(1)",
        "v",
        "",
        "not loaded again",
    ),
}


@pytest.mark.parametrize("case", UNPICKLABLE)
def test_what_cannot_travel_is_named_by_its_path(case, steps):
    make, name, kind, words = UNPICKLABLE[case]
    ended = steps.run("make", make, saves=[["before"], [name]])
    assert ended.code == 1
    assert (ended.problem["cause"], ended.problem["name"]) == ("not_picklable", name)
    assert words in ended.problem["message"]
    assert kind in ended.problem["message"]
    assert ended.problem["hint"]
    assert "NotPicklable" in ended.errors
    assert not (steps.folder("make") / "handoff.json").exists()


MAKE = """
import numpy as np, pandas as pd, collections
big = np.arange(1_000_000.); small = [1, {'a': [2]}]; df = pd.DataFrame({'x': range(50_000), 's': ['t'] * 50_000})
q = collections.deque([1, 2])
class Model: pass
m = Model(); m.coef = 1
from sklearn.linear_model import LinearRegression
fitted = LinearRegression().fit([[0.], [1.]], [0., 2.])
st = {'b', 'a', 'c'}
ob = pd.DataFrame({'o': [[1], {'k': 2.5}]})
"""
NAMES = ["big", "small", "df", "q", "m", "fitted", "st", "ob"]

CHANGES = {
    "big": "big[777_777] = 0",
    "small": "small[1]['a'].append(3)",
    "df": "df.loc[40_000, 'x'] = -1",
    "q": "q.append(3)",
    "m": "m.coef = 2",
    "fitted": "fitted.fit([[0.], [1.]], [0., 3.])",
    "st": "st.add('d')",
    "ob": "ob.o[1]['k'] = 3.5",
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_name_that_was_only_to_be_read_must_end_unchanged(name, steps):
    steps.ok("make", MAKE, saves=[[name] for name in NAMES])
    ended = steps.run("use", CHANGES[name], loads={"make": NAMES}, saves=[], readonly=NAMES)
    assert (ended.code, ended.problem["cause"], ended.problem["name"]) == (
        1,
        "changed_unseen",
        name,
    )
    assert ended.problem["learned"] == {"kind": "changes", "names": [name]}
    assert "ChangedUnseen" in ended.errors


def test_reading_is_no_change(steps):
    steps.ok("make", MAKE, saves=[[name] for name in NAMES])
    use = """
    big.sum(), big[3:].mean(), small[1]['a'], df.describe(), df.groupby('s').x.sum(), df['x'] + 1, list(q), m.coef
    fitted.predict([[4.]]), sorted(st), repr(df), df.copy(), df.sort_values('x'), len(big), str(ob)
    """
    steps.ok("use", use, loads={"make": NAMES}, saves=[], readonly=NAMES)
    assert json.loads((steps.folder("use") / "handoff.json").read_text())["unchecked"] == []


def test_what_takes_longer_to_compare_than_the_budget_is_left_out_and_said(steps):
    make = """
    class Slow:
        def __reduce__(self):
            import time
            time.sleep(0.02)
            return (Slow, ())
    v = [Slow() for _ in range(40)]; w = [1, 2]
    """
    steps.ok("make", make, saves=[["Slow", "v"], ["w"]])
    names = ["Slow", "v", "w"]
    steps.ok("use", "len(v)", loads={"make": names}, saves=[], readonly=["v", "w"])
    told = json.loads((steps.folder("use") / "handoff.json").read_text())
    assert told["unchecked"][:1] == ["v"]


def test_a_step_that_did_not_run_is_named(steps):
    ended = steps.run("use", "", loads={"make": ["x"]})
    assert ended.problem["cause"] == "input_missing"
    assert "'make'" in ended.problem["message"]


def test_a_name_that_was_not_left_is_named(steps):
    steps.ok("make", "x = 1", saves=[["x"]])
    ended = steps.run("use", "", loads={"make": ["x", "y"]})
    assert (ended.problem["cause"], ended.problem["name"]) == ("input_missing", "y")


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def misspell(path):
    """Another text, which can be read just as well."""
    path.write_bytes(path.read_bytes().replace(b"letters", b"fetters"))


DAMAGE = {
    "a letter of streams changed": lambda folder: misspell(folder / "streams"),
    "streams flipped": lambda folder: flip(folder / "streams", 5),
    "streams cut": lambda folder: (folder / "streams").write_bytes(b"x"),
    "buffers flipped": lambda folder: flip(folder / "buffers", 700_000),
    "buffers cut": lambda folder: (folder / "buffers").write_bytes(b"x"),
    "buffers gone": lambda folder: (folder / "buffers").unlink(),
    "manifest cut": lambda folder: (folder / "handoff.json").write_text('{"format": 1,'),
    "another format": lambda folder: (folder / "handoff.json").write_text('{"format": 7}'),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_found_before_the_step_succeeds(case, steps):
    source = "import numpy as np; a = np.arange(100_000.); text = 'letters'; n = 1"
    steps.ok("make", source, saves=[["a", "text"], ["n"]])
    DAMAGE[case](steps.folder("make"))
    ended = steps.run("use", "", loads={"make": ["a"]}, saves=[])
    assert (ended.code, ended.problem["cause"]) == (1, "input_corrupt")
    assert not (steps.folder("use") / "handoff.json").exists()


KILL = """
import os, signal
import numpy as np
from jupyterlab_promote.worker.handoff.files import buffers_file, bundle, manifest
a = np.arange(5_000_000.); b = {{'x': 1}}
def die(*arguments, **named): os.kill(os.getpid(), signal.SIGKILL)
{where}
"""

BOUNDARIES = {
    "while buffers are written": "buffers_file._write_at = die",
    "before the first group": "bundle.Writer.add = die",
    "before the previews": "import jupyterlab_promote.worker.handoff.save as s; s.write_previews = die",
    "before the manifest": "bundle.write_manifest = die",
    "before the manifest has its name": "manifest.os.fsync = die",
    "in the middle of a buffer": "w = os.pwrite; buffers_file.os = type('o', (), {**vars(os), 'pwrite': "
    "staticmethod(lambda d, m, at: (w(d, m[:100], at), die()))})",
    "while texts are written": "a = np.array([f'text {n}' for n in range(3_000_000)], dtype=object)\n"
    "buffers_file._write_at = die",
}


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_half_written_handoff_is_never_read(boundary, steps):
    ended = steps.run("make", KILL.format(where=BOUNDARIES[boundary]), saves=[["a"], ["b"]])
    assert ended.code == -signal.SIGKILL
    after = steps.run("use", "", loads={"make": ["a"]})
    assert after.problem["cause"] == "input_missing"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file here is always full")
def test_a_full_disk_is_said(steps):
    steps.folder("make").mkdir(parents=True)
    (steps.folder("make") / "buffers").symlink_to("/dev/full")
    values = """
    import numpy as np
    a = np.zeros(100_000)
    b = np.array([f"text {n}" for n in range(2_000_000)], dtype=object)
    """
    ended = steps.run("make", values, saves=[["a"], ["b"]])
    assert (ended.code, ended.problem["cause"]) == (1, "store_full")
