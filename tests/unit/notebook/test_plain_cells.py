"""A cell without IPython's own syntax is not given to IPython; it must be read as IPython would read it."""

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from jupyterlab_promote.notebook.source import python_cell

CELLS = [
    "x = 1",
    "x = (1\n% 2)",
    "text = '''\n%matplotlib inline\n!ls\n'''",
    "text = '''\n   \n'''",
    "...\n... + x",
    "In [0]: x",
    "In [1]: x = 1\n   ...: y = 2",
    ">>> x = 1\n>>> x",
    "    x = 1\n    y = 2",
    "ls -l",
    "time - 1",
    "x = %pwd",
    "files = !ls",
    "x?",
    "await f()",
    "def f():\n    ...",
    "x = 1\r\ny = 2",
]


@pytest.mark.parametrize("source", CELLS)
def test_it_is_read_as_ipython_reads_it(source: str) -> None:
    automagic = source == "ls -l"
    given = TransformerManager().transform_cell(f"%{source}" if automagic else source)
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = python_cell(source).tree
    assert tree is not None
    assert ast.dump(tree) == ast.dump(compile(given, "<cell>", "exec", flags))
