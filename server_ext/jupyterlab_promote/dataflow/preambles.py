"""What of earlier steps runs again at the beginning of a later one: imports, magics, settings. Nothing that travels."""

import ast
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.set_up import of_a_library
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import LOADS_EXTENSION, StepNames, only_imported_before


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
    return _preambles(lines, standing, frozenset(again), _bound_again(replayed, steps))


def _lines_of(step: StepNames, every: tuple[StepNames, ...]) -> _Lines:
    return _lines(step, tuple(line for line in step.settings if _is_there(line, every)))


@lru_cache(maxsize=2048)
def _lines(step: StepNames, settings: tuple[str, ...]) -> _Lines:
    """One object for an unedited step, which is compared at once."""
    moved = any(line.startswith(_SEARCH_PATH) for line in step.set_up)
    found = _imported_without(step) if moved else frozenset()
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
    bound_again: frozenset[tuple[int, int, str]],
) -> tuple[tuple[str, ...], ...]:
    """The same, as long as no edit changes a line of them.

    Args:
        standing: by step, `imported` and `everywhere` of `_in_order`.
    """
    return tuple(
        tuple(
            line
            for line in _in_order(
                steps[:index],
                *names,
                {(step, name) for step, after, name in bound_again if after == index},
            )
            if line not in again
        )
        for index, names in enumerate(standing)
    )


def _bound_again(
    replayed: StepNames, steps: tuple[StepNames, ...]
) -> frozenset[tuple[int, int, str]]:
    """(step, later step, name) of imports after which a cell that runs again imports something else under that name."""
    found: set[tuple[int, int, str]] = set()
    for name, line in replayed.imports.items():
        others = [i for i, step in enumerate(steps) if step.imports.get(name, line) != line]
        last = _last_import(replayed, name) if others else -1
        for index in (i for i in others if _last_import(steps[i], name) < last):
            later = range(index + 1, len(steps))
            found |= {(index, i, name) for i in later if steps[i].cells[0].index > last}
    return frozenset(found)


def _last_import(step: StepNames, name: str) -> int:
    """The place in the notebook of the last cell of a step that imports something by a name."""
    found = (cell.index for cell in step.code if name in cell_names(cell.source)[1].imports)
    return max(found, default=-1)


def _in_order(
    before: Sequence[_Lines],
    imported: frozenset[str],
    everywhere: frozenset[str],
    bound_again: Set[tuple[int, str]],
) -> list[str]:
    """The statements of some steps.

    Args:
        imported: names that these steps leave bound by an import alone.
        everywhere: those of which the same is true of the cells that run again.
        bound_again: (step, name) of imports that hold no longer.
    """
    lines: dict[str, None] = {}
    for index, step in enumerate(before):
        again = _still_bound(
            [
                (name, line)
                for name, line in step.import_lines
                if name in imported and (index, name) not in bound_again
            ]
        )
        _forget(lines, again)
        paths = [line for line in step.set_up if line.startswith(_SEARCH_PATH)]
        # A module is found where it lies only after the line that says so.
        lines |= {line: None for name, line in again if name in step.found}
        lines |= dict.fromkeys((*paths, *(line for _, line in again)))
        for line in (line for line in step.set_up if line not in paths):
            if not line.startswith(LOADS_EXTENSION):
                # What was set last holds.
                lines.pop(line, None)
            lines[line] = None
        for line in step.settings:
            if line.partition(".")[0] in everywhere:
                lines.pop(line, None)
                lines[line] = None
    return sorted(lines, key=lambda line: not line.startswith("from __future__"))


def _still_bound(imports: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those imports of a step after which none of something else follows under the same name."""
    last = dict(imports)
    return [(name, line) for name, line in imports if _bound(line)[1] == _bound(last[name])[1]]


def _forget(lines: dict[str, None], imports: Sequence[tuple[str, str]]) -> None:
    """Drop earlier imports of something else under the names of these; what is imported last holds."""
    told = dict(imports)
    for line in [line for line in lines if _bound(line)[0] in told]:
        name, what = _bound(line)
        if what != _bound(told[name])[1]:
            del lines[line]


@lru_cache(maxsize=4096)
def _bound(line: str) -> tuple[str, str]:
    """(name, dotted path) of what one import binds; empty for another statement."""
    if not line.startswith(("import ", "from ")):
        return "", ""
    [node] = ast.parse(line).body
    if not isinstance(node, ast.Import | ast.ImportFrom) or len(node.names) != 1:
        return "", ""
    [alias] = node.names
    if isinstance(node, ast.ImportFrom):
        return alias.asname or alias.name, f"{node.module}.{alias.name}"
    root = alias.name.partition(".")[0]
    return alias.asname or root, alias.name if alias.asname else root


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
