"""Questions that a step cannot answer about what earlier steps made: whether it is one object, what they computed."""

import pytest

from jupyterlab_promote.dataflow.analysis import analyse

ABOVE = "import datetime, decimal\nfrom decimal import getcontext"


def _asked(notebook, first: str, second: str) -> list[str | None]:
    found = analyse(notebook(ABOVE, ("step:a", first), ("step:b", second))).findings
    return [finding.name for finding in found if finding.code == "PRM214"]


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("word = 'a b'; seen = {'k': word}", "print(seen['k'] is word)", ["seen"]),
        ("word = 'a b'; seen = [word]", "for one in seen: print(one is word)", ["word"]),
        ("word = 'a b'; seen = [word]", "print([one is not word for one in seen])", ["word"]),
        ("day = datetime.date(2020, 1, 1); days = [day]", "print(days[0] is day)", ["day"]),
        ("pair = (1, 'a b'); pairs = [pair]", "print(pairs[0] is pair)", ["pair"]),
        ("large = 10 ** 20; word = 1000; x = [word]", "print(x[0] is word)", ["word"]),
        ("large = 10 ** 20; same = large", "print(large is same)", ["large"]),
        ("word = 'a b'; seen = [word]", "print(seen[0] == word, word is None)", []),
        ("word = 'a b'; d = {}", "x = d.get(1, word); print(x is word, type(word) is str)", []),
        ("seen = {'k': 'a b'}", "print(seen['k'] is 'a b')", ["seen"]),
        ("seen = {'k': 'a b'}", "if seen['k'] is '' or seen['k'] is not 'a': print(1)", []),
        ("seen = {'k': 'a b'}", "x = seen['k'] == 'a b'  # it is compared", []),
        ("one = [1]; other = one", "print(one is other)", []),
        ("one = 3; other = [one]", "print(other[0] is one)", []),
    ],
)
def test_whether_what_earlier_steps_made_is_one_object(notebook, first, second, names) -> None:
    assert _asked(notebook, first, second) == names


@pytest.mark.parametrize(
    ("anew", "names"),
    [("x = 4\ny = 4", []), ("x = 400\ny = 4", ["x"]), ("if y: x = 4", ["x"]), ("x = y", ["x"])],
)
def test_small_numbers_are_one_object_whatever_their_names_were_before(
    notebook, anew, names
) -> None:
    steps = (("step:a", "x = 1000\ny = [x][0]"), ("step:b", anew), ("step:c", "print(x is y)"))
    found = analyse(notebook(ABOVE, *steps)).findings
    assert [finding.name for finding in found if finding.code == "PRM214"] == names


@pytest.mark.parametrize(
    ("second", "names"),
    [
        ("print(getcontext().flags)", ["getcontext().flags"]),
        ("print(ctx.flags[decimal.Inexact])", ["ctx.flags"]),
        ("ctx.clear_flags()\nprint(ctx.flags)", []),
        ("print(other.flags)", []),
    ],
)
def test_the_flags_of_decimal_tell_of_one_kernel(notebook, second, names) -> None:
    assert _asked(notebook, "ctx = decimal.getcontext()\nother = open", second) == names
