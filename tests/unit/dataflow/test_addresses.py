"""A kept address is told where a later step may look it up, and only where one is kept."""

import pytest

from jupyterlab_promote.dataflow.analysis import analyse


def _told(notebook, first: str, second: str) -> list[str]:
    """The names that PRM209 tells of two steps."""
    found = analyse(notebook(("step:a", first), ("step:b", second))).findings
    return [str(finding.name) for finding in found if finding.code == "PRM209"]


_OPTIMIZER = "class Opt:\n    def __init__(self): self.state = {}\n    def step(self, p):\n        "
_MADE = "\np = []\nopt = Opt()\nopt.step(p)"
_OBJECTS = "class Row: pass\nrows = [Row()]\n"


@pytest.mark.parametrize(
    "line",
    [
        "self.state[id(p)] = 1",
        "self.state.setdefault(id(p), []).append(1)",
        "self.state.update({id(p): 1})",
        "self.state.setdefault('seen', set()).add(id(p))",
        "k = id(p)\n        self.state[k] = self.state.get(k, 0) + 1",
    ],
)
def test_methods_that_file_under_an_address(notebook, line: str) -> None:
    assert _told(notebook, _OPTIMIZER + line + _MADE, "opt.step(p)") == ["Opt"]


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (_OBJECTS + "x = hash(rows[0])", "x"),
        (_OBJECTS + "x = list(map(id, rows))", "x"),
        (_OBJECTS + "def key(r): return id(r)\nx = []\nx.append(key(rows[0]))", "x"),
        (
            _OBJECTS + "x = {}\ndef visit(r): x.setdefault(id(r), []).append(1)\nvisit(rows[0])",
            "x",
        ),
    ],
)
def test_variables_that_hold_one(notebook, first: str, name: str) -> None:
    assert name in _told(notebook, first, "print(x, rows)")


@pytest.mark.parametrize(
    "first",
    [
        "def walk(x, seen):\n    seen.add(id(x))\n    return len(seen)\nn = walk([], set())",
        "def walk(x):\n    seen = set()\n    seen.add(id(x))\n    return len(seen)\nn = walk([])",
        "class A:\n    def __deepcopy__(self, memo):\n        memo[id(self)] = self\n        return self\nn = A()",
        "a = b = []\nn = id(a) == id(b)",
    ],
)
def test_nothing_where_none_is_kept(notebook, first: str) -> None:
    assert _told(notebook, first, "print(n)") == []


def test_a_class_above_the_steps_that_files_its_instances_under_their_addresses(notebook) -> None:
    above = "class Layer:\n    known = {}\n    def __init__(self): Layer.known[id(self)] = self"
    made = notebook(
        ("", above),
        ("step:a", "layer = Layer()"),
        ("step:b", "print(id(layer) in Layer.known)"),
    )
    told = [finding for finding in analyse(made).findings if finding.code == "PRM209"]
    assert [(finding.name, finding.steps) for finding in told] == [("Layer", ("a", "b"))]
