"""Functions under `functools.lru_cache` or `functools.cache`: what they remember travels with them.

A cache that began empty elsewhere would run a function once more, which may draw other numbers or print again.
"""

import functools
import gc
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from jupyterlab_promote.worker.handoff.problems import NotPicklable

_OWN = ("__wrapped__", "cache_parameters")
_LINK = "_lru_list_elem"
_UNREADABLE = "the cache of {} cannot be read in this Python"


class _Call(NamedTuple):
    """One remembered call."""

    arguments: tuple[Any, ...]
    named: dict[str, Any]
    result: Any


def reduce(function: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """How a cached function is made again, with its calls in the order of their last use.

    Raises:
        NotPicklable: this Python keeps its caches in another way.
    """
    attributes = {key: value for key, value in vars(function).items() if key not in _OWN}
    parameters = function.cache_parameters()
    calls = tuple(_calls(function, typed=parameters["typed"]))
    return _again, (function.__wrapped__, parameters, attributes, calls)


def _calls(function: Any, *, typed: bool) -> Iterator[_Call]:
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
        yield _Call(*_arguments(key, inside[at:], typed=typed), result)


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
    calls: tuple[_Call, ...],
) -> Any:
    """The function with a cache that was filled by the calls; it is not run for them."""
    results = iter([call.result for call in calls])
    inner = functools.partial(lambda *_, **__: next(results))
    made = functools.lru_cache(**parameters)(inner)
    for call in calls:
        made(*call.arguments, **call.named)
    inner.__setstate__((function, (), {}, {}))  # type: ignore[attr-defined]
    functools.update_wrapper(made, function)
    vars(made).update(attributes)
    return made
