"""The bytes of a notebook that is written again and again while its cells run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_WITHIN_CELLS = b"\n  "
"""What begins a line of a cell in a file whose indent is 1: a cell lies two levels deep."""


@dataclass
class NotebookText:
    """Encodes a notebook; a cell that is as it was when it was last encoded is not encoded again.

    A step's notebook holds up to 64 MiB of output, and nearly all of it belongs to cells that have ended.
    """

    _cells: dict[str, tuple[Any, bytes]] = field(default_factory=dict)

    def encoded(self, notebook: Mapping[str, Any]) -> bytes:
        """The notebook as any reader accepts it, sorted and indented by 1; surrogates are replaced."""
        around = _json({**notebook, "cells": []}) + b"\n"
        cells = [self._encoded(cell) for cell in notebook["cells"]]
        if not cells:
            return around
        listed = b'"cells": [' + _WITHIN_CELLS + (b"," + _WITHIN_CELLS).join(cells) + b"\n ]"
        return around.replace(b'"cells": []', listed, 1)

    def _encoded(self, cell: Mapping[str, Any]) -> bytes:
        known = self._cells.get(cell["id"])
        if known is not None and _unchanged(cell, known[0]):
            return known[1]
        encoded = _json(cell).replace(b"\n", _WITHIN_CELLS)
        self._cells[cell["id"]] = (_frame(cell), encoded)
        return encoded


def _json(value: object) -> bytes:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _frame(value: Any) -> Any:
    """The dicts and lists of a value anew, over the same texts and numbers, which nobody can change."""
    if isinstance(value, dict):
        return {key: _frame(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_frame(each) for each in value]
    return value


def _unchanged(value: Any, frame: Any) -> bool:
    """Whether a value still holds what its frame was made of. By identity: `1 == True`, and texts are long."""
    if isinstance(value, dict):
        return (
            isinstance(frame, dict)
            and value.keys() == frame.keys()
            and all(_unchanged(each, frame[key]) for key, each in value.items())
        )
    if isinstance(value, list):
        return (
            isinstance(frame, list)
            and len(value) == len(frame)
            and all(map(_unchanged, value, frame))
        )
    return value is frame
