"""Paths as far as a notebook writes them out: constants, joins, f-strings, and names bound to such.

A part that only a run knows is written `*`. Nothing is looked up on a disk.
"""

import ast
import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from jupyterlab_promote.dataflow.library import READERS
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.nodes import nodes_in, nodes_under
from jupyterlab_promote.notebook.source import python_cell

How = Literal["read", "list", "join", "text", "write"]
"""What is done with a path: read, looked through, put together, written; `text` for any other text."""

UNKNOWN = "*"
_ALTERNATIVES = 16
_DEEPEST = 8
_PATHS = frozenset(
    {"Path", "PurePath", "PosixPath", "os.path.join", "join", "pathlib.Path", "pathlib.PurePath"}
)
_SAME = frozenset({"str", "os.fspath", "fspath", "os.path.abspath", "os.path.expanduser", "os.path.normpath",
                   "os.path.realpath"})  # fmt: skip
_SAME_METHODS = frozenset({"as_posix", "resolve", "absolute", "expanduser", "strip"})
_HERE = frozenset({"os.getcwd", "Path.cwd", "pathlib.Path.cwd"})
_LOOKS = frozenset(
    {"exists", "isfile", "isdir", "is_file", "is_dir", "getsize", "getmtime", "stat"}
)
_LISTS: Mapping[str, str] = {
    "listdir": "*",
    "scandir": "*",
    "iterdir": "*",
    "walk": "**/*",
    "rglob": "**/",
}
_OF_PATHS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "touch"})
_GLOBS = frozenset({"glob", "iglob"})
_TAKES_A_PATH = frozenset({"joinpath", "open", *_GLOBS, *_LISTS, *_LOOKS, *_OF_PATHS})
_WRITERS = re.compile(r"(?:to|save|sink|dump|write|export|imwrite|imsave|tofile)(?:_?\w+)?")
_WRITES_TABLES = re.compile(
    r"to_(?:csv|parquet|excel|pickle|feather|json|hdf)|save\w*|imwrite|imsave"
)
"""Of the writers, those whose first argument is a path whatever it is."""
_FIELD = re.compile(r"\{[^{}]*\}|%[-+ #0-9.]*[a-zA-Z]")


@dataclass(frozen=True)
class PathText:
    """A path in a cell; `line` counts within the cell's Python."""

    text: str
    line: int
    how: How


@lru_cache(maxsize=4096)
def _bindings(source: str) -> tuple[tuple[tuple[str, ast.expr | None], ...], frozenset[str]]:
    """(what a cell binds names to, None where it is not written out; the names that it imports)."""
    tree = python_cell(source).tree
    bound: list[tuple[str, ast.expr | None]] = []
    imported: set[str] = set()
    for node in nodes_in(tree) if tree is not None else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        else:
            bound += _bound_by(node)
    return tuple(bound), frozenset(imported)


def _bound_by(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pairs(target, node.value)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _pairs(node.target, node.value)
    elif isinstance(node, ast.AugAssign):
        yield from _pairs(node.target, None)
    elif isinstance(node, ast.For | ast.comprehension):
        listed = node.iter.elts if isinstance(node.iter, ast.List | ast.Tuple) else [None]
        for element in listed:
            yield from _pairs(node.target, element)
    elif isinstance(node, ast.arg):
        yield node.arg, None


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        pairs = itertools.zip_longest(target.elts, getattr(value, "elts", ()))
        for part, inner in itertools.islice(pairs, len(target.elts)):
            yield from _pairs(part, inner)


class Names:
    """What names of a notebook are bound to, where every binding is written out."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._sources = tuple(sources)

    @cached_property
    def _bound(self) -> dict[str, list[ast.expr | None]]:
        found: dict[str, list[ast.expr | None]] = {}
        for source in self._sources:
            for name, value in _bindings(source)[0]:
                values = found.setdefault(name, [])
                if value is not None or None not in values[:1]:
                    values.append(value)
        return found

    @cached_property
    def _imported(self) -> frozenset[str]:
        return frozenset({"open"}).union(*(_bindings(source)[1] for source in self._sources))

    def of_library(self, path: str) -> bool:
        """Whether a dotted path begins with Python's own `open` or something imported."""
        return path.partition(".")[0] in self._imported

    def texts(self, node: ast.expr, depth: int = 0) -> tuple[str, ...]:
        """The texts that an expression may be; `*` alone where nothing is known."""
        found = self._texts(node, depth) if depth < _DEEPEST else ()
        return tuple(dict.fromkeys(found))[:_ALTERNATIVES] or (UNKNOWN,)

    def _texts(self, node: ast.expr, depth: int) -> Iterable[str]:
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.Name):
            known = self._bound.get(node.id, ())
            return (
                t for v in known for t in ((UNKNOWN,) if v is None else self.texts(v, depth + 1))
            )
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
            return ("".join(texts) for texts in self._product(parts, depth))
        if isinstance(node, ast.BinOp):
            return self._of_operation(node, depth)
        if isinstance(node, ast.IfExp):
            return (*self.texts(node.body, depth + 1), *self.texts(node.orelse, depth + 1))
        return self._of_call(node, depth) if isinstance(node, ast.Call) else ()

    def _of_operation(self, node: ast.BinOp, depth: int) -> Iterable[str]:
        pairs = self._product([node.left, node.right], depth)
        if isinstance(node.op, ast.Add):
            return ("".join(pair) for pair in pairs)
        if isinstance(node.op, ast.Div):
            return (posixpath.join(*pair) for pair in pairs)
        if isinstance(node.op, ast.Mod):
            return (_FIELD.sub(UNKNOWN, text) for text in self.texts(node.left, depth + 1))
        return ()

    def _of_call(self, node: ast.Call, depth: int) -> Iterable[str]:
        called = dotted(node.func)
        if called in _HERE:
            return ("",)
        if called in _SAME and node.args:
            return self.texts(node.args[0], depth + 1)
        if called in _PATHS:
            return (posixpath.join("", *texts) for texts in self._product(node.args, depth))
        if not isinstance(node.func, ast.Attribute):
            return ()
        if node.func.attr == "joinpath":
            parts = [node.func.value, *node.args]
            return (posixpath.join(*texts) for texts in self._product(parts, depth))
        if node.func.attr == "format":
            held = self.texts(node.func.value, depth + 1)
            return (_FIELD.sub(UNKNOWN, text) for text in held)
        return self.texts(node.func.value, depth + 1) if node.func.attr in _SAME_METHODS else ()

    def _product(self, parts: Iterable[ast.expr], depth: int) -> Iterator[tuple[str, ...]]:
        known = [self.texts(part, depth + 1) for part in parts]
        return itertools.islice(itertools.product(*known), _ALTERNATIVES)


def paths_of(source: str, names: Names) -> Iterator[PathText]:
    """Every text of a cell that may be a path, and what is done with it."""
    for node in _telling(source):
        if isinstance(node, ast.Call):
            yield from _of_call(node, names)
        else:
            yield from _told(names, node, "text" if isinstance(node, ast.Constant) else "join")


@lru_cache(maxsize=4096)
def _telling(source: str) -> tuple[ast.expr, ...]:
    """The expressions of a cell that may tell a path: texts, what puts texts together, and calls that take one."""
    tree = python_cell(source).tree
    return tuple(_telling_in(tree)) if tree is not None else ()


def _telling_in(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
        return
    joins = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div | ast.Mod)
    if isinstance(node, ast.JoinedStr) or joins:
        yield node  # type: ignore[misc]
    elif isinstance(node, ast.Call) and _may_take_a_path(node):
        yield node
    if not isinstance(node, ast.JoinedStr):
        for child in nodes_under(node):
            yield from _telling_in(child)


def _may_take_a_path(node: ast.Call) -> bool:
    called = dotted(node.func)
    word = called.rpartition(".")[2] or getattr(node.func, "attr", "")
    return (
        called in _PATHS
        or word in _TAKES_A_PATH
        or READERS.fullmatch(f"x.{word}") is not None
        or _WRITERS.fullmatch(word) is not None
    )


def _of_call(node: ast.Call, names: Names) -> Iterator[PathText]:
    called = dotted(node.func)
    word = called.rpartition(".")[2] or getattr(node.func, "attr", "")
    held = node.func.value if isinstance(node.func, ast.Attribute) else None
    if called in _PATHS or word == "joinpath":
        yield from _told(names, node, "join")
    elif word in _GLOBS or word in _LISTS or word in _LOOKS:
        of_module = called.startswith(("os.", "glob.")) or called in (*_GLOBS, *_LISTS)
        yield from _looked_through(names, node, word, None if of_module else held)
    elif word in _OF_PATHS and held is not None:
        yield from _told(names, held, "read" if word.startswith("read") else "write")
    elif word == "open":
        yield from _opened(names, node, called, held)
    elif called and READERS.fullmatch(f"x.{word}"):
        for argument in _path_arguments(node):
            yield from _told(names, argument, "read" if names.of_library(called) else "text")
    elif _WRITERS.fullmatch(word):
        told = [p for a in (*node.args, *_path_arguments(node)) for p in _told(names, a, "write")]
        unknown = _WRITES_TABLES.fullmatch(word) is None
        yield from (path for path in told if path.text != UNKNOWN or not unknown)


def _looked_through(
    names: Names, node: ast.Call, word: str, held: ast.expr | None
) -> Iterator[PathText]:
    """A folder that is listed, or a path that is asked for; `held` is the path whose method it is."""
    if word not in _LOOKS:
        yield from _listed(names, node, held, word)
    elif held is not None or node.args:
        yield from _told(names, held if held is not None else node.args[0], "list")


def _opened(names: Names, node: ast.Call, called: str, held: ast.expr | None) -> Iterator[PathText]:
    of_path = held is not None and names.texts(held) != (UNKNOWN,) and not node.args[1:]
    path = held if of_path else node.args[0] if node.args else None
    if path is not None and (of_path or names.of_library(called)):
        yield from _told(names, path, "write" if _writes(node, of_path=of_path) else "read")


def _writes(node: ast.Call, *, of_path: bool) -> bool:
    places = node.args[0:1] if of_path else node.args[1:2]
    mode = next((k.value for k in node.keywords if k.arg == "mode"), *places or (None,))
    return isinstance(mode, ast.Constant) and not str(mode.value).startswith("r")


def _path_arguments(node: ast.Call) -> Iterator[ast.expr]:
    yield from node.args[:1]
    for keyword in node.keywords:
        if keyword.arg in (
            "filepath_or_buffer",
            "path",
            "fname",
            "filename",
            "file",
            "io",
            "source",
            "path_or_buf",
        ):
            yield keyword.value


def _listed(names: Names, node: ast.Call, base: ast.expr | None, word: str) -> Iterator[PathText]:
    within = names.texts(base) if base is not None else ("",)
    given = names.texts(node.args[0]) if node.args else ("",)
    for folder in within:
        for text in given:
            inner = text if word in _GLOBS else f"**/{text}" if word == "rglob" else ""
            if word in _GLOBS or word == "rglob":
                path = posixpath.join(folder, inner)
            else:
                path = posixpath.join(folder, "" if base is not None else text, _LISTS[word])
            yield PathText(path, node.lineno, "list")


def _told(names: Names, node: ast.expr, how: How) -> Iterator[PathText]:
    for text in names.texts(node):
        if text != UNKNOWN or how == "write":
            yield PathText(text, node.lineno, how)


def forget() -> None:
    """Read every cell anew from now on; for measuring."""
    _bindings.cache_clear()
    _telling.cache_clear()
