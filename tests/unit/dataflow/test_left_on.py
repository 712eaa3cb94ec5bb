"""What a step switches on and leaves on is refused where a later step would miss it, and only there."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook


def _left_on(first: str, second: str, *, above: str = "") -> list[str]:
    """The names that PRM205 tells of two steps, below a cell that belongs to none."""
    tagged = ((above, []), (first, ["step:a"]), (second, ["step:b"]))
    cells = [
        nbformat.v4.new_code_cell(text, metadata={"tags": tags}) for text, tags in tagged if text
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    return [finding.name for finding in found if finding.code == "PRM205"]


_HANDLER = "import signal\nsignal.signal(signal.SIGALRM, print)"
_STAND_IN = "import importlib, sys\nsys.modules['imp'] = importlib"
_RECORDS = "import warnings\nw = warnings.catch_warnings(record=True)\nw.__enter__()"
_STACK = (
    "import contextlib, warnings\nstack = contextlib.ExitStack()\n"
    "stack.enter_context(warnings.catch_warnings())"
)
_PATCH = "from unittest import mock\np = mock.patch('os.getcwd')\np.start()"


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (_HANDLER, "import signal\nsignal.alarm(1)", ["signal.signal(signal.SIGALRM, print)"]),
        (_HANDLER, "print(1)", []),
        (_PATCH, "print(1)", ["p.start()"]),
        (_PATCH + "\np.stop()", "print(1)", []),
        ("import json\nsetattr(json, 'x', 1)", "print(1)", ["setattr(json, 'x', 1)"]),
        (
            "import pandas as pd\nsetattr(pd.DataFrame, 'x', 1)",
            "1",
            ["setattr(pd.DataFrame, 'x', 1)"],
        ),
        ("import torch\ntorch.no_grad().__enter__()", "1", ["torch.no_grad().__enter__()"]),
        (_RECORDS, "1", ["w.__enter__()"]),
        (_RECORDS + "\nw.__exit__(None, None, None)", "1", []),
        ("import pandas as pd\npd.option_context('a', 1).__enter__()", "1", []),
        ("class Own: ...\nOwn().__enter__()", "1", []),
        (_STACK, "1", ["stack.enter_context(warnings.catch_warnings())"]),
        ("import json\nprint(json.dumps(1))", "print(1)", []),
        (_STAND_IN, "import imp", ["sys.modules['imp']"]),
        ("import matplotlib.pyplot as plt\nplt.gca().legend_ = None", "print(1)", []),
        ("import matplotlib.pyplot as plt\nplt.gca = print", "print(1)", ["plt.gca"]),
        ("import sys\nsys.displayhook = print", "1", []),
        ("import sys\nsys.excepthook = print", "1", ["sys.excepthook"]),
    ],
)
def test_it_is_refused_where_a_later_step_would_miss_it(first, second, names) -> None:
    assert _left_on(first, second) == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "def grow(tree):\n    tree.left = print\n    tree.kids.append(1)\n    tree.register(1)",
            [],
        ),
        ("def grow():\n    tree = {}\n    tree['a'] = [1]\n    return tree", []),
        ("def grow(tree):\n    def inner():\n        tree.left = print\n    inner()", []),
        (
            "class Of:\n    def fill(self):\n        for tree in self.all:\n            tree.left = print",
            [],
        ),
        ("change = lambda tree: tree.kids.append(print)", []),
        ("made = [tree.kids.append(print) for tree in []]", []),
        ("def grow():\n    global tree\n    tree.left = print", ["tree.left"]),
        ("def grow():\n    from sklearn import tree\n    tree.left = print", ["tree.left"]),
        ("def grow(a=tree.kids.append(print)):\n    tree = a", ["tree.kids"]),
        ("def grow(tree):\n    tree.left = print\ngrow(tree)", ["tree.left"]),
        ("def grow(tree):\n    tree.left = print\ngrow(tree=tree)", ["tree.left"]),
    ],
)
def test_a_function_has_names_of_its_own_that_are_no_modules(code: str, names: list[str]) -> None:
    assert _left_on(f"from sklearn import tree\n{code}", "print(tree)") == names


def test_a_module_under_another_name_runs_again_in_each_step_from_above_them() -> None:
    assert _left_on("print(1)", "import imp", above=_STAND_IN) == []
