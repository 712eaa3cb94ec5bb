"""What a cell binds its names to, as far as that may be a text. Which texts these are is in `texts.py`."""

import ast
import itertools
from collections.abc import Mapping, Sequence
from functools import lru_cache

from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.source import nodes_like, nodes_of, python_cell

PATHS = frozenset(
    {"Path", "PurePath", "PosixPath", "os.path.join", "join", "pathlib.Path", "pathlib.PurePath"}
)
SAME = frozenset({"str", "os.fspath", "fspath", "os.path.abspath", "os.path.expanduser", "os.path.normpath",
                   "os.path.realpath", "abspath", "expanduser", "normpath", "realpath"})  # fmt: skip
SAME_METHODS = frozenset({"as_posix", "resolve", "absolute", "expanduser", "strip"})
NEW_NAMES = frozenset({"with_suffix", "with_name"})
_TELLING_METHODS = SAME_METHODS | NEW_NAMES | {"joinpath", "format", "replace"}
HERE = frozenset({"os.getcwd", "Path.cwd", "pathlib.Path.cwd"})
FOLDERS_STOOD_IN = "_dh"
"""IPython's list of folders, which begins with the notebook's own: `Path(_dh[-1]) / "data"`."""
UP = frozenset({"os.path.dirname", "dirname"})
CONSTANTS = {"os.pardir": "..", "os.path.pardir": "..", "os.curdir": "", "os.path.curdir": "", "os.sep": "/",
              "os.path.sep": "/"}  # fmt: skip
_SPLITS = frozenset({"os.path.split", "split"})
_TELLING_CALLS = HERE | SAME | UP | PATHS


@lru_cache(maxsize=4096)
def values_bound(source: str) -> Mapping[str, tuple[ast.expr | None, ...]]:
    """By name what a cell binds it to, in order; None for what is no text that is written out."""
    found: dict[str, list[ast.expr | None]] = {}
    python = python_cell(source).python
    # Where other characters end lines as well, nothing is taken to stand in one.
    lines = python.split("\n") if "\r" not in python else []
    for node in [node for node in nodes_of(source) if node.__class__ in _BINDING]:
        for name, value in _bound_by(node):
            found.setdefault(name, []).append(_told(value, lines))
    return {name: tuple(values) for name, values in found.items()}


@lru_cache(maxsize=4096)
def telling_names(source: str) -> frozenset[str]:
    """Names that a cell binds to what may be a text."""
    return frozenset([name for name, values in values_bound(source).items() if any(values)])


@lru_cache(maxsize=4096)
def names_imported(source: str) -> frozenset[str]:
    """Names that a cell binds by importing."""
    aliases = [a for node in nodes_like(source, ast.Import) for a in node.names]
    aliases += [a for node in nodes_like(source, ast.ImportFrom) for a in node.names]
    return frozenset([(a.asname or a.name).partition(".")[0] for a in aliases])


_BINDING = frozenset(
    {ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.comprehension, ast.arg}
)


def _told(value: ast.expr | None, lines: Sequence[str]) -> ast.expr | None:
    """An expression that may be a text that is written out: one node for equal texts, wherever they stand."""
    if isinstance(value, ast.Constant):
        return constant(value.value) if isinstance(value.value, str) else None
    if value is None or not _may_tell(value):
        return None
    if not lines or value.end_lineno != value.lineno or not lines[value.lineno - 1].isascii():
        return value
    code = _Expression(lines[value.lineno - 1][value.col_offset : value.end_col_offset])
    code.node = value
    return _once(code)


class _Expression(str):
    """An expression as it is written, with its node."""

    __slots__ = ("node",)
    node: ast.expr


@lru_cache(maxsize=8192)
def _once(code: _Expression) -> ast.expr:
    """The same node for the same code, so that the other lines of a cell stay what they are when one is edited."""
    return code.node


def _may_tell(value: ast.expr) -> bool:
    """Whether what is no constant may be a text."""
    if value.__class__ not in _TELLING_KINDS:
        return False
    if isinstance(value, ast.BinOp):
        return value.op.__class__ in JOINING
    if isinstance(value, ast.Call):
        word = value.func.attr if isinstance(value.func, ast.Attribute) else ""
        return word in _TELLING_METHODS or dotted(value.func) in _TELLING_CALLS
    if isinstance(value, PARTS):
        listed = isinstance(value, ast.Subscript) and dotted(value.value) == FOLDERS_STOOD_IN
        return listed or levels_up(value) > 0 or dotted(value) in CONSTANTS
    return True


JOINING = frozenset({ast.Add, ast.Div, ast.Mod})
"""Operators that put texts together."""
PARTS = (ast.Attribute, ast.Subscript)
_TELLING_KINDS = frozenset({*PARTS, ast.BinOp, ast.Call, ast.Name, ast.JoinedStr, ast.IfExp})


def levels_up(node: ast.Attribute | ast.Subscript) -> int:
    """How many folders `path.parent` and `path.parents[1]` climb; 0 where it is none of them."""
    if isinstance(node, ast.Attribute):
        return int(node.attr == "parent")
    index = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(node.value, ast.Call):
        return int(index == 0 and dotted(node.value.func) in _SPLITS and len(node.value.args) == 1)
    of_parents = isinstance(node.value, ast.Attribute) and node.value.attr == "parents"
    return index + 1 if of_parents and isinstance(index, int) and index >= 0 else 0


def _bound_by(node: ast.AST) -> Sequence[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        return [pair for target in node.targets for pair in _pairs(target, node.value)]
    if isinstance(node, ast.AnnAssign):
        return _pairs(node.target, node.value) if node.value is not None else ()
    if isinstance(node, ast.AugAssign):
        return _pairs(node.target, None)
    if isinstance(node, _LOOPS):
        listed = node.iter.elts if isinstance(node.iter, _LISTED) else [None]
        return [pair for element in listed for pair in _pairs(node.target, element)]
    return ((node.arg, None),) if isinstance(node, ast.arg) else ()


_LOOPS = (ast.For, ast.comprehension)
_LISTED = (ast.List, ast.Tuple)


def _pairs(target: ast.expr, value: ast.expr | None) -> Sequence[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Name):
        return ((target.id, value),)
    if not isinstance(target, _LISTED):
        return ()
    pairs = itertools.zip_longest(target.elts, getattr(value, "elts", ()))
    inner = itertools.islice(pairs, len(target.elts))
    return [pair for part, given in inner for pair in _pairs(part, given)]


@lru_cache(maxsize=8192)
def constant(text: str) -> ast.expr:
    """The same node for the same text, since nodes are keys of what is kept."""
    return ast.Constant(text)
