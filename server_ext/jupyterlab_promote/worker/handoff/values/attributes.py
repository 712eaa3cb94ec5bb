"""Attributes of objects whose classes are made from one of Python's, such as `Random`, `date` or `defaultdict`.

These say themselves how they are pickled, and leave out what a class of the user's adds.
"""

import functools
import sys
from typing import Any

from jupyterlab_promote.worker.handoff.values.kinds import module_of

_WAYS = frozenset({"__getstate__", "__reduce__", "__reduce_ex__"})


@functools.lru_cache(maxsize=512)
def may_be_forgotten(kind: type) -> bool:
    """Whether a class of the user's own is pickled in the way of one of Python's; exceptions are `exceptions.py`'s."""
    if not kind.__dictoffset__ or _is_of_python(kind) or issubclass(kind, BaseException):
        return False
    giver = next(base for base in kind.__mro__ if _WAYS & vars(base).keys())
    return giver is not object and _is_of_python(giver)


def _is_of_python(kind: type) -> bool:
    top = module_of(kind).partition(".")[0]
    return top in sys.stdlib_module_names and top != "__main__"


def reduce(obj: Any) -> Any:
    """The way of Python's class, and the attributes; None where they are among what it tells."""
    make, arguments, state, *items = (*obj.__reduce_ex__(4), None, None, None)[:5]
    held = state if isinstance(state, tuple) else (state,)
    own = vars(obj)
    if not own or any(part is own or (type(part) is dict and part == own) for part in held):
        return None
    return (make, arguments, (state, own), *items, _set_both)


def _set_both(made: Any, both: tuple[Any, dict[str, Any]]) -> None:
    state, own = both
    if state is not None and hasattr(made, "__setstate__"):
        made.__setstate__(state)
    elif state is not None:
        vars(made).update(state)
    vars(made).update(own)
