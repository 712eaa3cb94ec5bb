"""What of earlier steps runs again at the beginning of a later one: imports, magics, settings. Nothing that travels."""

import ast
from collections.abc import Iterable, Sequence
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
    again = _Again(
        frozenset({*(line for _, line in replayed.import_lines), *replayed.set_up}),
        tuple(_bound(line) for _, line in replayed.import_lines),
        _bound_again(replayed, steps),
    )
    _, *everywhere = only_imported_before((replayed, *steps))
    lines = tuple(_lines_of(step, (replayed, *steps)) for step in steps)
    standing = tuple(zip(only_imported_before(steps), everywhere, strict=True))
    return _preambles(lines, standing, again)


class _Again(NamedTuple):
    """What the cells that run again in each step have done by then.

    Attributes:
        bound: (name, dotted path) of their imports, in order.
        after: (step, later step, name) of imports after which they import something else under that name.
    """

    lines: frozenset[str]
    bound: tuple[tuple[str, str], ...]
    after: frozenset[tuple[int, int, str]]


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
    again: _Again,
) -> tuple[tuple[str, ...], ...]:
    """The same, as long as no edit changes a line of them.

    Args:
        standing: by step, `imported` and `everywhere` of `_in_order`.
    """
    return tuple(
        tuple(_in_order(steps[:index], *names, again)) for index, names in enumerate(standing)
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
    before: Sequence[_Lines], imported: frozenset[str], everywhere: frozenset[str], again: _Again
) -> list[str]:
    """The statements of some steps.

    Args:
        imported: names that these steps leave bound by an import alone.
        everywhere: those of which the same is true of the cells that run again.
    """
    made = _Preamble(again)
    for index, step in enumerate(before):
        imports = [
            (name, line)
            for name, line in step.import_lines
            if name in imported and (index, len(before), name) not in again.after
        ]
        paths = [line for line in step.set_up if line.startswith(_SEARCH_PATH)]
        # A module is found where it lies only after the line that says so.
        made.imports(line for name, line in imports if name in step.found)
        made.once(paths)
        made.imports(line for name, line in imports if name not in step.found)
        for line in (line for line in step.set_up if line not in paths):
            if line.startswith(LOADS_EXTENSION):
                made.once([line])
            else:
                made.last(line)
        for line in step.settings:
            if line.partition(".")[0] in everywhere:
                made.last(line)
    return sorted(made.lines, key=lambda line: not line.startswith("from __future__"))


class _Preamble:
    """Statements in the order in which they run after the cells that run again."""

    def __init__(self, again: _Again) -> None:
        self.lines: list[str] = []
        self._again = again.lines
        self._bound = dict(again.bound)
        self._sets = False

    def imports(self, lines: Iterable[str]) -> None:
        """Each import once, and once more where its name was given to something else since."""
        for line in lines:
            name, what = _bound(line)
            if self._bound.get(name, what) != what or not self._stands(line):
                self.lines.append(line)
            self._bound[name] = what

    def once(self, lines: Iterable[str]) -> None:
        """Lines that need not run again where they stand."""
        self.lines += (line for line in lines if not self._stands(line))

    def last(self, line: str) -> None:
        """A line that sets something: what was set last holds."""
        if line in self.lines:
            self.lines.remove(line)
        if self._sets or line not in self._again:
            self.lines.append(line)
            self._sets = True

    def _stands(self, line: str) -> bool:
        return line in self._again or line in self.lines


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
