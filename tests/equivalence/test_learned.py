"""What no code shows stops a run by name; once the settings say it, the split run says what the linear run says."""

import pytest
from tests.equivalence.attack_hidden import INSIDE
from tests.equivalence.shells import Result, compare

PRELUDE = "import __main__"
CHANGED = ["rows = [3, 1, 2]", "print(len(rows))\n__main__.rows.append(9)", "print(rows)"]
SAME = ["x = [3, 1, 2]\ny = __main__.x", "y.append(9)\nprint(y)", "print(x)"]


def test_a_change_that_no_code_shows_stops_the_run_until_the_settings_name_it() -> None:
    stopped = compare(PRELUDE, CHANGED)
    assert stopped.verdict == "stopped"
    assert "'rows' was changed in this step" in stopped.detail
    settings = {"steps": {"s1": {"changes": ["rows"]}}}
    assert compare(PRELUDE, CHANGED, settings) == Result("equal")


def test_two_names_of_one_object_stop_the_run_until_the_settings_name_them() -> None:
    settings = {"steps": {"s1": {"changes": ["y"]}}}
    stopped = compare(PRELUDE, SAME, settings)
    assert stopped.verdict == "stopped"
    assert "'x' and 'y' lead to the same object" in stopped.detail
    assert compare(PRELUDE, SAME, {**settings, "shared": [["x", "y"]]}) == Result("equal")


def test_an_option_that_a_run_saw_changing_travels_from_then_on() -> None:
    prelude, steps = INSIDE["options_in_a_list"]
    stopped = compare(prelude, steps)
    assert "The options of matplotlib changed in this step (font.size)" in stopped.detail
    told = {"steps": {"s1": {"changes": ["options:matplotlib"]}}}
    assert compare(prelude, steps, told) == Result("equal")


@pytest.mark.parametrize(
    "settings", [{"shared": [["x", "nowhere"]]}, {"steps": {"s1": {"changes": ["nowhere"]}}}]
)
def test_settings_of_names_that_are_not_there_do_nothing(settings: dict[str, object]) -> None:
    assert compare("", ["x = 1", "print(x)"], settings) == Result("equal")


SEARCHED = "import numpy as np, scipy.linalg as sl\nfrom scipy.spatial import cKDTree"
IN_A_TREE = "X = np.arange(6.).reshape(3, 2)\ntree = cKDTree(X)"


def test_what_a_compiled_object_holds_too_may_be_given_to_functions_that_might_change_it() -> None:
    shown = "print(sl.lu(X)[0].sum(), tree.query([4., 5]))"
    assert compare(SEARCHED, [IN_A_TREE, shown, "print(tree.n)"]) == Result("equal")
    assert compare(SEARCHED, [IN_A_TREE, shown]) == Result("equal")


@pytest.mark.parametrize("change", ["np.put(X, [4], 0.)", "X += 1\nX = 3", "tree.data[2, 0] = 0"])
def test_what_a_compiled_object_holds_too_stops_the_step_that_changes_it(change: str) -> None:
    stopped = compare(SEARCHED, [IN_A_TREE, f"{change}\nprint(tree.query([4., 5]), X)"])
    assert stopped.verdict == "stopped"
    assert "lead to the same object" in stopped.detail
