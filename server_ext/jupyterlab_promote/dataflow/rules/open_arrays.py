"""Arrays that show a file, as `np.memmap` makes them: later steps have what they held, and may not write to them."""

import ast
from collections.abc import Iterable
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import any_with
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.cannot_travel import what_stays
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.source import nodes_like

OPEN_ARRAY = "an array that writes to its file"
"""How `cannot_travel.py` words it."""
_WRITES = frozenset({"flush", "fill", "sort", "put", "itemset", "partition", "resize", "byteswap"})
_READS = frozenset({"fromfile", "load", "loadtxt", "exists", "getsize", "read_bytes"})


def is_written_later(name: str, source: str, steps: Iterable[StepNames]) -> bool:
    """Whether a step writes to an array that a cell opens, or may do so to its file."""
    files = _files(name, source)
    return any(any_with(_writes, step.code, name, files) for step in steps)


@lru_cache(maxsize=4096)
def _files(name: str, source: str) -> frozenset[str]:
    """What a cell writes out as the file of an array."""
    return frozenset(
        ast.unparse(node.value.args[0])
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call) and what_stays(node.value, {}) == OPEN_ARRAY
        if node.value.args
        if any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    )


@lru_cache(maxsize=4096)
def _writes(name: str, files: frozenset[str], source: str) -> bool:
    stored = any(
        dotted(node.value) == name and not isinstance(node.ctx, ast.Load)
        for node in nodes_like(source, ast.Subscript)
    )
    added = any(dotted(node.target) == name for node in nodes_like(source, ast.AugAssign))
    return (
        stored
        or added
        or any(_may_write(call, name, files) for call in nodes_like(source, ast.Call))
    )


def _may_write(call: ast.Call, name: str, files: frozenset[str]) -> bool:
    held, _, word = dotted(call.func).rpartition(".")
    if held == name and word in _WRITES:
        return True
    if any(keyword.arg == "out" and dotted(keyword.value) == name for keyword in call.keywords):
        return True
    if word in _READS or not any(ast.unparse(given) in files for given in call.args):
        return False
    modes = {ast.unparse(k.value) for k in call.keywords if "mode" in str(k.arg)}
    return not (word == "memmap" and modes and modes <= {"'r'", "'c'"})
