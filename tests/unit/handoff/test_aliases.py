"""What names have in common: objects and memory, but not what belongs to classes, or to tables that copy on write."""

from collections.abc import Callable
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from jupyterlab_promote.worker.handoff.checks.aliases import found, refuse_stale
from jupyterlab_promote.worker.handoff.checks.footprints import Footprint, footprint_of
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen

TABLE = pd.read_csv(StringIO("n,word,day\n1,x,2020-01-01\n2,y,2020-01-02\n"), parse_dates=["day"])


def in_common(one: object, other: object) -> dict[str, dict[str, str]]:
    values = {"one": one, "other": other}
    return found([(values, Footprint())], values)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "derived",
    [
        TABLE.copy(),
        TABLE[TABLE.n > 0],
        TABLE.drop(columns="n"),
        TABLE.rename(columns=str.upper),
        TABLE.assign(m=1),
        TABLE["word"],
        TABLE.set_index("day"),
        TABLE.astype({"word": "category"}),
        TABLE.merge(TABLE, on="n"),
    ],
    ids=["copy", "rows", "drop", "rename", "assign", "column", "index", "category", "merge"],
)
def test_tables_made_of_one_another_are_apart(derived: object) -> None:
    assert in_common(TABLE, derived) == {}


def test_models_of_the_same_data_are_apart() -> None:
    data, target = np.arange(12.0).reshape(6, 2), np.arange(6.0)
    assert in_common(Ridge().fit(data, target), Ridge().fit(data, target)) == {}


def test_a_view_shows_the_memory_of_its_array_and_a_list_the_objects_that_it_holds() -> None:
    array, inner = np.zeros(4), [1]
    assert in_common(array, array[:2]) == {"one": {"other": "memory"}, "other": {"one": "memory"}}
    assert in_common(inner, [inner]) == {"one": {"other": "parts"}, "other": {"one": "itself"}}
    assert in_common([inner], {"k": inner}) == {
        "one": {"other": "parts"},
        "other": {"one": "parts"},
    }


def test_a_name_is_refused_only_when_what_is_common_was_changed() -> None:
    refuse_stale("v", {"a": "parts"}, {"a": "itself", "b": "parts"}, provider="load")
    with pytest.raises(ChangedUnseen, match="'v' and 'a' lead to the same object"):
        refuse_stale("v", {"a": "parts"}, {"a": "parts"}, provider="load")


def _counter() -> tuple[Callable[[], int], Callable[[], None]]:
    count = 0

    def read() -> int:
        return count

    def add() -> None:
        nonlocal count
        count += 1

    return read, add


def _reset(function: Callable[..., object]) -> Callable[[], object]:
    def outer() -> object:
        def inner() -> None:
            nonlocal function
            function = print

        return inner

    return outer


def test_functions_have_a_variable_in_common_only_if_one_binds_it_anew() -> None:
    read, add = _counter()
    assert in_common(read, add) == {"one": {"other": "parts"}, "other": {"one": "parts"}}
    named = [lambda key=key: (read, key) for key in ("a", "b")]
    assert in_common(*named) == {}
    assert _bound_anew_in(_reset(read))


def _bound_anew_in(function: Callable[..., object]) -> set[int]:
    return footprint_of(function).rebound


def test_a_model_that_is_fitted_changes_no_array_that_another_one_holds() -> None:
    refuse_stale("v", {"a": "memory"}, {"a": "alone"}, provider="load")
    with pytest.raises(ChangedUnseen, match="'v' and 'a' lead to the same object"):
        refuse_stale("v", {"a": "itself"}, {"a": "alone"}, provider="load")
    with pytest.raises(ChangedUnseen, match="'v' and 'a' lead to the same object"):
        refuse_stale("v", {"a": "memory"}, {"a": "itself"}, provider="load")


def test_names_of_very_many_objects_are_not_looked_through_one_by_one() -> None:
    rows = [[number] for number in range(1000)]
    values = {"one": rows, "other": rows[:10]}
    few, many = (Footprint(objects=dict.fromkeys(range(count))) for count in (19_999, 200_000))
    assert found([(values, few)], values)["one"] == {"other": "parts"}
    assert found([(values, many)], values) == {}
