"""Cells that only the kernel's own Python can parse, as a notebook that this Python can look at.

How the kernel's Python is asked is none of its business: `store/kernel_python.py` does.
"""

import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.ipython_syntax import to_python
from jupyterlab_promote.notebook.source import PYTHON_CELL_MAGICS, python_cell

HERE = platform.python_version().rpartition(".")[0]
"""The Python that looks at notebooks, as `3.11`."""

_OPAQUE = "%%newer_python\n"
_HEAD = re.compile(rf"(?:\s*%%(?:{'|'.join(sorted(PYTHON_CELL_MAGICS))})\b[^\n]*\n)*")


@dataclass(frozen=True)
class Reading:
    """What the kernel's Python says of a cell that this one cannot parse.

    Attributes:
        version: of the kernel's Python, as `3.13`.
        source: the same cell in syntax that both know, line for line; None where there is no such thing.
        error: (message, 1-based line) where the kernel's Python cannot parse it either.
    """

    version: str
    source: str | None = None
    error: tuple[str, int] | None = None


def is_newer(version: str) -> bool:
    """Whether that Python may know syntax that the one here does not."""
    return _numbers(version) > _numbers(HERE)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def unread(nb: Notebook) -> Iterator[str]:
    """The sources of the cells that this Python cannot parse."""
    if nb.language == "python":
        for cell in nb.cells:
            if cell.is_code and python_cell(cell.source).error is not None:
                yield cell.source


def python_of(source: str) -> tuple[str, str]:
    """(the magic lines at the top, the Python below them) of a cell, for a Python that knows no IPython."""
    found = _HEAD.match(source)
    head = found[0] if found else ""
    try:
        return head, to_python(source[len(head) :])
    except SyntaxError:
        return head, source[len(head) :]


def as_read(nb: Notebook, readings: Mapping[str, Reading]) -> Notebook:
    """The notebook with what stands for its cells; the names of a cell without such a text cannot be known."""
    if not readings:
        return nb
    return replace(nb, cells=tuple(_cell(cell, readings.get(cell.source)) for cell in nb.cells))


def _cell(cell: Cell, reading: Reading | None) -> Cell:
    if reading is None or reading.error is not None:
        return cell
    if reading.source is not None and python_cell(reading.source).error is None:
        return cell._replace(source=reading.source)
    return cell._replace(source=_OPAQUE + cell.source)


def is_unknown(source: str) -> bool:
    """Whether only the kernel's Python knows what a cell says."""
    return source.startswith(_OPAQUE)
