"""An IPython cell as Python that `ast` can parse, and what its magics do. Never raises on user code."""

import ast
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun"})
"""Cell magics whose body is the user's Python."""

_INERT_CELL_MAGICS = frozenset({"markdown", "latex", "svg", "html", "HTML", "javascript", "js"})
_INSTALL = re.compile(
    r"^\s*(?:%|!)\s*(?:(?:python3?|\{sys\.executable\})\s+-m\s+)?(?:uv\s+)?(pip3?|conda|mamba)\s+install\s+(.*)$"
)


@dataclass(frozen=True)
class PythonCell:
    """What a code cell is.

    Attributes:
        python: parseable Python; empty for a cell in another language.
        tree: its syntax tree, None when `error` is set.
        error: (message, 1-based line of the cell).
        line_offset: how many lines of the cell stand before `python` (a `%%` line).
        binds: names that magics bind (`%%capture out`, `%%bash --out x`).
        text: opaque text of another language or shell, scanned for names.
        interpolated: names used by `{x}` or `$x` in that text.
        magic: name of the cell magic, or "".
        writes_file: target of `%%writefile`, and whether it appends.
        opaque: why the names in the cell cannot be known, or "".
        requirements: packages that `%pip install` lines ask for.
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
    requirements: tuple[str, ...] = field(default=())


@lru_cache(maxsize=4096)
def python_cell(source: str) -> PythonCell:
    """Read one code cell. A cell of only `%pip install` lines has requirements and no Python."""
    stripped = source.lstrip("\n")
    skipped = len(source) - len(stripped)
    head = re.match(r"%%(\w[\w.]*)(.*)(?:\n|$)", stripped)
    if head:
        return _cell_magic(head[1], head[2], stripped[head.end() :], skipped + 1)
    requirements, rest = _take_installs(source)
    return _python(rest, 0, requirements=requirements)


def is_install(line: str) -> bool:
    """Whether a line only installs packages."""
    return _INSTALL.match(line) is not None


def _take_installs(source: str) -> tuple[tuple[str, ...], str]:
    """The packages asked for by install lines, and the source with those lines blanked."""
    requirements: list[str] = []
    lines: list[str] = []
    for line in source.split("\n"):
        found = _INSTALL.match(line)
        if found:
            requirements += _packages(found[2])
            lines.append("")
        else:
            lines.append(line)
    return tuple(requirements), "\n".join(lines)


def _packages(arguments: str) -> list[str]:
    words = re.findall(r"'[^']*'|\"[^\"]*\"|\S+", arguments.split("#")[0].split("&&")[0])
    found: list[str] = []
    takes_value = False
    for word in (w.strip("'\"") for w in words):
        if takes_value:
            takes_value = False
        elif word.startswith("-"):
            takes_value = word in ("-i", "-c", "--channel", "--index-url", "-f", "-r", "-n")
        elif word and word != ".":
            found.append(word)
    return found


def _python(
    source: str,
    offset: int,
    *,
    binds: tuple[str, ...] = (),
    magic: str = "",
    requirements: tuple[str, ...] = (),
) -> PythonCell:
    try:
        python = TransformerManager().transform_cell(source)
    except SyntaxError as error:
        return PythonCell(
            error=(error.msg or "invalid syntax", offset + (error.lineno or 1)), magic=magic
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = compile(
                python,
                "<cell>",
                "exec",
                ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
                dont_inherit=True,
            )
    except SyntaxError as error:
        return PythonCell(
            error=(error.msg or "invalid syntax", offset + (error.lineno or 1)), magic=magic
        )
    except (ValueError, RecursionError, MemoryError) as error:
        return PythonCell(error=(str(error) or type(error).__name__, offset + 1), magic=magic)
    return PythonCell(
        python=python,
        tree=tree,
        line_offset=offset,
        binds=binds,
        magic=magic,
        interpolated=_interpolated_in_calls(tree),
        requirements=requirements,
    )


def _cell_magic(name: str, arguments: str, body: str, offset: int) -> PythonCell:
    outs = tuple(re.findall(r"--(?:out|err|proc)[ =](\w+)", arguments))
    if name == "capture":
        names = re.findall(r"(?<![\w-])([A-Za-z_]\w*)", re.sub(r"--\S+", "", arguments))[:1]
        return _python(body, offset, binds=(*outs, *names), magic=name)
    if name in PYTHON_CELL_MAGICS:
        statement = arguments.strip()
        if statement and not statement.startswith("-"):
            return _python(statement + "\n" + body, offset - 1, binds=outs, magic=name)
        return _python(body, offset, binds=outs, magic=name)
    text = arguments + "\n" + body
    if name in ("writefile", "file"):
        append = "-a" in arguments.split()
        target = next((w for w in arguments.split() if not w.startswith("-")), "")
        return PythonCell(magic=name, writes_file=(target, append), line_offset=offset)
    if name in _INERT_CELL_MAGICS:
        return PythonCell(magic=name, line_offset=offset)
    opaque = "" if name in ("bash", "sh", "script", "cmd", "system", "sx", "!") else f"%%{name}"
    return PythonCell(
        magic=name,
        text=text,
        binds=outs,
        interpolated=interpolated_names(text),
        line_offset=offset,
        opaque=opaque,
    )


def interpolated_names(text: str) -> tuple[str, ...]:
    """Names that IPython fills into a shell or magic line: `{x}`, `{df.shape[0]}`, `$x`."""
    names: dict[str, None] = {}
    for expression in re.findall(r"\{([^{}]+)\}", text):
        try:
            tree = ast.parse(expression.strip(), mode="eval")
        except SyntaxError:
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
