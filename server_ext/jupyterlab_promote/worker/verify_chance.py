"""Which variables differ between two runs from top to bottom: what hangs on them differs by chance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.worker.handoff.checks.fingerprint import NONE
from jupyterlab_promote.worker.watched import Watched

Runs = tuple[Watched, Watched]


def random_names(nb: Notebook, runs: Runs) -> Mapping[str, frozenset[str]]:
    """By cell, the names that it mentions which have another value in the other run.

    A value that takes too long to be read after a cell, such as a forest of a hundred trees, is as it was when it was
    last known, or when it is next known.
    """
    order = [cell.id for cell in nb.cells if cell.is_code]
    found: defaultdict[str, set[str]] = defaultdict(set)
    _follow(order, runs, {}, found)
    _follow(reversed(order), runs, _compared(*(run.end for run in runs)), found)
    return {cell: frozenset(names) for cell, names in found.items()}


def _follow(
    order: Iterable[str],
    runs: Runs,
    last: dict[str, bool],
    found: Mapping[str, set[str]],
) -> None:
    for cell in order:
        one, other = (run.cells.get(cell, {}) for run in runs)
        last |= _compared(one, other)
        found[cell].update(name for name in one.keys() & other.keys() if last.get(name))


def _compared(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, bool]:
    """Whether they differ, of the names whose values both know."""
    return {
        name: one[name] != other[name]
        for name in one.keys() & other.keys()
        if not (one[name].startswith(NONE) or other[name].startswith(NONE))
    }
