"""Sets are gone through in the same order in a later step, whatever was added to them and taken out before."""

import pickle
import random

import pytest

from jupyterlab_promote.worker.handoff.namespace import user_namespace
from jupyterlab_promote.worker.handoff.pickling import dump_group
from jupyterlab_promote.worker.handoff.unpickling import load_group


def _travelled(value: set[object], monkeypatch: pytest.MonkeyPatch) -> set[object]:
    monkeypatch.setitem(user_namespace(), "seen", value)
    stream = dump_group({"seen": value}, [])
    loaded = load_group(stream, [])["seen"]
    assert isinstance(loaded, set)
    return loaded


@pytest.mark.parametrize("count", [3, 5, 20, 100, 3000])
@pytest.mark.parametrize("seed", range(5))
def test_texts_and_numbers_keep_their_order(
    count: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = random.Random(seed)
    value: set[object] = {drawn.randrange(10 * count) for _ in range(3 * count)}
    value |= {f"word {drawn.random()}" for _ in range(count)}
    for element in [one for one in value if drawn.random() < 0.7]:
        value.discard(element)
    assert list(_travelled(value, monkeypatch)) == list(value)


def test_pickle_would_lose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    value: set[object] = set(range(1000))
    value -= set(range(1000)) - {9, 16, 500}
    assert list(pickle.loads(pickle.dumps(value))) != list(value)
    assert list(_travelled(value, monkeypatch)) == list(value)


def test_a_set_that_something_else_holds_stays_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    value: set[object] = set(range(1000))
    value -= set(range(1000)) - {9, 16, 500}
    monkeypatch.setitem(user_namespace(), "seen", value)
    loaded = load_group(dump_group({"seen": value, "held": [value]}, []), [])
    assert loaded["held"][0] is loaded["seen"] == value
