"""Looking through cells for what is seldom there. What a cell holds is found once for its source (`lru_cache`)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import compress

from jupyterlab_promote.notebook.document import Cell


def cells_with(fact: Callable[[str], object], cells: Iterable[Cell]) -> Iterator[Cell]:
    """The cells in whose source something is found.

    Args:
        fact: what is found in a source; it should keep what it found, since it is asked after each edit.
    """
    listed = tuple(cells)
    return compress(listed, map(fact, [cell.source for cell in listed]))
