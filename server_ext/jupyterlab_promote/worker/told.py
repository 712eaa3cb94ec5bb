"""What is told of a cell's outputs while it runs: a log's words for one, and the end of what was said.

Imported before the kernel's process is started, so it needs no notebook library.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.worker.masking import Mask

TAIL_LIMIT = 8_000
"""Characters of output that one event holds: the Lab, the shell and Airflow's log read all of them."""
_REWRITTEN_LINE = re.compile(r"[^\n]*\r(?=[^\n])")


def shown_once(text: str) -> str:
    """Text as a terminal would leave it: of a line that is rewritten by `\\r`, what came last."""
    return _REWRITTEN_LINE.sub("", text) if "\r" in text else text


def said(content: Mapping[str, Any]) -> str:
    """What an output says in a log; only a stream may end within a line."""
    if "text" in content:
        return str(content["text"])
    data = content.get("data")
    text = data.get("text/plain") if isinstance(data, Mapping) else content.get("evalue")
    return f"{text}\n" if text else ""


@dataclass
class Tail:
    """The end of what a cell has said since it was last told, for progress.

    Attributes:
        mask: what is not to be told, though it comes in pieces.
        limit: characters that are kept; of what came before, only the number of lines is.
    """

    mask: Mask
    limit: int = TAIL_LIMIT
    _text: str = ""
    _left_out: int = 0
    _within_line: bool = False

    def add(self, text: str) -> None:
        """Take what was said; lines rewritten by `\\r` count once."""
        text = shown_once(self._text + text)
        if len(text) > self.limit:
            # Up to the end of a line, unless that line alone is too long.
            cut = text.find("\n", len(text) - self.limit - 1) + 1
            cut = cut if 0 < cut < len(text) else len(text) - self.limit
            self._left_out += text.count("\n", 0, cut)
            text = text[cut:]
        self._text = text

    def take(self, *, last: bool) -> str:
        """What is to be told, with how much is left out of it.

        Args:
            last: nothing follows; else what may be the beginning of a secret waits for its end.
        """
        text = self.mask.text(self._text)
        told = len(text) if last else len(text) - self.mask.begun(text)
        text, self._text = text[:told], text[told:]
        left_out, begun = self._left_out, self._within_line
        self._left_out, self._within_line = 0, not text.endswith("\n")
        if not left_out:
            return text
        lines = f"{left_out:,} line{'s' if left_out > 1 else ''}"
        note = f"[promote] {lines} before these: see the executed notebook."
        return "\n" * begun + f"{note}\n{text}"
