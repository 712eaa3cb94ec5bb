"""What `%sql` and `%%sql` ask: their extension keeps its connections, and asks the one that was opened last."""

import ast
import re
from functools import lru_cache

from jupyterlab_promote.notebook.source import nodes_like, python_cell

_ADDRESS = re.compile(r"\s*((?:[\w+]+://|\[\w|[${])\S*)")


def address(text: str) -> str:
    """What the text behind `%sql` opens first (`sqlite:///shop.db`, `[section]`, `$url`); empty for a question."""
    found = _ADDRESS.match(text)
    return found[1] if found else ""


def is_spelled_out(opened: str) -> bool:
    """Whether an address says all by itself, so that another kernel can open it."""
    return not re.search(r"[${]", opened)


@lru_cache(maxsize=4096)
def asked(source: str) -> tuple[tuple[str, int], ...]:
    """(text, line of the cell) of what a cell gives to the extension, in order."""
    if "sql" not in source:
        return ()
    read = python_cell(source)
    if read.magic == "sql":
        return ((read.text, 1),)
    calls = (
        (
            [a.value for a in node.args if isinstance(a, ast.Constant)],
            node.lineno + read.line_offset,
        )
        for node in nodes_like(source, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "run_line_magic"
    )
    told = ((str(texts[1]), line) for texts, line in calls if texts[:1] == ["sql"] and texts[1:])
    return tuple(sorted(told, key=lambda each: each[1]))
