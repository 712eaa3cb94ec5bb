"""Steps offered for a notebook without step tags: one for each heading, else cut where dataflow is narrowest."""

import ast
import re
from functools import lru_cache
from itertools import accumulate, pairwise

from jupyterlab_promote.dataflow.kept import InPart, by_part
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.ids import step_slug
from jupyterlab_promote.model.pipeline import SuggestedStep
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.layout import Layout

_ENOUGH = 6
"""A notebook with fewer cells of code is not cut."""
_CELLS_PER_STEP = 4
_MOST = 6
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def suggested_steps(nb: Notebook, laid: Layout) -> tuple[SuggestedStep, ...]:
    """Steps from the headings, of the level that gives at least two, level 2 first; or by what travels."""
    left_out = {cell.id for cell in (*laid.skipped, laid.parameters) if cell is not None}
    written = len(nb.code) < len(nb.cells)
    cells = [c for c in nb.cells if c.id not in left_out] if written else []
    for level in (2, 1, 3) if written else ():
        found = _by_heading(cells, level)
        if len(found) >= 2:
            return found
    if nb.language != "python":
        return ()
    return _by_dataflow(Code(c for c in nb.code if c.id not in left_out) if left_out else nb.code)


def _by_heading(cells: list[Cell], level: int) -> tuple[SuggestedStep, ...]:
    sections: list[tuple[str, list[str]]] = []
    for cell in cells:
        title = _heading(cell, level)
        if title is not None:
            sections.append((title, []))
        elif sections and cell.is_code:
            sections[-1][1].append(cell.id)
    names: dict[str, int] = {}
    steps: list[SuggestedStep] = []
    for title, ids in sections:
        if not ids:
            continue
        name = str(step_slug(title))
        names[name] = names.get(name, 0) + 1
        unique = name if names[name] == 1 else f"{name}_{names[name]}"
        steps.append(SuggestedStep(name=unique, cells=tuple(ids), title=title))
    return tuple(steps)


def _by_dataflow(cells: Code) -> tuple[SuggestedStep, ...]:
    """Cut where the fewest names go on, into steps of some cells each; nothing for a short notebook."""
    begin = _after_definitions(cells)
    if len(cells) - begin < _ENOUGH:
        return ()
    cuts = _cuts(by_part(_names, cells), begin)
    return _named([cells[a:b] for a, b in pairwise((begin, *cuts, len(cells)))])


@lru_cache(maxsize=64)
def _cuts(names: tuple[InPart, ...], begin: int) -> tuple[int, ...]:
    """Before which cells a step begins; told from the names that each cell looks up, and those that it binds.

    Args:
        begin: how many cells at the top are no step.
    """
    cells = [cell for part in names for cell in part.found][begin:]
    looked_up, bound = zip(*cells, strict=True)
    widths = _widths(looked_up, bound)
    count = len(bound)
    wanted = max(1, min(_MOST, count // _CELLS_PER_STEP) - 1)
    apart = max(2, count // (2 * (wanted + 1)))
    cuts: list[int] = []
    for place in sorted(range(apart, count - apart + 1), key=lambda at: (widths[at], at)):
        if len(cuts) == wanted:
            break
        if all(abs(place - cut) >= apart for cut in cuts):
            cuts.append(place)
    return tuple(sorted(begin + cut for cut in cuts))


def _after_definitions(cells: Code) -> int:
    """How many cells at the top only import and define; they are no step."""
    for index, cell in enumerate(cells):
        read, names = cell_names(cell.source)
        body = read.tree.body if read.tree is not None else ()
        if not body or not all(isinstance(s, _DEFINITIONS) for s in body) or names.calls:
            return index
    return len(cells)


def _widths(looked_up: tuple[frozenset[str], ...], bound: tuple[frozenset[str], ...]) -> list[int]:
    """How many names go on across the border above each cell."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    asked = frozenset[str]().union(*looked_up)
    for index, (read, written) in enumerate(zip(looked_up, bound, strict=True)):
        for name in read:
            if name in first:
                last[name] = index
        for name in written & asked:
            first.setdefault(name, index)
    change = [0] * (len(bound) + 1)
    for name, index in last.items():
        change[first[name] + 1] += 1
        change[index + 1] -= 1
    return list(accumulate(change))


@lru_cache(maxsize=4096)
def _names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell looks up, and those that it binds."""
    names = cell_names(source)[1]
    looked_up = names.reads.keys() | names.late.keys()
    return frozenset(looked_up), frozenset(names.binds.keys() - names.imports.keys())


def _named(parts: list[tuple[Cell, ...]]) -> tuple[SuggestedStep, ...]:
    """Steps named by the comment that they begin with, else numbered."""
    taken: set[str] = set()
    steps: list[SuggestedStep] = []
    for number, part in enumerate(parts, 1):
        said = re.match(r"\s*#+\s*([A-Za-z][^\n]{2,60})", part[0].source)
        name = str(step_slug(said[1])) if said else f"part_{number}"
        name = name if name not in taken else f"part_{number}"
        taken.add(name)
        steps.append(SuggestedStep(name=name, cells=tuple(cell.id for cell in part)))
    return tuple(steps)


def _heading(cell: Cell, level: int) -> str | None:
    return _titled(cell.source, level) if cell.kind == "markdown" else None


@lru_cache(maxsize=4096)
def _titled(text: str, level: int) -> str | None:
    found = re.match(rf"^\s*#{{{level}}}\s+(.+?)\s*#*\s*$", text, re.MULTILINE)
    return re.sub(r"<[^<>]*>", "", found[1]).strip() or None if found else None
