"""Whether two values are the same: only a sure difference counts."""

import pandas as pd
import pytest

from jupyterlab_promote.worker.handoff.compare import difference


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
