"""What of earlier steps runs again at the beginning of a later one: imports, magics, settings. Nothing that travels."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.chain import StepNames, only_imported_before


class _Lines(NamedTuple):
    """What of a step may run again in later ones; each as `StepNames` has it."""

    import_lines: tuple[tuple[str, str], ...]
    set_up: tuple[str, ...]
    settings: tuple[str, ...]


def preambles(replayed: StepNames, steps: tuple[StepNames, ...]) -> tuple[tuple[str, ...], ...]:
    """By step the statements of the steps before it, each once, without those of the cells that run again anyway."""
    again = {*replayed.imports.values(), *replayed.set_up}
    _, *everywhere = only_imported_before((replayed, *steps))
    lines = tuple(_Lines(step.import_lines, step.set_up, step.settings) for step in steps)
    standing = tuple(zip(only_imported_before(steps), everywhere, strict=True))
    return _preambles(lines, standing, frozenset(again))


@lru_cache(maxsize=64)
def _preambles(
    steps: tuple[_Lines, ...],
    standing: tuple[tuple[frozenset[str], frozenset[str]], ...],
    again: frozenset[str],
) -> tuple[tuple[str, ...], ...]:
    """The same, as long as no edit changes a line of them.

    Args:
        standing: by step, `imported` and `everywhere` of `_in_order`.
    """
    return tuple(
        tuple(line for line in _in_order(steps[:index], *names) if line not in again)
        for index, names in enumerate(standing)
    )


def _in_order(
    before: Sequence[_Lines], imported: frozenset[str], everywhere: frozenset[str]
) -> list[str]:
    """The statements of some steps.

    Args:
        imported: names that these steps leave bound by an import alone.
        everywhere: those of which the same is true of the cells that run again.
    """
    lines: dict[str, None] = {}
    for step in before:
        lines |= {line: None for name, line in step.import_lines if name in imported}
        for line in step.set_up:
            if "(" in line:
                # What was set last holds.
                lines.pop(line, None)
            lines[line] = None
        for line in step.settings:
            if line.partition(".")[0] in everywhere:
                lines.pop(line, None)
                lines[line] = None
    return sorted(lines, key=lambda line: not line.startswith("from __future__"))
