"""Code as Python would write it, once somebody asks: most of what is noted with a piece of code is never told.

`ast.unparse` takes longer than all else that is found out about most statements.
"""

import ast
from collections.abc import Sequence
from functools import cached_property, lru_cache

_SHOWN = 60


class Written:
    """The text of some code; equal to that of other code with the same text, which is asked last."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._nodes = nodes

    @cached_property
    def _text(self) -> str:
        return "\n".join([ast.unparse(node) for node in self._nodes])

    def __str__(self) -> str:
        """The text."""
        return self._text

    def __eq__(self, other: object) -> bool:
        """Whether the other one is the same text."""
        if self is other:
            return True
        return isinstance(other, Written | str) and str(self) == str(other)

    def __hash__(self) -> int:
        """The same for all, so that it need not be written."""
        return 0


class _FirstLine(Written):
    """The first line of some code, cut where it is long."""

    @cached_property
    def _text(self) -> str:
        written = _as_typed(self._nodes[0])
        line = written.splitlines()[0] if written else ""
        cut = len(line) > _SHOWN or "\n" in written
        return f"{line[:_SHOWN]}..." if cut else line


def _as_typed(node: ast.AST) -> str:
    """The code; what IPython made of a magic or a shell command as the user wrote that."""
    if isinstance(node, ast.Expr):
        return _as_typed(node.value)
    if isinstance(node, ast.Assign) and (command := _command(node.value)):
        return " = ".join([*map(ast.unparse, node.targets), command])
    return _command(node) or ast.unparse(node)


def _command(node: ast.AST) -> str:
    """`!command`, `%magic` or `%%magic`; empty where it is something else."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    if len(texts) != len(node.args) or ast.unparse(node.func.value) != "get_ipython()":
        return ""
    match node.func.attr, texts:
        case "system" | "getoutput", [str(command)]:
            return f"!{command}"
        case "run_line_magic", [str(name), str(line)]:
            return f"%{name} {line}".rstrip()
        case "run_cell_magic", [str(name), str(line), _]:
            return f"%%{name} {line}".rstrip()
    return ""


@lru_cache(maxsize=4096)
def shown(code: ast.AST) -> Written:
    """A piece of code as people are told of it."""
    return _FirstLine((code,))
