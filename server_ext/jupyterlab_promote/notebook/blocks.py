"""Cells of code in blocks, by which what is found in them is kept (`dataflow/kept.py`): an edit changes one block.

A block ends after a text whose hash says so, as in the chunks of rsync and LBFS, and not after a number of cells: where
a cell is inserted the later blocks stay what they are.
"""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyterlab_promote.notebook.document import Cell

_USUAL = 8
"""How many cells a block has on average."""


class Block:
    """The texts of some neighbouring cells. Equal texts give the same object, which is told apart as such."""

    __slots__ = ("sources",)

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = sources


class Code(tuple["Cell", ...]):
    """Cells of code in the order of the notebook."""

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Their texts."""
        return tuple([cell.source for cell in self])

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All of them, block by block."""
        sources = self.sources
        ends = [at for at, source in enumerate(sources, 1) if hash(source) % _USUAL == 0]
        return tuple([_block(sources[begin:end]) for begin, end in _between(ends, len(sources))])


@lru_cache(maxsize=256)
def parts_of(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    """Neighbouring blocks together, so that an edit changes one part of a long notebook; few blocks are one part."""
    if len(blocks) <= 2 * _USUAL:
        return (blocks,)
    last = [hash(block.sources[-1]) // _USUAL for block in blocks]
    ends = [at for at, number in enumerate(last, 1) if number % _USUAL == 0]
    return tuple([blocks[begin:end] for begin, end in _between(ends, len(blocks))])


def _between(ends: list[int], length: int) -> Iterator[tuple[int, int]]:
    """Where the parts of a list begin and end."""
    bounds = zip([0, *ends], [*ends, length], strict=True)
    return ((begin, end) for begin, end in bounds if begin < end)


@lru_cache(maxsize=4096)
def _block(sources: tuple[str, ...]) -> Block:
    return Block(sources)
