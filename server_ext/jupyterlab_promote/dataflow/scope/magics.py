"""What IPython's magic lines do with names."""

import ast

from jupyterlab_promote.dataflow.scope.databases import address, is_spelled_out
from jupyterlab_promote.dataflow.scope.walk import Walk
from jupyterlab_promote.notebook.source import measured, python_cell

_OPAQUE_MAGICS = frozenset(
    {"run", "store", "pylab", "load", "rerun", "recall", "macro", "reset", "who", "who_ls", "whos"}
)
_SETUP_MAGICS = frozenset(
    {
        "alias",
        "alias_magic",
        "autocall",
        "autoreload",
        "colors",
        "config",
        "load_ext",
        "matplotlib",
        "precision",
        "reload_ext",
        "xmode",
    }
)
_OF_IPYTHON = frozenset({"autoreload", "storemagic", "cython"})
"""Extensions that `%load_ext` finds under other names than their own."""
PYTHON_MAGICS = frozenset({"time", "timeit", "prun", "memit", "lprun", "mprun"})
"""Magics whose line is the user's Python."""


def read_magic(walk: Walk, node: ast.Call) -> None:
    """Note what `get_ipython().run_line_magic(...)` looks up, sets up or hides."""
    kind = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
    if kind != "run_line_magic" or len(texts) != 2:
        walk.names.calls.append(("", node.lineno, node))
        for argument in node.args:
            walk.visit(argument)
        return
    name, line = str(texts[0]), str(texts[1])
    if name in PYTHON_MAGICS:
        inner = python_cell(measured(line))
        if inner.tree is not None:
            walk.body(inner.tree.body)
    elif name in _SETUP_MAGICS:
        walk.names.magics = (*walk.names.magics, f"%{name} {line}".rstrip())
        extension = line.strip().partition(".")[0]
        if name.endswith("load_ext") and extension.isidentifier() and extension not in _OF_IPYTHON:
            walk.names.modules.setdefault(extension, node.lineno)
    elif name == "sql":
        # Any name may stand in the question, as `:limit` or as a table.
        walk.hide("%sql", node.lineno)
        walk.names.magics = (*walk.names.magics, *opened_again(line))
    elif name in _OPAQUE_MAGICS:
        walk.names.opaque = walk.names.opaque or (f"%{name}", node.lineno)
        if name == "pylab":
            # IPython hides the names that it binds, so they do not travel with everything.
            walk.names.magics = (*walk.names.magics, f"%{name} {line}".rstrip())
    else:
        walk.mention(line, node.lineno)


def opened_again(text: str) -> tuple[str, ...]:
    """The line that opens in another kernel what the text behind `%sql` opens; none if it cannot be told."""
    opened = address(text)
    return (f"%sql {opened}",) if opened and is_spelled_out(opened) else ()


def is_of_ipython(func: ast.expr) -> bool:
    """Whether a call is of a method of IPython's shell, as magics are in parseable Python."""
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Call)
        and isinstance(func.value.func, ast.Name)
        and func.value.func.id == "get_ipython"
    )
