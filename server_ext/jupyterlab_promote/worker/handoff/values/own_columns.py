"""Tables that have a column in common until one of them is written to: in the receiver's kernel each has its own.

`names = df["name"]` takes the column's array itself, and pandas notes beside it that two have it, so that whoever
writes copies first. Pickle keeps the array common and loses the note: a store to one would show in the other.
"""

from typing import Any


class Columns:
    """The arrays of one stream that tables have, with pandas' notes of who else has them."""

    def __init__(self) -> None:
        self._held: dict[int, list[_Held]] = {}

    def apart(self, holder: Any, values: Any, note: Any, *, labels: bool = False) -> Any:
        """Another array over the same memory, where a holder before has this one by the same note; else None.

        Without a common note a store to one is meant to show in the other. Labels, which nobody writes to, stay
        common to labels.
        """
        if note is None:
            return None
        # Categories and times of two columns lie in one array of numpy's.
        written = getattr(values, "_ndarray", values)
        before = self._held.setdefault(id(written), [])
        others = [one for one in before if one.holder is not holder and one.note is note]
        before.append(_Held(holder, written, note, labels))
        if all(one.labels and labels for one in others):
            return None
        # Arrow's memory is never written to, and goes into the stream once.
        return values.copy() if hasattr(values, "_pa_array") else values[:]


class _Held:
    """Keeps what it knows by address alive, too."""

    __slots__ = ("holder", "labels", "note", "written")

    def __init__(self, holder: Any, written: Any, note: Any, labels: bool) -> None:  # noqa: FBT001 - kept as it is
        self.holder = holder
        self.written = written
        self.note = note
        self.labels = labels


def replaced(state: Any, values: Any, other: Any) -> Any:
    """What pickle is to write of a holder, with another array in place of its own."""
    if state is values:
        return other
    if type(state) in (tuple, list):
        return type(state)([replaced(inner, values, other) for inner in state])
    if type(state) is dict:
        return {key: replaced(inner, values, other) for key, inner in state.items()}
    return state
