"""What libraries number goes on being numbered in a later step, so that no two things have the same number."""

import pytest

MODEL = """
import mesa
class Town(mesa.Model):
    def __init__(self):
        super().__init__()
        self.people = [mesa.Agent(self) for _ in range(2)]
town = Town()
"""


def test_an_agent_of_a_later_step_has_the_next_number(steps):
    pytest.importorskip("mesa")
    later = "import mesa\nprint(mesa.Agent(town).unique_id, [one.unique_id for one in town.agents])"
    alone = steps.run("alone", f"{MODEL}{later}")
    steps.ok("made", MODEL, saves=[["town"]])
    after = steps.run("after", later, loads={"made": ["town"]})
    assert after.code == 0, after.errors
    assert after.printed == alone.printed


def test_variables_of_cvxpy_are_told_apart(steps):
    pytest.importorskip("cvxpy")
    numbers = "numbers:libraries"
    first = "import cvxpy\nx = cvxpy.Variable()"
    second = "import cvxpy\ny = cvxpy.Variable()\nprint(x.id != y.id, y.name())"
    alone = steps.run("alone", f"{first}\n{second}")
    steps.ok("made", first, saves=[["x"], [numbers]])
    steps.ok("between", "z = 1", loads={"made": [numbers]}, saves=[[numbers]])
    after = steps.run("after", second, loads={"made": ["x"], "between": [numbers]})
    assert after.code == 0, after.errors
    assert after.printed == alone.printed


def test_systems_of_control_are_named_one_after_the_other(steps):
    pytest.importorskip("control")
    numbers = "numbers:libraries"
    first = "import control\na = control.tf([1], [1, 2])"
    second = "import control\nb = control.tf([1], [1, 3])\nprint(a.name, b.name)"
    alone = steps.run("alone", f"{first}\n{second}")
    steps.ok("made", first, saves=[["a"], [numbers]])
    after = steps.run("after", second, loads={"made": ["a", numbers]})
    assert after.code == 0, after.errors
    assert after.printed == alone.printed


def test_layers_of_keras_are_named_one_after_the_other(steps):
    pytest.importorskip("keras")
    numbers = "numbers:libraries"
    first = "import keras\na = keras.layers.Dense(2)"
    second = "import keras\nb = keras.layers.Dense(3)\nprint(b.name)"
    alone = steps.run("alone", f"{first}\n{second}")
    steps.ok("made", first, saves=[[numbers]])
    after = steps.run("after", second, loads={"made": [numbers]})
    assert after.code == 0, after.errors
    assert after.printed == alone.printed
