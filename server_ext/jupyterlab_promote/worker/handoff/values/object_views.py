"""Views of arrays of objects: `y = table[:, 3]` of a table of mixed columns is still a part of it after the handoff.

Their memory holds references, which cannot be written out as bytes: each view is told as a place in an array that is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jupyterlab_promote.worker.handoff.values.array_memory import extent_of, root_of, span_of


class ObjectViews:
    """Which arrays of objects of a group show the same memory; noted in a first pass, told in a second one."""

    def __init__(self) -> None:
        self._seen: dict[int, dict[int, Any]] = {}
        self._windows: dict[int, tuple[Any, ...]] | None = None

    def reduce(self, array: Any) -> tuple[Any, ...] | None:
        """How to pickle an array of objects; None where it is no view of what others show."""
        if self._windows is not None:
            return self._windows.get(id(array))
        if array.dtype.kind == "O":
            self._seen.setdefault(id(root_of(array)), {})[id(array)] = array
        return None

    def resolve(self, private: Mapping[int, Any]) -> bool:
        """End the first pass; whether a second one is needed.

        Args:
            private: the arrays that tables have for themselves, by id.
        """
        windows: dict[int, tuple[Any, ...]] = {}
        for seen in self._seen.values():
            members = [array for array in seen.values() if id(array) not in private]
            root = root_of(members[0]) if members else None
            if len(members) > 1 and id(root) not in private and _is_whole(root):
                windows.update(_windows_of(members, root))
        self._windows = windows
        return bool(windows)


def _is_whole(root: Any) -> bool:
    plainly = type(root).__name__ == "ndarray" and root.base is None
    # One with named columns has other things between its objects.
    return (
        plainly
        and root.dtype.kind == "O"
        and bool(root.flags.c_contiguous or root.flags.f_contiguous)
    )


def _windows_of(members: Iterable[Any], root: Any) -> dict[int, tuple[Any, ...]]:
    """How to tell the views. What none of them shows does not go along."""
    shown = list(members)
    low, high = span_of(shown)
    carrier = root
    if not any(array is root for array in shown) and 2 * (high - low) < root.nbytes:
        begin, size = extent_of(root)[0], root.dtype.itemsize
        flat = root.reshape(-1, order="C" if root.flags.c_contiguous else "F")
        carrier = flat[(low - begin) // size : (high - begin) // size]
    start = extent_of(carrier)[0]
    return {
        id(array): (
            _part,
            (
                carrier,
                array.__array_interface__["data"][0] - start,
                array.shape,
                array.strides,
                bool(array.flags.writeable),
            ),
        )
        for array in shown
        if array is not root
    }


def _part(carrier: Any, offset: int, shape: Any, strides: Any, writeable: Any) -> Any:
    """Make a view again; called by pickle in the receiving kernel."""
    import numpy as np

    flat = carrier if carrier.flags.c_contiguous else carrier.reshape(-1, order="F")
    view: Any = np.ndarray(shape, object, buffer=flat, offset=offset, strides=strides)
    view.flags.writeable &= bool(writeable)
    return view
