"""An IPython cell as Python that `ast` can parse, and what its magics do. Never raises on user code."""

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from jupyterlab_promote.notebook.installs import take_installs
from jupyterlab_promote.notebook.ipython_syntax import is_no_magic, to_python
from jupyterlab_promote.notebook.nodes import nodes_in

PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun"})
"""Cell magics whose body is the user's Python."""

_OUTSIDE_CELL_MAGICS = frozenset(
    {"bash", "sh", "script", "cmd", "system", "sx", "!", "perl", "ruby", "python", "python2", "python3", "pypy"}
)  # fmt: skip
"""Cell magics whose body runs in a process of its own: it sees no variable, but files."""

_INERT_CELL_MAGICS = frozenset(
    {"markdown", "latex", "svg", "SVG", "html", "HTML", "javascript", "js"}
)
_FOR_IPYTHON = (">>>", "In [", "[nav]", "[ins]", "\r", "\f")
_BLANK_LINE = re.compile(r"\n[ \t]+(?:\n|\Z)")
_GOES_ON = re.compile(r"^\s*\.\.\.", re.MULTILINE)
_HEAD = re.compile(r"(?:[ \t]*\n)*[ \t]*%%(!|\w[\w.]*)([^\n]*)(?:\n|$)")


@dataclass(frozen=True)
class PythonCell:
    """What a code cell is.

    Attributes:
        python: parseable Python; empty for a cell in another language.
        tree: its syntax tree without the install lines, None when `error` is set or the cell is no Python.
        error: (message, 1-based line of the cell).
        line_offset: what to add to a line of `python` or `tree` for the line of the cell (a `%%` line).
        binds: names that magics bind (`%%capture out`, `%%bash --out x`).
        text: opaque text of another language or shell.
        interpolated: names that IPython fills into shell and magic lines (`{x}`, `$x`); those that do not exist
            are left to the shell.
        magic: name of the cell magic, or "".
        writes_file: target of `%%writefile`, and whether it appends.
        opaque: why the names in the cell cannot be known, or "".
        requirements: packages that install lines ask for; these lines do not run in a step.
        install_lines: 1-based lines of the cell where install commands begin.
    """

    python: str = ""
    tree: ast.Module | None = None
    error: tuple[str, int] | None = None
    line_offset: int = 0
    binds: tuple[str, ...] = ()
    text: str = ""
    interpolated: tuple[str, ...] = ()
    magic: str = ""
    writes_file: tuple[str, bool] | None = None
    opaque: str = ""
    requirements: tuple[str, ...] = ()
    install_lines: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def python_cell(source: str) -> PythonCell:
    """Read one code cell. A cell of only `%pip install` lines has requirements and nothing to run."""
    head = _HEAD.match(source)
    if head:
        lines_before = source[: head.end()].count("\n") + (0 if head[0].endswith("\n") else 1)
        return _cell_magic(head[1], head[2], source[head.end() :], lines_before)
    return _python(source, 0)


@lru_cache(maxsize=4096)
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """All nodes of a cell's tree, level by level; none of a cell that is no Python."""
    tree = python_cell(source).tree
    return tuple(nodes_in(tree)) if tree is not None else ()


_Node = TypeVar("_Node", bound=ast.AST)


@lru_cache(maxsize=4096)
def _by_kind(source: str) -> Mapping[type[ast.AST], list[ast.AST]]:
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in nodes_of(source):
        found[node.__class__].append(node)
    return found


def nodes_like(source: str, kind: type[_Node]) -> Sequence[_Node]:
    """The nodes of one kind, in the same order. Kinds of Python's own grammar have no kinds below them."""
    return _by_kind(source).get(kind, ())  # type: ignore[return-value]


def _python(source: str, offset: int) -> PythonCell:
    try:
        python, tree = _parsed(source)
    except SyntaxError as error:
        message = (error.msg or "invalid syntax").partition("(<cell>")[0].strip()
        return PythonCell(error=(message, offset + (error.lineno or 1)), line_offset=offset)
    except (ValueError, RecursionError, MemoryError) as error:
        return PythonCell(
            error=(str(error) or type(error).__name__, offset + 1), line_offset=offset
        )
    if "get_ipython" not in python:
        return PythonCell(python=python, tree=tree, line_offset=offset)
    interpolated = _interpolated_in_calls(tree)
    installs = take_installs(tree)
    if installs.lines:
        interpolated = _interpolated_in_calls(installs.tree)
    return PythonCell(
        python=python,
        tree=installs.tree,
        line_offset=offset,
        interpolated=interpolated,
        requirements=installs.requirements,
        install_lines=tuple(line + offset for line in installs.lines),
    )


def _parsed(source: str) -> tuple[str, ast.Module]:
    """(Python, its tree). What IPython would leave alone is not given to it."""
    if is_no_magic(source) and not _is_for_ipython(source):
        try:
            return source, _parse(source)
        except SyntaxError:
            pass
    python = to_python(source)
    return python, _parse(python)


def _is_for_ipython(source: str) -> bool:
    """Whether IPython may change it although it is Python: prompts, blank lines, indented cells."""
    if source[:1].isspace() or any(map(source.__contains__, _FOR_IPYTHON)):
        return True
    if _BLANK_LINE.search(source) is not None:
        return True
    return "..." in source and _GOES_ON.search(source) is not None


def _parse(python: str) -> ast.Module:
    """Parse as a cell is compiled: `await` may stand at top level."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree: ast.Module = compile(python, "<cell>", "exec", flags, dont_inherit=True)
    return tree


def _cell_magic(name: str, arguments: str, body: str, offset: int) -> PythonCell:
    binds = tuple(re.findall(r"--(?:out|err|proc)[ =](\w+)", arguments))
    if name in PYTHON_CELL_MAGICS:
        inner = _body(name, arguments.strip(), body, offset)
        if name == "capture":
            plain = re.sub(r"--\S+", "", arguments)
            binds = tuple(re.findall(r"(?<![\w-])([A-Za-z_]\w*)", plain)[:1])
        return replace(inner, magic=name, binds=(*binds, *inner.binds))
    interpolated = interpolated_names(arguments)
    if name in ("writefile", "file"):
        words = arguments.split()
        target = next((word for word in words if not word.startswith("-")), "")
        return PythonCell(
            magic=name,
            writes_file=(target.strip("'\""), "-a" in words or "--append" in words),
            interpolated=interpolated,
            line_offset=offset,
        )
    if name in _INERT_CELL_MAGICS:
        return PythonCell(magic=name, line_offset=offset)
    text = arguments + "\n" + body
    outside = name in _OUTSIDE_CELL_MAGICS
    return PythonCell(
        magic=name,
        text=text,
        binds=binds,
        interpolated=interpolated if outside else interpolated_names(text),
        line_offset=offset,
        opaque="" if outside else f"%%{name}",
    )


_OPTIONS = re.compile(r"(?:-(?:[tcqo](?=\s|$)|[nrplsTDfm]\s*\S+)\s*)+")


def measured(line: str) -> str:
    """The Python that `%timeit -n 3 -q f(x)` and its kind run: what stands behind the options."""
    return _OPTIONS.sub("", line, count=1) if line.startswith("-") else line


def _body(name: str, arguments: str, body: str, offset: int) -> PythonCell:
    """The cell below a magic line, which may begin with another magic; `%%timeit setup` runs its line too."""
    arguments = "" if name == "capture" else measured(arguments)
    if arguments:
        return _python(arguments + "\n" + body, offset - 1)
    inner = python_cell(body)
    return replace(
        inner,
        line_offset=inner.line_offset + offset,
        error=None if inner.error is None else (inner.error[0], inner.error[1] + offset),
        install_lines=tuple(line + offset for line in inner.install_lines),
    )


def interpolated_names(text: str) -> tuple[str, ...]:
    """Names that IPython fills into a shell or magic line: `{x}`, `{df.shape[0]}`, `$x`."""
    names: dict[str, None] = {}
    for expression in re.findall(r"(?<!\$)\{([^{}]+)\}", text):
        try:
            tree = ast.parse(expression.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                names[node.id] = None
    for name in re.findall(r"(?<!\$)\$([A-Za-z_]\w*)", text):
        names[name] = None
    return tuple(names)


def _interpolated_in_calls(tree: ast.Module) -> tuple[str, ...]:
    """Names filled into the shell and magic lines inside Python code."""
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("system", "getoutput", "run_line_magic", "run_cell_magic")
        ):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    names.update(dict.fromkeys(interpolated_names(argument.value)))
    return tuple(names)
