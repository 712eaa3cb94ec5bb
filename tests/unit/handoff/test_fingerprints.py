"""Fingerprints of values: the same in every kernel that has an equal value, another one for another value."""

import copy
import os
import pickle
import random
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from jupyterlab_promote.worker.handoff.checks.fingerprint import (
    EQUAL,
    NONE,
    PART,
    Limits,
    fingerprint,
)

VALUES = """
import collections, dataclasses, datetime, enum, functools, pickle, re
import cloudpickle, numpy as np, pandas as pd
from jupyterlab_promote.worker.handoff.checks.fingerprint import fingerprint
class Node:
    kinds = {"a", "b", "c"}
    def __init__(self, name):
        self.name, self.me, self.known = name, self, {"x", "y", ("z", 1)}
    def call(self):
        return super().__repr__()
@dataclasses.dataclass
class Point:
    x: int = 1
class Colour(enum.Enum):
    RED = 1
def made(step):
    return lambda value: value + step
word = "wo" + str(1)
made_again = "wo" + str(1)
numbers = np.arange(40.0).reshape(20, 2)
frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.to_datetime(["2020", "2021"]), "d": [[1], {2}]})
values = {
    "texts": [word, word, made_again],
    "set": {"x", "y", ("z", frozenset("abcdef"))},
    "frame": frame.set_index("c"),
    "categories": frame.b.astype("category"),
    "labels": pd.MultiIndex.from_tuples([(1, "a"), (2, "b")]),
    "view": numbers[::2].T,
    "records": np.zeros(2, dtype=[("a", "i1"), ("b", "f8")]),
    "masked": np.ma.array([1, 2], mask=[0, 1]),
    "class": Node, "instance": Node("n"), "point": Point(), "member": Colour.RED,
    "function": made(2), "call": functools.partial(int, base=2), "pattern": re.compile("a+"),
    "counted": collections.Counter("aab"), "lists": collections.defaultdict(list, {"a": [1]}),
    "moment": datetime.datetime(2020, 1, 1), "generator": np.random.default_rng(0),
    "place": iter([1, 2]), "object": object(),
}
for name, value in values.items():
    again = pickle.loads(cloudpickle.dumps([value]))[0]
    print(name, fingerprint(value), fingerprint(again))
"""


def _printed(seed: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", VALUES],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    return [line.split(" ") for line in done.stdout.splitlines()]


def test_equal_values_have_the_same_fingerprint_in_another_process_and_after_pickling() -> None:
    here, there = _printed("1"), _printed("2")
    assert len(here) > 20
    assert here == there
    assert [name for name, one, again in here if one != again or not one.startswith(EQUAL)] == []


FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [2, 1]),
        ([1], [True]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (np.arange(3), np.arange(3.0)),
        (FRAME, FRAME.assign(a=[1.0, 2.5])),
        (FRAME, FRAME.astype({"b": "category"})),
        (FRAME, FRAME.rename(columns={"a": "c"})),
        (lambda x: x + 1, lambda x: x + 2),
        (np.random.default_rng(0), np.random.default_rng(1)),
        (pd.DataFrame({"a": [[1]]}), pd.DataFrame({"a": [[2]]})),
    ],
)
def test_other_values_have_another_fingerprint(one: object, other: object) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_model_is_known_by_what_it_learned_and_not_by_its_use() -> None:
    rows = np.arange(60.0).reshape(20, 3)
    ensemble = pytest.importorskip("sklearn.ensemble")
    neighbors = pytest.importorskip("sklearn.neighbors")
    for model in (
        ensemble.HistGradientBoostingRegressor(random_state=0),
        neighbors.KNeighborsRegressor(),
    ):
        one, again, other = (
            copy.copy(model).fit(rows, seen * rows[:, 0] % 7) for seen in (2, 2, 3)
        )
        again.predict(rows)
        assert fingerprint(one) == fingerprint(again) != fingerprint(other)


def test_a_data_set_of_scikit_learn_is_the_same_when_it_was_loaded() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    iris = datasets.load_iris()
    assert fingerprint(pickle.loads(pickle.dumps(iris))) == fingerprint(iris)
    assert fingerprint(datasets.load_wine()) != fingerprint(iris)


def test_what_is_large_or_cannot_be_told_is_said_so() -> None:
    few = Limits(parts=100, cells=100, size=1000)
    large = np.zeros(10_000)
    assert fingerprint(large, few).startswith(PART)
    assert fingerprint(list(map(str, large)), few).startswith(PART)
    assert fingerprint(pd.DataFrame({"a": large}), few).startswith(PART)
    assert fingerprint({"one": (x for x in ""), "two": 2}) != fingerprint({"one": 1, "two": 2})
    assert fingerprint(x for x in "") == f"{NONE}a generator"


def test_a_class_of_the_notebook_is_the_same_after_an_instance_was_pickled() -> None:
    own: type = type("Own", (), {"__module__": "__main__", "kind": 1})
    before = fingerprint(own)
    copy.copy(own())
    assert "__slotnames__" in vars(own)
    assert fingerprint(own) == before


def test_a_method_of_the_generator_of_a_process_is_the_same_however_far_that_is() -> None:
    methods = (np.random.rand, np.random.normal, random.shuffle, random.random)
    before = [fingerprint(method) for method in methods]
    np.random.rand(3)
    random.random()
    assert [fingerprint(method) for method in methods] == before
    one, other = (random.Random(seed) for seed in (1, 2))
    assert fingerprint(one.shuffle) != fingerprint(other.shuffle)


def test_a_function_that_ipython_watches_is_the_function_itself():
    from IPython.utils.decorators import flag_calls

    def draw():
        return 1

    watched = flag_calls(draw)
    before = fingerprint(watched)
    watched()
    assert before == fingerprint(watched) == fingerprint(draw)


def test_a_part_of_a_page_is_its_text_and_where_it_stands() -> None:
    soup = pytest.importorskip("bs4").BeautifulSoup
    page, again = (soup("<p>a<b>x</b></p><p>a<b>x</b></p>", "html.parser") for _ in range(2))
    again.find("b").next_element  # noqa: B018 - what was asked before is nothing of the tag
    assert fingerprint(page.find("b")) == fingerprint(again.find("b"))
    assert fingerprint(page) == fingerprint(again)
    assert fingerprint(page.find_all("b")[1]) != fingerprint(page.find("b"))
    again.find("b")["id"] = "changed"
    assert fingerprint(page.find("b")) != fingerprint(again.find("b"))
    assert fingerprint(page) != fingerprint(again)


def test_a_class_of_sympy_is_the_same_whatever_sympy_was_asked_before() -> None:
    sympy = pytest.importorskip("sympy")
    from sympy.core.assumptions import _assume_rules  # what every class leads to

    class Step(sympy.Function):  # type: ignore[misc, name-defined]
        pass

    Step.__module__ = "__main__"
    before = fingerprint(Step)
    _assume_rules.prereq["something that was asked"]
    try:
        assert fingerprint(Step) == before
    finally:
        del _assume_rules.prereq["something that was asked"]
    Step.scale = 2
    assert fingerprint(Step) != before
