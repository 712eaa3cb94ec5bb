"""Names that nothing binds: an error where the cell must fail, a warning where it need not."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def severities(*sources: str, tags: tuple[str, ...] = ()) -> dict[str, str]:
    """Name -> severity of what is said of names that nothing binds; each source is a step, the last one has tags."""
    cells = []
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        cells.append(cell)
    cells[-1]["metadata"]["tags"] += tags
    found = analyse(read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))).findings
    return {str(f.name): str(f.severity) for f in found if f.code == "PRM201"}


MUST_FAIL = {
    "read": "print(df)",
    "in a loop": "for i in range(3):\n    df.append(i)",
    "added to": "df += 1",
    "under with": "with open('x') as file:\n    df.write(file)",
    "decorator": "@df\ndef f(): pass",
    "default": "def f(a=df): pass",
    "annotation": "def f(a: df): pass",
    "base": "class A(df): pass",
    "element of a list": "[df + a for a in range(3)]",
    "text": "print(f'{df}')",
    "tried for another reason": "try:\n    df.x\nexcept ValueError:\n    pass",
    "function that is called": "def f():\n    return df\nf()",
    "function that a called one calls": "def f():\n    return df\ndef g():\n    return f()\ng()",
    "deleted": "del df",
}


@pytest.mark.parametrize("case", MUST_FAIL)
def test_a_cell_that_must_fail_is_refused(case: str) -> None:
    assert severities(MUST_FAIL[case]) == {"df": "error"}


MAY_FAIL = {
    "branch": "import sys\nif sys.version_info < (3,):\n    print(df)",
    "either": "x = df if 0 else 1",
    "function that nobody calls": "def f():\n    return df",
    "function that only one calls that nobody calls": "def f():\n    return df\ndef g():\n    return f()",
    "function of the name of an argument that is called": "def f():\n    return df\ndef g(f):\n    f()\ng(print)",
    "branch of a function": "def f(x):\n    if x:\n        return df\nf(0)",
    "after it has returned": "def f():\n    return 1\n    return df\nf()",
    "method": "class A:\n    def m(self): raise df",
    "lambda": "f = lambda: df",
}


@pytest.mark.parametrize("case", MAY_FAIL)
def test_a_cell_that_need_not_fail_is_only_told(case: str) -> None:
    assert severities(MAY_FAIL[case]) == {"df": "warning"}


def test_a_cell_that_may_raise_by_its_tag_is_fine() -> None:
    assert severities("x = 1", "print(df)", tags=("raises-exception",)) == {"df": "info"}


def test_what_ipython_puts_there_is_bound() -> None:
    assert severities("print(__builtin__, __IPYTHON__, get_ipython())") == {}


def _told(*sources: str) -> list[tuple[str, int | None, str | None]]:
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{number}"]})
        for number, source in enumerate(sources)
    ]
    found = analyse(read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))).findings
    return [(f.code, f.cell_index, f.name) for f in found]


def test_a_name_is_told_where_it_is_first_read() -> None:
    assert _told("print(df)", "print(df)", "def f(): return df\nf()") == [("PRM201", 0, "df")]


def test_a_name_that_may_fail_first_and_must_fail_later_is_told_at_both_places() -> None:
    found = _told("x = df if 0 else 1", "print(df)", "print(df)")
    assert sorted(found) == [("PRM201", 0, "df"), ("PRM201", 1, "df")]


def test_what_a_cell_that_cannot_be_read_may_bind_is_not_told_besides_that_cell() -> None:
    assert _told("print 'x'\ndf = 1", "print(df)", "print(other)") == [
        ("PRM200", 0, None),
        ("PRM201", 2, "other"),
    ]


LATER = "from __future__ import annotations"
KEPT_AS_TEXT = {
    "argument": "def f(a: df): pass",
    "result": "def f() -> df.Index: pass",
    "variable": "a: df = 1",
    "attribute of a class": "class A:\n    a: df = 1\n    def m(self, b: df): pass",
}


@pytest.mark.parametrize("case", KEPT_AS_TEXT)
def test_annotations_that_are_kept_as_text_look_nothing_up(case: str) -> None:
    assert severities(LATER, KEPT_AS_TEXT[case]) == {}
    assert severities(f"{LATER}\n{KEPT_AS_TEXT[case]}") == {}
    assert severities(KEPT_AS_TEXT[case], LATER) == {"df": "error"}


def test_what_is_looked_up_besides_is_refused_among_such_annotations() -> None:
    assert severities(LATER, "def f(a: df, b=df): pass") == {"df": "error"}
    assert severities(LATER, "a: int = df") == {"df": "error"}
