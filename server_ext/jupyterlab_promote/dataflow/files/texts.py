"""The texts that expressions of a notebook may be: constants, joins, f-strings, and names bound to such.

A part that only a run knows is written `*`. What is done with a text is in `paths.py`.
"""

import ast
import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.files.bound_texts import (
    CONSTANTS,
    FOLDERS_STOOD_IN,
    HERE,
    NEW_NAMES,
    PARTS,
    PATHS,
    SAME,
    SAME_METHODS,
    UP,
    constant,
    levels_up,
    names_imported,
    telling_names,
    values_bound,
)
from jupyterlab_promote.dataflow.kept import InPart, as_code, by_part, union_of
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in

UNKNOWN = "*"
_ALTERNATIVES = 16
_DEEPEST = 16
_FIELD = re.compile(r"\{[^{}]*\}|%[-+ #0-9.]*[a-zA-Z]")

Meaning = tuple[frozenset[tuple[str, tuple[ast.expr | None, ...]]], frozenset[str]]
"""(what names are bound to, names that are imported): all that the texts of a cell depend on besides its source."""
_NO_MEANING: Meaning = (frozenset(), frozenset({"open"}))


def _inner(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Call):
        return value.args[0]
    return value.value if isinstance(value, ast.Attribute) else value


def _climbed(path: str, levels: int) -> str:
    """The folder some levels above a path; the notebook's own is empty."""
    if path.startswith(UNKNOWN):
        return UNKNOWN
    above = posixpath.normpath(posixpath.join(path, *(("..",) * levels)))
    return "" if above == "." else above


@lru_cache(maxsize=4096)
def names_in(value: ast.expr) -> frozenset[str]:
    """The names that an expression writes out."""
    return frozenset(node.id for node in nodes_in(value) if isinstance(node, ast.Name))


Given = tuple[tuple[str, tuple[str, ...]], ...]
"""(name, texts) of what the notebook sets in a module of its own."""


def names_of(cells: Iterable[Cell], *, without: frozenset[str] = frozenset()) -> "Names":
    """What the names of a notebook are bound to; of those that are never bound to a text nothing is known.

    Args:
        without: names that it imports of its own modules, of which no library's behaviour is known.
    """
    code = as_code(cells)
    telling = union_of(telling_names, code)
    return _names(by_part(_bound_to, code, telling), union_of(names_imported, code) - without)


def _bound_to(
    telling: frozenset[str], source: str
) -> tuple[tuple[str, tuple[ast.expr | None, ...]], ...]:
    """(name, what it is bound to) of the names of a cell that are bound to texts somewhere."""
    return tuple([bound for bound in values_bound(source).items() if bound[0] in telling])


@lru_cache(maxsize=64)
def _names(bound: tuple[InPart, ...], imported: frozenset[str]) -> "Names":
    """As they were, unless another name is bound to a text, or one to another: what they tell is kept."""
    found: dict[str, list[ast.expr | None]] = {}
    for name, values in (pair for part in bound for cell in part.found for pair in cell):
        found.setdefault(name, []).extend(values)
    known = frozenset((name, tuple(dict.fromkeys(values))) for name, values in found.items())
    return names_that_mean((known, imported | {"open"}))


@lru_cache(maxsize=64)
def names_that_mean(meaning: Meaning) -> "Names":
    """One object for cells that ask for the same names, which looks each of them up once."""
    return Names(dict(meaning[0]), meaning[1])


def names_of_module(source: str, file: str, given: Given = ()) -> "Names":
    """What the names of a module are bound to.

    Args:
        file: its path, which its `__file__` stands for.
        given: what the notebook sets them to.
    """
    telling = telling_names(source)
    known = {name: tuple(dict.fromkeys(values)) for name, values in _bound_to(telling, source)}
    for name, texts in given:
        known[name] = (*known.get(name, ()), *map(constant, texts))
    known["__file__"] = (constant(file),)
    return Names(known, names_imported(source) | {"open"})


def _renamed(method: str, path: str, given: str) -> str:
    """`path.with_suffix(".csv")` and `path.with_name("b.csv")`."""
    if path.endswith(UNKNOWN):
        return path if method == "with_name" else path + given
    kept = posixpath.splitext(path)[0] if method == "with_suffix" else posixpath.dirname(path)
    return kept + given if method == "with_suffix" else posixpath.join(kept, given)


def _joined(parts: Iterable[str]) -> str:
    text = "".join(parts)
    return text if text.strip(UNKNOWN) else UNKNOWN


def _first(texts: Iterable[str]) -> tuple[str, ...]:
    """So many different ones as are looked at."""
    found: dict[str, None] = {}
    for text in texts:
        found[text] = None
        if len(found) == _ALTERNATIVES:
            break
    return tuple(found) or (UNKNOWN,)


class Names:
    """What names of a notebook are bound to, where every binding is written out."""

    def __init__(
        self, bound: Mapping[str, tuple[ast.expr | None, ...]], imported: frozenset[str]
    ) -> None:
        self._bound = bound
        self._imported = imported
        self._behind: dict[str, frozenset[str]] = {}
        self._told: dict[tuple[str, int], tuple[str, ...]] = {}

    def meaning(self, asked: frozenset[str]) -> Meaning:
        """What the texts with these names depend on: what the names, and those in what they are bound to, stand for."""
        if asked.isdisjoint(self._bound) and asked.isdisjoint(self._imported):
            return _NO_MEANING
        found: set[str] = set()
        met = asked & self._bound.keys()
        # Each name is at least one level deeper than what mentions it.
        for _ in range(_DEEPEST):
            found |= met
            met = frozenset().union(*map(self._names_behind, met)) - found
        bound = frozenset((name, self._bound[name]) for name in found)
        return bound, self._imported & (asked | {"open"})

    def _names_behind(self, name: str) -> frozenset[str]:
        """The names in what a name is bound to, of those that are bound to texts themselves."""
        known = self._behind.get(name)
        if known is None:
            written = (names_in(value) for value in self._bound[name] if value is not None)
            known = self._behind[name] = frozenset().union(*written) & self._bound.keys()
        return known

    def of_library(self, path: str) -> bool:
        """Whether a dotted path begins with Python's own `open` or something imported."""
        return path.partition(".")[0] in self._imported

    def texts(self, node: ast.expr, depth: int = 0) -> tuple[str, ...]:
        """The texts that an expression may be; `*` alone where nothing is known."""
        if depth >= _DEEPEST:
            return (UNKNOWN,)
        if isinstance(node, ast.Name):
            return self._of_name(node.id, depth)
        return _first(self._texts(node, depth))

    def _of_name(self, name: str, depth: int) -> tuple[str, ...]:
        """Looked up once for each depth: a name that is bound many times to what it was would be gone into for ever."""
        known = self._told.get((name, depth))
        if known is None:
            values = self._bound.get(name, ())
            told = ((UNKNOWN,) if v is None else self.texts(v, depth + 1) for v in values)
            known = self._told[name, depth] = _first(itertools.chain.from_iterable(told))
        return known

    def _texts(self, node: ast.expr, depth: int) -> Iterable[str]:
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
            return map(_joined, self._product(parts, depth))
        if isinstance(node, ast.BinOp):
            return self._of_operation(node, depth)
        if isinstance(node, ast.IfExp):
            return (*self.texts(node.body, depth + 1), *self.texts(node.orelse, depth + 1))
        if isinstance(node, PARTS):
            return self._of_part(node, depth)
        return self._of_call(node, depth) if isinstance(node, ast.Call) else ()

    def _of_part(self, node: ast.Attribute | ast.Subscript, depth: int) -> Iterable[str]:
        levels = levels_up(node)
        if isinstance(node, ast.Subscript) and dotted(node.value) == FOLDERS_STOOD_IN:
            return (".",)
        if levels == 0:
            known = CONSTANTS.get(dotted(node))
            return () if known is None else (known,)
        # `path.parent` holds its path directly, `path.parents[0]` one attribute deeper, `split(path)[0]` in its call.
        inner = node.value if isinstance(node, ast.Attribute) else _inner(node.value)
        return (_climbed(text, levels) for text in self.texts(inner, depth + 1))

    def _of_operation(self, node: ast.BinOp, depth: int) -> Iterable[str]:
        pairs = self._product([node.left, node.right], depth)
        if isinstance(node.op, ast.Add):
            return map(_joined, pairs)
        if isinstance(node.op, ast.Div):
            return (posixpath.join(*pair) for pair in pairs)
        if isinstance(node.op, ast.Mod):
            return (_FIELD.sub(UNKNOWN, text) for text in self.texts(node.left, depth + 1))
        return ()

    def _of_call(self, node: ast.Call, depth: int) -> Iterable[str]:
        called = dotted(node.func)
        if called in HERE:
            # Not the empty text: `os.getcwd() + "/data"` is below it.
            return (".",)
        if called in SAME and node.args:
            return self.texts(node.args[0], depth + 1)
        if called in UP and node.args:
            return (_climbed(text, 1) for text in self.texts(node.args[0], depth + 1))
        if called in PATHS:
            return (posixpath.join("", *texts) for texts in self._product(node.args, depth))
        if not isinstance(node.func, ast.Attribute):
            return ()
        if node.func.attr == "joinpath":
            parts = [node.func.value, *node.args]
            return (posixpath.join(*texts) for texts in self._product(parts, depth))
        if node.func.attr in NEW_NAMES and node.args:
            pairs = self._product([node.func.value, node.args[0]], depth)
            return (_renamed(node.func.attr, *pair) for pair in pairs)
        if node.func.attr == "replace" and len(node.args) == 2:
            told = self._product([node.func.value, *node.args], depth)
            # What a text does not say may be in the part of it that only a run knows.
            return (t.replace(old, new) if old in t else UNKNOWN for t, old, new in told)
        if node.func.attr == "format":
            held = self.texts(node.func.value, depth + 1)
            return (_FIELD.sub(UNKNOWN, text) for text in held)
        return self.texts(node.func.value, depth + 1) if node.func.attr in SAME_METHODS else ()

    def _product(self, parts: Iterable[ast.expr], depth: int) -> Iterator[tuple[str, ...]]:
        known = [self.texts(part, depth + 1) for part in parts]
        return itertools.islice(itertools.product(*known), _ALTERNATIVES)
