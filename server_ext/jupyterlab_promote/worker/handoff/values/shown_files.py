"""Arrays that show a file, as `np.memmap` makes them."""

from typing import Any


def reduce(array: Any) -> tuple[Any, ...] | None:
    """How to pickle it. A copy would no longer change the file, so it may not be written any more."""
    if array.flags.writeable and array.mode not in ("r+", "w+"):
        return None
    return (*array.__reduce__(), None, None, _fill_and_lock)


def _fill_and_lock(array: Any, state: Any) -> None:
    array.__setstate__(state)
    array.flags.writeable = False
