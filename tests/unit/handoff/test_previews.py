"""Previews have the form of the model's document; metrics are lines; files carry their hashes."""

import base64
import hashlib
import json

from jupyterlab_promote.model.run import Preview
from jupyterlab_promote.worker.handoff.files.manifest import stored_files

MAKE = """
import numpy as np, pandas as pd, polars as pl, matplotlib.pyplot as plt
df = pd.DataFrame({'x': range(100), 's': ['t' * 500] * 100}, index=pd.date_range('2026', periods=100)); s = df.x
a = np.zeros((3, 4)); n = 1.5; t = 'hello ' * 1000; c = {'k': [1, 2]}; p = pl.DataFrame({'a': [1]})
fig, ax = plt.subplots(); ax.plot([1, 3])
class Bad:
    def __repr__(self): raise RuntimeError('no')
bad = Bad(); f = lambda: 1
secret = 'my token is hunter2'; raw = bytes(10**6)
"""
NAMES = ["df", "s", "a", "n", "t", "c", "p", "fig", "bad", "f", "secret", "raw"]


def test_each_value_leaves_a_small_preview(steps):
    steps.ok("make", MAKE, saves=[NAMES], environ={"TOKEN": "hunter2"}, secrets=["TOKEN"])
    folder = steps.folder("make") / "previews"
    found = {file.stem: Preview.model_validate_json(file.read_text()) for file in folder.iterdir()}
    assert sorted(found) == sorted(set(NAMES) - {"f"})
    assert (found["df"].kind, found["df"].shape, found["df"].summary) == (
        "frame",
        (100, 2),
        "100 x 2 frame",
    )
    assert [name for name, _ in found["df"].columns] == ["", "x", "s"]
    assert found["df"].head[0][:2] == ("2026-01-01 00:00:00", "0")
    assert {name: preview.kind for name, preview in found.items() if name != "df"} == {
        "s": "series",
        "a": "array",
        "n": "number",
        "t": "text",
        "c": "collection",
        "p": "frame",
        "fig": "figure",
        "bad": "other",
        "secret": "text",
        "raw": "other",
    }
    assert (found["raw"].summary, found["raw"].bytes) == ("bytes of 1000000", 10**6)
    assert found["secret"].text == "my token is ***"
    assert base64.b64decode(found["fig"].png).startswith(b"\x89PNG")
    assert all(file.stat().st_size < 8000 for file in folder.iterdir() if file.stem != "fig")


ARRAYS = """
import numpy as np
numbers = np.arange(12.0).reshape(3, 4); numbers[1, 1] = np.nan
none = np.full(2, np.nan); endless = np.array([1.0, np.inf]); empty = np.zeros((0, 3))
whole = np.arange(5).T; flags = np.array([True, False, True]); words = np.array(['a', 'b'])
days = np.array(['2026-01-31', 'NaT'], dtype='datetime64[D]'); many = np.ones((2000, 2500), dtype='int8').T
"""


def test_an_array_tells_its_range_its_mean_and_what_is_missing(steps):
    names = "numbers none endless empty whole flags words days many".split()
    steps.ok("make", ARRAYS, saves=[names])
    folder = steps.folder("make") / "previews"
    found = {file.stem: Preview.model_validate_json(file.read_text()) for file in folder.iterdir()}
    assert {name: found[name].text.splitlines()[0] for name in names if found[name].text} == {
        "numbers": "min 0, max 11, mean 5.54545, 1 NaN",
        "none": "2 NaN",
        "endless": "min 1, max inf",
        "whole": "min 0, max 4, mean 2",
        "flags": "2 of 3 are True",
        "words": "first: a, b",
        "days": "min 2026-01-31, max 2026-01-31, 1 NaT",
        "many": "min 1, max 1, mean 1, of the first 4000000 values",
    }
    assert found["numbers"].text.splitlines()[1].startswith("first: 0.0, 1.0, 2.0")
    assert found["numbers"].summary == "3 x 4 array of float64"
    assert found["flags"].summary == "array of 3 bool"


def test_metrics_are_lines_of_their_own(steps):
    steps.ok("make", "record_metric('auc', 0.5); record_metric('n', 3)")
    lines = (steps.base / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"name": "auc", "value": 0.5},
        {"name": "n", "value": 3.0},
    ]
    assert steps.run("bad", "record_metric('x', float('nan'))").code == 1


def test_stored_files_are_told_with_size_and_hash(steps):
    steps.ok("make", "import numpy as np; a = np.zeros(100_000); n = 1", saves=[["a"], ["n"]])
    told = {path: (size, sha256) for path, size, sha256 in stored_files(steps.folder("make"))}
    streams = (steps.folder("make") / "streams").read_bytes()
    assert told["streams"] == (len(streams), hashlib.sha256(streams).hexdigest())
    assert told["buffers"][0] == 800_000
    assert set(told) == {"streams", "buffers", "handoff.json", "previews/a.json", "previews/n.json"}


def test_a_notebook_opened_by_hand_uses_a_folder_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PROMOTE_STEP_CONTEXT", raising=False)
    from jupyterlab_promote.worker.handoff import save_outputs
    from jupyterlab_promote.worker.handoff.context import current

    save_outputs([], step="load")
    assert (tmp_path / ".handoff" / "load" / "handoff.json").exists()
    assert current().folders("other") == (tmp_path / ".handoff" / "other",)
