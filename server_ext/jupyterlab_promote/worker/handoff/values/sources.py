"""The text of the cells that functions come from, so that a later step's kernel can show it.

Python asks `linecache` for the lines of a traceback and for `inspect.getsource`; IPython keeps its cells there.
"""

import linecache
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any


@dataclass
class Cells:
    """The texts of this kernel's cells; one object for each, so that a stream holds it once."""

    _texts: dict[str, str | None] = field(default_factory=dict)

    def text(self, filename: str) -> str | None:
        """The text of a cell, None for what is a file."""
        if filename not in self._texts:
            # (size, time of the file, lines, name), or how to get the lines; a cell has no time.
            known: tuple[Any, ...] = linecache.cache.get(filename, ())
            cell = len(known) > 1 and known[1] is None
            self._texts[filename] = "".join(known[2]) if cell else None
        return self._texts[filename]


def code(filename: str, text: str, make: Callable[..., CodeType], arguments: Any) -> CodeType:
    """Code of an earlier step's cell, whose text is kept where Python looks for it."""
    lines = text.splitlines(keepends=True)
    linecache.cache.setdefault(filename, (len(text), None, lines, filename))
    return make(*arguments)
