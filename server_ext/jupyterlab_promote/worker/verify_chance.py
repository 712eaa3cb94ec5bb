"""Which variables differ between runs from top to bottom: what hangs on them differs by chance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.worker.handoff.checks.fingerprint import NONE
from jupyterlab_promote.worker.watched import Watched


def random_names(nb: Notebook, runs: Sequence[Watched]) -> Mapping[str, frozenset[str]]:
    """By cell, the names that it mentions which have not one value in all runs.

    A value that takes too long to be read after a cell, such as a forest of a hundred trees, is as it was when it was
    last known, or when it is next known.
    """
    order = [cell.id for cell in nb.cells if cell.is_code]
    found: defaultdict[str, set[str]] = defaultdict(set)
    _follow(order, runs, {}, found)
    _follow(reversed(order), runs, _compared([run.end for run in runs]), found)
    return {cell: frozenset(names) for cell, names in found.items()}


def _follow(
    order: Iterable[str],
    runs: Sequence[Watched],
    last: dict[str, bool],
    found: Mapping[str, set[str]],
) -> None:
    for cell in order:
        sides = [run.cells.get(cell, {}) for run in runs]
        last |= _compared(sides)
        found[cell].update(name for name in _in_all(sides) if last.get(name))


def _compared(sides: Sequence[Mapping[str, str]]) -> dict[str, bool]:
    """Whether they differ, of the names whose values all know."""
    known = {name: {side[name] for side in sides} for name in _in_all(sides)}
    return {
        name: len(texts) > 1
        for name, texts in known.items()
        if not any(text.startswith(NONE) for text in texts)
    }


def _in_all(sides: Sequence[Mapping[str, str]]) -> set[str]:
    first, *others = sides
    return set(first).intersection(*others)
