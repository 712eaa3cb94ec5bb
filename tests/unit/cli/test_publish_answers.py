"""What the command line says to the questions of a publish; the answers that were given are given again."""

import pytest

from jupyterlab_promote.cli.publish import answers
from jupyterlab_promote.errors import Conflict

CHANGED = Conflict("changed", code="changed", revision=7, pipeline="sales", known="v-1")
MOVED = Conflict("moved", code="moved", path="a.ipynb")


@pytest.mark.parametrize(
    ("asked", "given", "words"),
    [
        (CHANGED, {"moved": False, "expected": None}, "; --over 7 publishes on top of it."),
        (CHANGED, {"moved": True, "expected": None}, "; --moved --over 7 publishes on top of it."),
        (CHANGED, {"moved": True, "expected": 5}, "; --moved --over 7 publishes on top of it."),
        (MOVED, {"moved": False, "expected": None}, "--moved if it is the same pipeline, "),
        (MOVED, {"moved": False, "expected": 7}, "--moved --over 7 if it is the same pipeline, "),
    ],
)
def test_the_second_answer_comes_with_the_first(asked, given, words) -> None:
    assert words in answers(asked, **given)
