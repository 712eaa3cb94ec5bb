"""IPython syntax -> Python text with the same line numbers. What the magics mean is none of its business."""

import re

from IPython.core.inputtransformer2 import TransformerManager

_AUTOMAGIC = frozenset(
    {
        "cat", "cd", "conda", "config", "cp", "dirs", "env", "history", "less", "ll", "load_ext", "ls", "mamba",
        "man", "matplotlib", "mkdir", "more", "mv", "pdb", "pip", "popd", "pushd", "pwd", "pylab", "reload_ext",
        "reset", "rm", "rmdir", "run", "set_env", "store", "time", "timeit", "who", "whos", "uv",
    }
)  # fmt: skip
"""Magics that IPython runs without `%` when they are the only line of a cell."""


class _SameLines(TransformerManager):
    """A magic that goes over several lines becomes one line; the lines that it loses become empty ones."""

    def do_one_token_transform(self, lines: list[str]) -> tuple[bool, list[str]]:
        changed, made = super().do_one_token_transform(lines)  # type: ignore[no-untyped-call]
        lost = len(lines) - len(made)
        if changed and lost > 0:
            same = (i for i, (a, b) in enumerate(zip(lines, made, strict=False)) if a != b)
            place = next(same, len(made) - 1)
            made = [*made[: place + 1], *["\n"] * lost, *made[place + 1 :]]
        return changed, made


def to_python(source: str) -> str:
    """The Python that IPython makes of a cell without cell magic; each line stays where it stands.

    Raises:
        SyntaxError: IPython cannot read it.
    """
    source = _with_percent(source)
    empty = 0
    for line in source.splitlines():
        if line.strip():
            break
        empty += 1
    try:
        return "\n" * empty + _SameLines().transform_cell(source)  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, RecursionError, RuntimeError) as error:
        raise SyntaxError(str(error) or type(error).__name__) from error


def is_no_magic(source: str) -> bool:
    """Whether a cell does not begin with the name of a magic that IPython also knows without `%`."""
    return source.partition("\n")[0].strip().partition(" ")[0] not in _AUTOMAGIC


def _with_percent(source: str) -> str:
    """`ls -l` or `cd data` alone in a cell is a magic, as long as it is no Python."""
    line = source.strip()
    word, _, rest = line.partition(" ")
    if "\n" in line or word not in _AUTOMAGIC:
        return source
    if re.match(r"\s*(=|\(|\[|,|[-+*/%&|^]=|[-+*/] )", rest):
        return source
    return source.replace(line, "%" + line, 1)
