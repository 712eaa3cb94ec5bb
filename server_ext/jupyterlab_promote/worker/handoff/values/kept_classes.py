"""What a class of the notebook keeps, as the step left it that gives the class: each stream that has one of its objects
brings the class along, with what it kept when that was written, and with copies of the objects in it.
"""

import enum
from collections.abc import Iterable
from typing import Any

Kept = list[tuple[type, dict[str, Any]]]
"""Classes, which may have no hash, and their attributes."""


def of_classes(values: Iterable[Any]) -> Kept:
    """The attributes of those of the values that are classes of the notebook."""
    return [
        (value, _attributes(value))
        for value in values
        if isinstance(value, type) and value.__module__ == "__main__"
        # The members of an enumeration are what they are, whoever brings them.
        if not isinstance(value, enum.EnumMeta)
    ]


def give_back(kept: Kept) -> None:
    """Let classes keep what they did when they were noted, whatever was loaded since."""
    for kind, attributes in kept:
        for name, value in _attributes(kind).items():
            if name not in attributes:
                type.__delattr__(kind, name)
            elif value is not attributes[name]:
                type.__setattr__(kind, name, attributes[name])


def _attributes(kind: type) -> dict[str, Any]:
    return {
        name: value for name, value in vars(kind).items() if not name.startswith(("__", "_abc_"))
    }
