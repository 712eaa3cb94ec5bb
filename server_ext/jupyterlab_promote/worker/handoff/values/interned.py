"""Texts of which Python keeps one object each, as it does of those that are written out in code.

`mode is "train"` is true of such a one, and of no other that is equal.
"""

import sys
from collections.abc import Mapping
from typing import Any

_LONGEST = 1000
"""Characters above which nobody writes a text out to compare it by `is`."""


def kept_one(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a group, in which such texts are that in the receiver's kernel as well."""
    return {
        name: _Interned(value) if type(value) is str and _is_interned(value) else value
        for name, value in values.items()
    }


def _is_interned(text: str) -> bool:
    if not text.isidentifier() or len(text) > _LONGEST:
        return False
    # To ask for a text keeps it, if there is none: so the question is put with a copy, which goes away again.
    copy = "".join([text[:1], text[1:]])
    return sys.intern(copy) is text


class _Interned:
    """Stands in a stream for one."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> tuple[Any, ...]:
        return (sys.intern, (self.text,))
