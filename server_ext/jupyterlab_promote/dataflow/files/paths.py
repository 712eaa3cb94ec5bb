"""Paths as far as a notebook writes them out, and what is done with them. Nothing is looked up on a disk.

What texts an expression may be is in `texts.py`.
"""

import ast
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from jupyterlab_promote.dataflow.called import calls_in
from jupyterlab_promote.dataflow.files.bound_texts import JOINING, PATHS
from jupyterlab_promote.dataflow.files.path_calls import (
    GLOBS,
    LISTS,
    LOOKS,
    MADE_OF_MODE,
    MAKES,
    OF_PATHS,
    OPENS,
    WRITERS,
    WRITES_TABLES,
    begins_a_file,
    mode,
    path_arguments,
    takes_a_path,
)
from jupyterlab_promote.dataflow.files.texts import (
    UNKNOWN,
    Meaning,
    Names,
    names_in,
    names_that_mean,
)
from jupyterlab_promote.dataflow.library import READERS
from jupyterlab_promote.dataflow.names import dotted, last_word
from jupyterlab_promote.notebook.blocks import Block, Code
from jupyterlab_promote.notebook.nodes import nodes_in
from jupyterlab_promote.notebook.source import nodes_like, python_cell

How = Literal["read", "open", "list", "join", "text", "make", "write"]
"""What is done with a path: read, opened, which may be a folder, looked through, put together, made where it is
missing, written; `text` for any other text."""

_PATTERN = re.compile(r"[^\s*]+/[^\s*/]*\*\S*\.[A-Za-z][A-Za-z0-9]{0,7}")
"""A text that is nothing but a pattern of files: `open_mfdataset("data/*.nc")`."""
_CHANGES_FOLDER = re.compile(r"(?:^|[;&|(\n])\s*cd\s+([^\s'\"|;<>&()]+)")
_LISTS_FOLDERS = re.compile(r"(?:^|[;&|(\n])\s*(?:ls|du|tree|wc|head|md5sum)\s([^;&|\n]*)")
_SHELL_WORD = re.compile(r"[^\s'\"|;<>&()]+")
_QUOTED = re.compile(r"""(?<=["'])[^\s"'\n]*[ ][^"'\n]*\.\w+(?=["'])""")
"""A file whose name has spaces."""


class PathText(NamedTuple):
    """A path in a cell; `line` counts within the cell's Python.

    `others` are what the same expression may be as well, where it is read.
    """

    text: str
    line: int
    how: How
    others: tuple[str, ...] = ()

    def seen_from(self, folder: str) -> "PathText":
        """The same path where the notebook stands in another folder; one that is whole stays."""
        return self._replace(text=posixpath.join(folder, self.text))


def paths_of(source: str, names: Names) -> tuple[PathText, ...]:
    """Every text of a cell that may be a path, and what is done with it."""
    return _paths(source, names.meaning(_asked(source))) if _telling(source) else ()


class Told:
    """The paths that a block of cells tells. Equal ones are the same object, which is told apart as such.

    Attributes:
        cells: how many cells the block has.
        found: (place of the cell in the block, path).
    """

    __slots__ = ("cells", "found")

    def __init__(self, cells: int, found: tuple[tuple[int, PathText], ...]) -> None:
        self.cells = cells
        self.found = found


_told_once = lru_cache(maxsize=4096)(Told)


def words_in(code: Code, names: Names) -> tuple[Told, ...]:
    """The same of some cells, with each word of a text that may be a line of a shell; of no Python all words.

    Of neighbouring cells only the first to name a path tells it.
    """
    return tuple([_words_in(block, names) for block in code.blocks])


@lru_cache(maxsize=4096)
def _words_in(block: Block, names: Names) -> Told:
    """Kept as long as no cell binds other texts to names."""
    return _words_as(block, names.meaning(frozenset().union(*map(_asked, block.sources))))


@lru_cache(maxsize=4096)
def _words_as(block: Block, meaning: Meaning) -> Told:
    """Kept as long as none of the names that the block asks for stands for something else."""
    names = names_that_mean(meaning)
    found: dict[tuple[str, How], tuple[int, PathText]] = {}
    for place, source in enumerate(block.sources):
        for path in _words_of(source, names):
            found.setdefault((path.text, path.how), (place, path))
    return _told_once(len(block.sources), tuple(found.values()))


def _words_of(source: str, names: Names) -> tuple[PathText, ...]:
    return _worded(source, names.meaning(_asked(source))) if _may_tell(source) else ()


@lru_cache(maxsize=4096)
def _may_tell(source: str) -> bool:
    return bool(_telling(source) or _words_of_no_python(source))


@lru_cache(maxsize=4096)
def _worded(source: str, meaning: Meaning) -> tuple[PathText, ...]:
    if not _telling(source):
        return _words_of_no_python(source)
    return tuple(word for path in _paths(source, meaning) for word in _words(path))


def _words(path: PathText) -> Iterator[PathText]:
    yield path
    if path.how == "text" and " " in path.text:
        yield from _words_of_shell(path.text, path.line)


def _words_of_shell(lines: str, line: int) -> Iterator[PathText]:
    """The words of lines of a shell, also as seen from a folder that it changes to, and what lies in those it lists."""
    folders = ("", *_CHANGES_FOLDER.findall(lines))
    for word in (*_SHELL_WORD.findall(lines), *_QUOTED.findall(lines)):
        told = PathText(word, line, "list" if "*" in word else "text")
        yield from (told.seen_from(folder) for folder in folders)
    for words in _LISTS_FOLDERS.findall(lines):
        listed = (word for word in _SHELL_WORD.findall(words) if not word.startswith("-"))
        yield from (PathText(f"{word}/*", line, "list") for word in listed)


@lru_cache(maxsize=4096)
def _words_of_no_python(source: str) -> tuple[PathText, ...]:
    cell = python_cell(source)
    text = cell.text if cell.tree is None else ""
    return tuple(_words_of_shell(text, 1))


@lru_cache(maxsize=4096)
def _asked(source: str) -> frozenset[str]:
    """The names in the expressions of a cell that may tell a path."""
    said = [node for node in _telling(source) if node.__class__ is not ast.Constant]
    return frozenset().union(*map(names_in, said))


@lru_cache(maxsize=4096)
def _paths(source: str, meaning: Meaning) -> tuple[PathText, ...]:
    names = names_that_mean(meaning)
    return tuple(path for node in _telling(source) for path in _paths_at(node, names))


def _paths_at(node: ast.expr, names: Names) -> Iterator[PathText]:
    if isinstance(node, ast.Constant):
        if node.value != UNKNOWN:
            text = str(node.value)
            yield PathText(text, node.lineno, "list" if _PATTERN.fullmatch(text) else "text")
    elif isinstance(node, ast.Call):
        yield from _of_call(node, names)
    else:
        yield from _told(names, node, "join")


@lru_cache(maxsize=4096)
def _telling(source: str) -> tuple[ast.expr, ...]:
    """The expressions of a cell that may tell a path: texts, what puts texts together, and calls that take one.

    In the order of the code; the parts of a text are none of them.
    """
    built = nodes_like(source, ast.JoinedStr)
    telling: set[ast.expr] = {*built}
    telling.update([n for n in nodes_like(source, ast.Constant) if isinstance(n.value, str)])
    telling.update([n for n in nodes_like(source, ast.BinOp) if n.op.__class__ in JOINING])
    calls = calls_in(source)
    telling.update([c for c, path, word in calls if path in PATHS or takes_a_path(word)])
    telling.difference_update(_sentences(source))
    for text in built:
        telling.difference_update(nodes_in(text)[1:])
    return tuple(sorted(telling, key=_place_in_code))


def _place_in_code(node: ast.expr) -> tuple[int, int, int, int]:
    """What begins first stands first, and of what begins together the whole before its parts."""
    end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return node.lineno, node.col_offset, -end[0], -end[1]


def _sentences(source: str) -> Iterator[ast.expr]:
    """What is only said to a person, such as `rentals.csv is empty`: by `print`, `raise` or `assert`."""
    raised = [node.exc for node in nodes_like(source, ast.Raise)]
    printed = [call for call, path, _ in calls_in(source) if path == "print"]
    said = [node.msg for node in nodes_like(source, ast.Assert)]
    said += [text for c in (*raised, *printed) if isinstance(c, ast.Call) for text in c.args]
    for text in said:
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value:
            yield text


def _of_call(node: ast.Call, names: Names) -> Iterator[PathText]:
    called = dotted(node.func)
    word = last_word(node.func)
    held = node.func.value if isinstance(node.func, ast.Attribute) else None
    if called in PATHS or word == "joinpath":
        yield from _told(names, node, "join")
    elif word in GLOBS or word in LISTS or word in LOOKS:
        of_module = called.startswith(("os.", "glob.")) or called in (*GLOBS, *LISTS)
        yield from _looked_through(names, node, word, None if of_module else held)
    elif word in OF_PATHS and held is not None:
        yield from _told(names, held, "read" if word.startswith("read") else "write")
    elif word in MADE_OF_MODE or word in MAKES or called in MAKES:
        yield from _of_kept_open(node, word, names)
    elif word == "open":
        yield from _opened(names, node, called, held)
    elif reading := _reads(called, word, names):
        for argument in path_arguments(node):
            yield from _told(names, argument, reading)
    elif WRITERS.fullmatch(word):
        told = [p for a in (*node.args, *path_arguments(node)) for p in _told(names, a, "write")]
        unknown = WRITES_TABLES.fullmatch(word) is None
        yield from (path for path in told if path.text != UNKNOWN or not unknown)


def _reads(called: str, word: str, names: Names) -> How | None:
    if word in OPENS:
        return "open"
    if called and READERS.fullmatch(f"x.{word}"):
        return "read" if names.of_library(called) else "text"
    return None


def _looked_through(
    names: Names, node: ast.Call, word: str, held: ast.expr | None
) -> Iterator[PathText]:
    """A folder that is listed, or a path that is asked for; `held` is the path whose method it is."""
    if word not in LOOKS:
        yield from _listed(names, node, held, word)
    elif held is not None or node.args:
        yield from _told(names, held if held is not None else node.args[0], "list")


def _of_kept_open(node: ast.Call, word: str, names: Names) -> Iterator[PathText]:
    """The file that `h5py.File(path, "w")` and its kind make; of one that is only read, its text is enough."""
    how: How = "write" if word in MADE_OF_MODE else "make"
    if how == "make" or begins_a_file(node):
        for argument in path_arguments(node):
            yield from _told(names, argument, how)


def _opened(names: Names, node: ast.Call, called: str, held: ast.expr | None) -> Iterator[PathText]:
    of_path = held is not None and names.texts(held) != (UNKNOWN,) and not node.args[1:]
    path = held if of_path else next(path_arguments(node), None)
    if path is not None and (of_path or names.of_library(called)):
        yield from _told(names, path, "write" if _writes(node, of_path=of_path) else "read")


def _writes(node: ast.Call, *, of_path: bool) -> bool:
    return not mode(node, of_path=of_path).startswith("r")


def _listed(names: Names, node: ast.Call, base: ast.expr | None, word: str) -> Iterator[PathText]:
    within = names.texts(base) if base is not None else ("",)
    given = names.texts(node.args[0]) if node.args else ("",)
    for folder in within:
        for text in given:
            inner = text if word in GLOBS else f"**/{text}" if word == "rglob" else ""
            if word in GLOBS or word == "rglob":
                path = posixpath.join(folder, inner)
            else:
                path = posixpath.join(folder, "" if base is not None else text, LISTS[word])
            # Of other texts `*` is a word, as in those that ask a database.
            here = "./" if path.strip("*/") == "" and path[:1] == "*" else ""
            yield PathText(here + path, node.lineno, "list")


def _told(names: Names, node: ast.expr, how: How) -> Iterator[PathText]:
    texts = names.texts(node)
    for text in texts:
        if text != UNKNOWN or how == "write":
            others = tuple(other for other in texts if other != text) if how == "read" else ()
            yield PathText(text, node.lineno, how, others)
