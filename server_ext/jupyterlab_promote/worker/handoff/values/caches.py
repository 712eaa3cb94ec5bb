"""Functions under `functools.lru_cache` or `functools.cache`: what they remember travels with them.

A cache that began empty elsewhere would run a function once more, which may draw other numbers or print again.
"""

import functools
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values.kinds import is_found_by_name

_OWN = ("__wrapped__", "cache_parameters")
_LINK = "_lru_list_elem"
_UNREADABLE = "the cache of {} cannot be read in this Python"


_MOST_COUNTED = 1_000_000
"""Hits and misses beyond it are not counted again; so many calls take a tenth of a second."""


class Call(NamedTuple):
    """One remembered call."""

    arguments: tuple[Any, ...]
    named: dict[str, Any]
    result: Any


class Memory(NamedTuple):
    """What a cached function remembers.

    Attributes:
        calls: the latest used last.
        hits: how many calls found their result, which `cache_info()` shows.
        misses: how many did not, also of results that were dropped since.
    """

    calls: tuple[Call, ...]
    hits: int
    misses: int


def reduce(function: Any) -> str | tuple[Callable[..., Any], tuple[Any, ...]]:
    """How a cached function is made again, with its calls in the order of their last use.

    One that a module has under its name is found there; what it remembers travels with what the module keeps.

    Raises:
        NotPicklable: this Python keeps its caches in another way.
    """
    if is_found_by_name(function):
        return str(function.__qualname__)
    attributes = {key: value for key, value in vars(function).items() if key not in _OWN}
    return _again, (
        function.__wrapped__, function.cache_parameters(), attributes, memory_of(function)
    )  # fmt: skip


def memory_of(function: Any) -> Memory:
    """What a cached function remembers.

    Raises:
        NotPicklable: this Python keeps its caches in another way.
    """
    calls = tuple(_calls(function, typed=function.cache_parameters()["typed"]))
    counted = function.cache_info()
    return Memory(calls, counted.hits, counted.misses)


def fill(function: Any, memory: Memory) -> None:
    """Let a cached function, whoever leads to it, remember the same; it is not run for that."""
    inner = getattr(function, "__wrapped__", None)
    if not isinstance(inner, FunctionType):
        return
    function.cache_clear()
    own = inner.__code__, inner.__defaults__, inner.__kwdefaults__
    inner.__code__ = _standing_in(inner.__code__.co_freevars)
    inner.__defaults__, inner.__kwdefaults__ = None, {"_next": _results(memory).__next__}
    try:
        _call_again(function, memory)
    finally:
        inner.__code__, inner.__defaults__, inner.__kwdefaults__ = own


def _standing_in(free: tuple[str, ...]) -> CodeType:
    """Code that calls `_next`; a function only takes code with as many free names as its own has."""
    bound = "".join(f" {name} = None\n" for name in free)
    mentioned = f"  if 0: {', '.join(free)}\n" if free else ""
    inner = f" def inner(*_, _next, **__):\n{mentioned}  return _next()()"
    code = compile(f"def around():\n{bound}{inner}", "<calls>", "exec")
    for _ in ("around", "inner"):
        code = next(one for one in code.co_consts if isinstance(one, CodeType))
    return code


def _results(memory: Memory) -> Iterator[Callable[[], Any]]:
    """What gives the result of each call that `_call_again` makes, or fails, and then nothing is remembered."""
    dropped = memory.misses - len(memory.calls)
    yield from [_drop] * min(dropped, _MOST_COUNTED)
    yield from (partial(_itself, call.result) for call in memory.calls)


class _Dropped(Exception):
    """A result that is not to be remembered."""


def _drop() -> None:
    raise _Dropped


def _itself(value: Any) -> Any:
    return value


def _call_again(function: Any, memory: Memory) -> None:
    """Make the calls that leave a cached function with such a memory."""
    for _ in range(min(memory.misses - len(memory.calls), _MOST_COUNTED)):
        with suppress(_Dropped):
            function()
    for call in memory.calls:
        function(*call.arguments, **call.named)
    for last in memory.calls[-1:]:
        for _ in range(min(memory.hits, _MOST_COUNTED)):
            function(*last.arguments, **last.named)


def _calls(function: Any, *, typed: bool) -> Iterator[Call]:
    size = function.cache_info().currsize
    inside = gc.get_referents(function)
    # What was remembered comes before the table, and may be a dict of that size as well.
    places = reversed(range(len(inside)))
    at = next((n for n in places if _is_table(inside[n], function, size)), None)
    if not size or at is None:
        if size:
            raise NotPicklable(_UNREADABLE.format(function.__name__))
        return
    # A bounded cache chains what it holds: the function refers to each key and result, the latest used last.
    chain = [one for one in inside[:at] if not _is_link(one)][-2 * size :]
    chained = any(type(value).__name__ == _LINK for value in inside[at].values())
    held = dict(zip(chain[::2], chain[1::2], strict=True)) if chained else inside[at]
    if held.keys() != inside[at].keys():
        raise NotPicklable(_UNREADABLE.format(function.__name__))
    for key, result in held.items():
        yield Call(*_arguments(key, inside[at:], typed=typed), result)


def _is_table(one: Any, function: Any, size: int) -> bool:
    return type(one) is dict and one is not vars(function) and len(one) == size


def _is_link(one: Any) -> bool:
    return isinstance(one, type) and one.__name__ == _LINK


def _arguments(
    key: Any, others: list[Any], *, typed: bool
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that make a key: itself if it is one number or text; else `(*args, mark, name, value, ...)`."""
    if type(key) is not tuple:
        return (key,), {}
    mark = next((n for n, part in enumerate(key) if _among(part, others)), None)
    if mark is None:
        return key[: len(key) // 2] if typed else key, {}
    rest = key[mark + 1 :]
    # With types, one follows for each argument and each named value.
    pairs = rest[: 2 * ((len(rest) - mark) // 3)] if typed else rest
    return key[:mark], dict(zip(pairs[::2], pairs[1::2], strict=True))


def _among(part: Any, others: list[Any]) -> bool:
    return type(part) is object and any(part is one for one in others)


def _again(
    function: Callable[..., Any],
    parameters: Mapping[str, Any],
    attributes: Mapping[str, Any],
    memory: Memory,
) -> Any:
    """The function under a cache that remembers the same."""
    results = _results(memory)
    inner = partial(lambda *_, **__: next(results)())
    made = functools.lru_cache(**parameters)(inner)
    _call_again(made, memory)
    inner.__setstate__((function, (), {}, {}))  # type: ignore[attr-defined]
    functools.update_wrapper(made, function)
    vars(made).update(attributes)
    return made
