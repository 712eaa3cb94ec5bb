"""Whether two values are the same: only a sure difference counts."""

import pandas as pd
import pytest

from jupyterlab_promote.worker.handoff.checks.compare import difference


def table(last: str, rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"n": range(rows), "text": [*["a"] * (rows - 1), last][:rows]}, dtype=object
    )


def never(one: object, other: object) -> bool:
    """No two objects of a library can be told to be equal."""
    return False


@pytest.mark.parametrize("rows", [0, 3])
def test_what_a_table_keeps_to_itself_is_no_difference(rows):
    assert difference("df", table("b", rows), table("b", rows), leaf=never) is None


def test_an_object_in_a_table_is_a_difference():
    assert (
        difference("df", table("b", 3), table("c", 3), leaf=never)
        == "element 5 of df has another value"
    )


def test_what_pandas_remembers_for_a_class_of_the_notebook_is_no_difference():
    own = type("Own", (pd.DataFrame,), {"__module__": "__main__"})
    one, other = own({"n": [1]}), own({"n": [1]})
    object.__setattr__(one, "_item_cache", {"n": 1})
    object.__setattr__(other, "_item_cache", {})
    assert difference("df", one, other) is None


def test_what_a_library_remembers_in_a_dict_of_its_own_is_no_change() -> None:
    kind = type("Chart", (), {"__module__": "altair.charts"})

    def chart(**kwds: object) -> object:
        made = kind()
        vars(made)["_kwds"] = kwds
        return made

    def found(one: object, other: object) -> str | None:
        return difference("chart", one, other, leaf=lambda one, other: one is other)

    given = chart(mark="point")
    assert found(given, chart(mark="point", _cached_hash="view_2")) is None
    assert found(given, chart(mark="line", _cached_hash="view_2")) is not None
    assert found(given, chart(mark="point", width=3)) is not None
    assert found({"a": 1}, {"a": 1, "_cached_a": 2}) is not None


def test_expressions_are_told_by_their_equality_and_not_by_which_parts_are_one_object() -> None:
    sympy = pytest.importorskip("sympy")
    from sympy.core.cache import clear_cache

    x, y = sympy.symbols("x y")
    once = x**y
    clear_cache()
    again = x**y
    assert once is not again
    shared, apart = (sympy.Eq(once, y + part, evaluate=False) for part in (once, again))
    assert difference("eq", shared, apart, leaf=never) is None
    assert difference("eq", shared, sympy.Eq(once, y), leaf=never) == "eq has another value"


class Renamed:
    """Its hash changes with it; that of a small number is the number, so that it has another place in a table."""

    def __init__(self, name: int) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Renamed) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


@pytest.mark.parametrize("made", [lambda key: {key: 1}, lambda key: {key}, lambda key: [{key}]])
def test_a_key_whose_hash_has_changed_would_be_found_again(monkeypatch, made) -> None:
    monkeypatch.setattr(Renamed, "__module__", "__main__")
    key = Renamed(1)
    kept = made(key)
    assert difference("kept", kept, made(Renamed(1))) is None
    key.name = 2
    told = difference("kept", kept, made(Renamed(2)))
    assert told is not None
    assert told.endswith("would find a __main__.Renamed whose hash has changed since it was put in")
