"""Merging steps by their tags."""

import nbformat
import pytest

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.retag import merge_steps

CELLS = ("import x", ("step:a,keep", "1"), "2", ("step:b", "3"), ("step:c", "4"), ("step:d", "5"))


def tags(content):
    return [cell["metadata"].get("tags", []) for cell in content["cells"]]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (("a", "b"), [[], ["keep", "step:a"], [], ["step:a"], ["step:c"], ["step:d"]]),
        (("b", "a"), [[], ["keep", "step:b"], [], ["step:b"], ["step:c"], ["step:d"]]),
        (("b", "d"), [[], ["step:a", "keep"], [], ["step:b"], ["step:b"], ["step:b"]]),
        (("a", "b", "c"), [[], ["keep", "step:a"], [], ["step:a"], ["step:a"], ["step:d"]]),
    ],
)
def test_merged_steps_and_those_between_carry_one_tag(notebook, steps, expected):
    assert tags(merge_steps(notebook(*CELLS), steps)) == expected


def test_the_merged_step_asks_for_the_most_of_its_parts(notebook):
    settings = {
        "a": {"resources": {"cpus": 2, "memory": "1 GB"}, "retries": 1},
        "b": {"resources": {"cpus": 1, "memory": "2 GiB", "gpus": 1}},
        "c": {"timeout": 3},
    }
    merged = merge_steps(notebook(*CELLS, steps=settings, name="N"), ["a", "b"])
    assert merged["metadata"]["promote"] == {
        "name": "N",
        "steps": {
            "a": {"resources": {"cpus": 2, "memory": "2 GiB", "gpus": 1}, "retries": 1},
            "c": {"timeout": 3},
        },
    }


def test_a_notebook_of_an_old_format_is_valid_afterwards(nb_json):
    raw = {**nb_json(("step:a", "1"), ("step:b", "2")), "nbformat_minor": 4}
    for cell in raw["cells"]:
        del cell["id"]
    merged = merge_steps(read_notebook(raw), ["a", "b"])
    nbformat.validate(merged)
    assert merged["nbformat_minor"] == 5


def test_a_step_that_is_not_there_is_told_with_those_that_are(notebook):
    with pytest.raises(NotFound, match=r"no step 'z'. There are: a, b, c, d"):
        merge_steps(notebook(*CELLS), ["a", "z"])


def test_one_step_cannot_be_merged(notebook):
    with pytest.raises(InvalidInput, match="two different steps"):
        merge_steps(notebook(*CELLS), ["a", "a"])
