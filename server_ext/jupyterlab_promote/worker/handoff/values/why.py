"""Whether and why a value cannot be pickled: the shortest path to the part at fault, its type and the way out."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

MAX_LOOKED_AT = 20_000

_FIXES = {
    "generator": "Make it a list, or merge the two steps.",
    "coroutine": "Await it in the same step.",
    "_io.TextIOWrapper": "Close the file and open it again in the step that needs it.",
    "_io.BufferedReader": "Close the file and open it again in the step that needs it.",
    "_io.BufferedWriter": "Close the file and open it again in the step that needs it.",
    "tempfile.TemporaryDirectory": "Its folder is deleted with the step; write to a folder of the notebook.",
    "sqlite3.Connection": "Connect again in the step that needs it, or merge the two steps.",
    "sqlite3.Cursor": "Fetch its rows into a list, or merge the two steps.",
    "_thread.lock": "Make it in the step that needs it, or merge the two steps.",
    "torch.Tensor": "Keep `.detach()` or `.item()` of it, or merge the two steps.",
    "weakref.ReferenceType": "Keep the object itself.",
}
_FIX = "Make it in the step that needs it, or merge the two steps."


def why(
    name: str, value: Any, attempt: Callable[[Any], BaseException | None]
) -> tuple[str, str, str, str]:
    """Path, type, reason and fix of the part of `value` that cannot be pickled.

    Args:
        attempt: pickles something and gives the exception, or None.
    """
    path, culprit = _nearest(name, value, attempt)
    kind = f"{type(culprit).__module__}.{type(culprit).__qualname__}".removeprefix("builtins.")
    reason = str(attempt(culprit) or "")
    return path, kind, reason.splitlines()[0] if reason else "", _FIXES.get(kind, _FIX)


def _nearest(
    name: str, value: Any, attempt: Callable[[Any], BaseException | None]
) -> tuple[str, Any]:
    """Breadth first: the first part that fails though none of its own parts does."""
    queue: deque[tuple[str, Any]] = deque([(name, value)])
    seen = {id(value)}
    deepest = (name, value)
    while queue and len(seen) < MAX_LOOKED_AT:
        path, part = queue.popleft()
        failing = []
        for inner_path, inner in _parts(path, part):
            if id(inner) in seen:
                continue
            seen.add(id(inner))
            if attempt(inner) is not None:
                failing.append((inner_path, inner))
        if not failing:
            return path, part
        deepest = failing[0]
        queue.extend(failing)
    return deepest


def _parts(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{path}[{key!r}]", inner) for key, inner in value.items())
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"{path}[{place}]", inner) for place, inner in enumerate(value))
    elif callable(value) and isinstance(getattr(value, "__globals__", None), dict):
        yield from _parts_of_function(path, value)
    attributes = getattr(value, "__dict__", None)
    if isinstance(attributes, dict) and not isinstance(value, type):
        yield from ((f"{path}.{key}", inner) for key, inner in attributes.items())


def _parts_of_function(path: str, function: Any) -> Iterator[tuple[str, Any]]:
    names, cells = function.__code__.co_freevars, function.__closure__ or ()
    for name, cell in zip(names, cells, strict=True):
        try:
            yield f"closure variable {name!r} of {path}", cell.cell_contents
        except ValueError:
            continue
    for default in function.__defaults__ or ():
        yield f"default argument of {path}", default
    for name in function.__code__.co_names:
        if name in function.__globals__:
            yield f"global {name!r} used by {path}", function.__globals__[name]
