"""What a value of a parameter may be, in words, and what somebody types as one."""

import pytest

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.pipeline import Parameter
from jupyterlab_promote.notebook.values import check_values, typed

COUNT = Parameter(name="n", type="int", default=3)
NAME = Parameter(name="name", type="str", default="a")
MODE = Parameter(name="mode", type="enum", default="1", choices=("1", "2"))
DAY = Parameter(name="day", type="date", default="2026-01-01", optional=True)
AT = Parameter(name="at", type="datetime", required=True)


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        (COUNT, "x", 'n: "x" does not fit. It has to be a whole number such as 3.'),
        (MODE, "3", 'mode: "3" does not fit. It has to be one of "1", "2".'),
        (DAY, 1, "day: 1 does not fit. It has to be a date such as 2026-01-31, or null."),
        (
            AT,
            "2026-01-31T02:00:00",
            'at: "2026-01-31T02:00:00" does not fit. It has to be a date and time with its zone '
            "such as 2026-01-31T02:00:00+01:00.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(parameter, value, told):
    with pytest.raises(InvalidInput) as refused:
        check_values([parameter], {parameter.name: value}, of="the notebook")
    assert str(refused.value) == told


def test_an_unknown_name_is_told_with_those_that_exist():
    with pytest.raises(InvalidInput) as refused:
        check_values([COUNT, MODE], {"m": 1}, of="sums")
    assert str(refused.value) == "m: is no parameter of sums. There are: n (int), mode (enum)."


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (COUNT, "5", 5),
        (COUNT, "x", "x"),
        (NAME, "7", "7"),
        (NAME, '"7"', "7"),
        (NAME, "null", "null"),
        (MODE, "2", "2"),
        (DAY, "null", None),
        (DAY, "2026-01-31", "2026-01-31"),
        (None, "[1, 2]", [1, 2]),
        (None, "EU", "EU"),
    ],
)
def test_what_is_typed_is_read_as_the_parameter_takes_it(parameter, text, value):
    assert typed(parameter, text) == value
