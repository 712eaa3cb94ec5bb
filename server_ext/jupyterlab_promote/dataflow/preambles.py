"""What of earlier steps runs again at the beginning of a later one: imports, magics, settings. Nothing that travels."""

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.set_up import of_a_library
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames, only_imported_before


class _Lines(NamedTuple):
    """What of a step may run again in later ones; each as `StepNames` has it.

    Attributes:
        found: names imported before the step's first line that changes where modules are looked for.
    """

    import_lines: tuple[tuple[str, str], ...]
    set_up: tuple[str, ...]
    settings: tuple[str, ...]
    found: frozenset[str]


def preambles(replayed: StepNames, steps: tuple[StepNames, ...]) -> tuple[tuple[str, ...], ...]:
    """By step the statements of the steps before it, each once, without those of the cells that run again anyway."""
    again = {*replayed.imports.values(), *replayed.set_up}
    _, *everywhere = only_imported_before((replayed, *steps))
    lines = tuple(_lines_of(step, (replayed, *steps)) for step in steps)
    standing = tuple(zip(only_imported_before(steps), everywhere, strict=True))
    return _preambles(lines, standing, frozenset(again))


def _lines_of(step: StepNames, every: tuple[StepNames, ...]) -> _Lines:
    moved = any(line.startswith(_SEARCH_PATH) for line in step.set_up)
    found = _imported_without(step) if moved else frozenset()
    settings = tuple(line for line in step.settings if _is_there(line, every))
    return _Lines(step.import_lines, step.set_up, settings, found)


def _is_there(line: str, every: tuple[StepNames, ...]) -> bool:
    """Whether what a line sets is there in each kernel: what the notebook's own code made need not be."""
    target = line.partition(" = ")[0]
    if "(" not in target and "[" not in target:
        return True
    root = line.partition(".")[0]
    return all(of_a_library(step.imports[root]) for step in every if root in step.imports)


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
        again = [(name, line) for name, line in step.import_lines if name in imported]
        paths = [line for line in step.set_up if line.startswith(_SEARCH_PATH)]
        # A module is found where it lies only after the line that says so.
        lines |= {line: None for name, line in again if name in step.found}
        lines |= dict.fromkeys((*paths, *(line for _, line in again)))
        for line in (line for line in step.set_up if line not in paths):
            if "(" in line or line.startswith("%sql"):
                # What was set last holds.
                lines.pop(line, None)
            lines[line] = None
        for line in step.settings:
            if line.partition(".")[0] in everywhere:
                lines.pop(line, None)
                lines[line] = None
    return sorted(lines, key=lambda line: not line.startswith("from __future__"))


_SEARCH_PATH = "sys.path."


@lru_cache(maxsize=2048)
def _imported_without(step: StepNames) -> frozenset[str]:
    """The names that a step imports before it changes where modules are looked for."""
    found: set[str] = set()
    for cell in step.code:
        tree = cell_names(cell.source)[0].tree
        for statement in tree.body if tree is not None else ():
            match statement:
                case ast.Expr(value=ast.Call(func=func)) if dotted(func).startswith(_SEARCH_PATH):
                    return frozenset(found)
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    found |= {each.asname or each.name.partition(".")[0] for each in names}
    return frozenset(found)
