"""`%pip install`, `!pip install`, `%conda install`: lines that say what the environment needs, not what a step does."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

_SHELL = re.compile(
    r"^\s*(?:sudo\s+)?(?:(?:\S*python[0-9.]*|['\"]?\{sys\.executable\}['\"]?)\s+-m\s+)?"
    r"(?:uv\s+)?(?:pip[0-9.]*|conda|mamba)\s+install\s+(?P<arguments>.*)$",
    re.DOTALL,
)
_MAGIC = re.compile(r"^(?:pip\s+)?install\s+(?P<arguments>.*)$", re.DOTALL)
_MAGICS = frozenset({"pip", "conda", "mamba", "uv"})
_TAKES_VALUE = frozenset(
    {
        "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "--channel", "-n", "--name", "-t",
        "--target", "--prefix", "--trusted-host", "--proxy", "--timeout", "--cache-dir", "--progress-bar",
    }
)  # fmt: skip
_UNKNOWN = frozenset({"-r", "--requirement", "-e", "--editable", "--constraint"})


@dataclass(frozen=True)
class Installs:
    """What the install lines of a cell ask for, and the tree without them."""

    tree: ast.Module
    requirements: tuple[str, ...] = ()
    lines: tuple[int, ...] = field(default=())


def take_installs(tree: ast.Module) -> Installs:
    """Take the install lines out of a cell's tree. One that cannot be read for certain stays and runs."""
    taken = _Taken()
    cleaned = taken.visit(tree)
    return Installs(cleaned, tuple(dict.fromkeys(taken.requirements)), tuple(taken.lines))


class _Taken(ast.NodeTransformer):
    def __init__(self) -> None:
        self.requirements: list[str] = []
        self.lines: list[int] = []

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        packages = _asked(node.value)
        if packages is None:
            return node
        self.requirements += packages
        self.lines.append(node.lineno)
        return ast.copy_location(ast.Pass(), node)


def _asked(node: ast.expr) -> list[str] | None:
    """The packages that a call made by IPython's transformer installs; None when it does something else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    if ast.unparse(node.func.value) != "get_ipython()":
        return None
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if node.func.attr == "run_line_magic" and len(texts) == 2 and texts[0] in _MAGICS:
        found = _MAGIC.match(texts[1])
    elif node.func.attr == "system" and len(texts) == 1:
        found = _SHELL.match(texts[0])
    else:
        return None
    return packages(found["arguments"]) if found else None


def packages(arguments: str) -> list[str] | None:
    """The requirements of an install command's arguments; None when they are not all plain package names."""
    command = re.sub(r"\s*(?:[12&]?>{1,2}(?!=)\s*\S+|\|\s*(?:tail|head|grep)\b.*)", "", arguments)
    if re.search(r"[;&|`$]|\{", command):
        return None
    try:
        words = list(_values(shlex.split(command, comments=True)))
    except ValueError:
        return None
    if any(word in _UNKNOWN or word.startswith((".", "/", "~")) for word in words):
        return None
    return [re.sub(r"^([\w.-]+)=([\w.*]+)$", r"\1==\2", w) for w in words if not w.startswith("-")]


def _values(words: list[str]) -> Iterator[str]:
    """The words without the values that options take."""
    skip = False
    for word in words:
        if not skip:
            yield word
        skip = word in _TAKES_VALUE and not skip


def without_installs(source: str, lines: tuple[int, ...]) -> str:
    """A cell's source with its install lines (1-based) as comments; the number of lines stays."""
    out = source.split("\n")
    for first in lines:
        number = first - 1
        indent = out[number][: len(out[number]) - len(out[number].lstrip())]
        going_on = True
        while going_on and number < len(out):
            going_on = out[number].rstrip().endswith("\\")
            keeps = f"{indent}pass" if indent and number == first - 1 else indent
            text = out[number].strip().removesuffix("\\").rstrip()
            out[number] = f"{keeps}{'  ' if keeps.strip() else ''}# in the environment: {text}"
            number += 1
    return "\n".join(out)
