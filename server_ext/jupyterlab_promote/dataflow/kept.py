"""Looking through cells for what is seldom there, and joining what they say.

What a cell holds is found once for its source (`lru_cache`), what a block of cells holds once for the block: after an
edit only the cells of one block are asked again, and no block of a step that was not edited.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import accumulate, chain
from typing import Any, Protocol, TypeVar

from jupyterlab_promote.notebook.blocks import Block, Code, parts_of
from jupyterlab_promote.notebook.document import Cell

_Found = TypeVar("_Found")
_Set = TypeVar("_Set", bound=frozenset[Any])


class _HasCode(Protocol):
    @property
    def code(self) -> Code: ...


_OfStep = TypeVar("_OfStep", bound=_HasCode)


def cells_with(fact: Callable[..., object], cells: Iterable[Cell], *given: Any) -> Iterator[Cell]:
    """The cells in whose source something is found.

    Args:
        fact: what is found in a source, a function of a module, which tells it apart; asked as `fact(*given, source)`.
        given: what it depends on besides, equal where it finds the same.
    """
    code = as_code(cells)
    return map(code.__getitem__, _places(fact, code.blocks, *given))


def any_with(fact: Callable[..., object], cells: Iterable[Cell], *given: Any) -> bool:
    """Whether something is found in some cell; asked as by `cells_with`."""
    return bool(_places(fact, as_code(cells).blocks, *given))


def union_of(fact: Callable[[str], Iterable[_Found]], cells: Iterable[Cell]) -> frozenset[_Found]:
    """All that is found in the cells; asked as by `cells_with`."""
    return _union(fact, as_code(cells).blocks)


def steps_with(
    fact: Callable[..., object], steps: Iterable[_OfStep], *given: Any
) -> Iterator[tuple[_OfStep, Cell]]:
    """The cells of steps in whose source something is found, each with its step; asked as by `cells_with`."""
    known = tuple(map(as_one, given))
    for part in _in_parts(steps):
        yield from _steps_with(fact, part, *known)


def union_of_steps(
    fact: Callable[[str], Iterable[_Found]], steps: Iterable[_HasCode]
) -> frozenset[_Found]:
    """All that is found in the cells of steps; asked as by `cells_with`."""
    return as_one(frozenset().union(*[_union_of_steps(fact, part) for part in _in_parts(steps)]))


def each_of(
    fact: Callable[..., Iterable[_Found]], cells: Iterable[Cell], *given: Any
) -> Iterator[tuple[Cell, _Found]]:
    """What is found in the cells, one after the other; asked as by `cells_with`."""
    code = as_code(cells)
    begin = 0
    for block in code.blocks:
        for place, found in _each_in(fact, block, *given):
            yield code[begin + place], found
        begin += len(block.sources)


class InPart:
    """What was found in the cells of some neighbouring blocks, one after the other.

    Equal findings give the same object, which is told apart as such: what follows from those of all parts is kept by
    them, as long as no edit finds anything else.
    """

    __slots__ = ("found",)

    def __init__(self, found: tuple[Any, ...]) -> None:
        self.found = found


def by_part(fact: Callable[..., object], cells: Iterable[Cell], *given: Any) -> tuple[InPart, ...]:
    """What is found in the cells, part by part; asked as by `cells_with`."""
    return tuple([_in_part(fact, part, *given) for part in parts_of(as_code(cells).blocks)])


def as_one(equal: _Set) -> _Set:
    """One object for equal sets, which is compared at once where something is kept by it."""
    return _first(equal)  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _first(equal: frozenset[Any]) -> frozenset[Any]:
    return equal


def as_code(cells: Iterable[Cell]) -> Code:
    """The cells with the blocks that they are in."""
    return cells if isinstance(cells, Code) else Code(cells)


_once = lru_cache(maxsize=8192)(InPart)


@lru_cache(maxsize=8192)
def _in_part(fact: Callable[..., object], part: tuple[Block, ...], *given: Any) -> InPart:
    return _once(tuple(chain.from_iterable([_in_block(fact, block, *given) for block in part])))


@lru_cache(maxsize=32768)
def _in_block(fact: Callable[..., object], block: Block, *given: Any) -> tuple[Any, ...]:
    return tuple(map(partial(fact, *given), block.sources))


@lru_cache(maxsize=8192)
def _places(fact: Callable[..., object], blocks: tuple[Block, ...], *given: Any) -> tuple[int, ...]:
    parts = parts_of(blocks)
    if len(parts) > 1:
        found = [(begin, _places(fact, part, *given)) for part, begin in _placed(parts)]
    else:
        own = [(block,) for block in blocks]
        found = [
            (begin, _places_in(fact, block, *given)) for (block,), begin in _placed(tuple(own))
        ]
    return tuple([begin + place for begin, places in found for place in places])


@lru_cache(maxsize=2048)
def _placed(parts: tuple[tuple[Block, ...], ...]) -> tuple[tuple[tuple[Block, ...], int], ...]:
    """Each part with how many cells stand before it."""
    cells = [sum([len(block.sources) for block in part]) for part in parts]
    return tuple(zip(parts, accumulate(cells, initial=0), strict=False))


_STEPS = 5
"""How many neighbouring steps are asked as one: after an edit those of one part again, the others part by part."""


def _in_parts(steps: Iterable[_OfStep]) -> list[tuple[_OfStep, ...]]:
    listed = tuple(steps)
    return [listed[begin : begin + _STEPS] for begin in range(0, len(listed), _STEPS)]


@lru_cache(maxsize=8192)
def _steps_with(
    fact: Callable[..., object], steps: tuple[_OfStep, ...], *given: Any
) -> tuple[tuple[_OfStep, Cell], ...]:
    codes = [(step, step.code) for step in steps]
    return tuple(
        [
            (step, code[place])
            for step, code in codes
            for place in _places(fact, code.blocks, *given)
        ]
    )


@lru_cache(maxsize=8192)
def _union_of_steps(
    fact: Callable[[str], Iterable[_Found]], steps: tuple[_HasCode, ...]
) -> frozenset[_Found]:
    return as_one(frozenset().union(*[_union(fact, step.code.blocks) for step in steps]))


@lru_cache(maxsize=32768)
def _places_in(fact: Callable[..., object], block: Block, *given: Any) -> tuple[int, ...]:
    asked = map(partial(fact, *given), block.sources)
    return tuple([place for place, found in enumerate(asked) if found])


@lru_cache(maxsize=32768)
def _each_in(
    fact: Callable[..., Iterable[_Found]], block: Block, *given: Any
) -> tuple[tuple[int, _Found], ...]:
    asked = enumerate(map(partial(fact, *given), block.sources))
    return tuple([(place, found) for place, each in asked for found in each])


@lru_cache(maxsize=8192)
def _union(fact: Callable[[str], Iterable[_Found]], blocks: tuple[Block, ...]) -> frozenset[_Found]:
    parts = parts_of(blocks)
    if len(parts) > 1:
        return as_one(frozenset().union(*[_union(fact, part) for part in parts]))
    return as_one(frozenset().union(*[_union_in(fact, block) for block in blocks]))


@lru_cache(maxsize=32768)
def _union_in(fact: Callable[[str], Iterable[_Found]], block: Block) -> frozenset[_Found]:
    return frozenset().union(*map(fact, block.sources))
