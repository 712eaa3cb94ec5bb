"""Modules of the notebook's own that later steps use: what they keep is checked at the end of a step.

Whatever the analysis cannot follow may change them, such as a class from a registry that counts its instances.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jupyterlab_promote.dataflow.modules.imported_names import (
    ImportedNames,
    imported_names,
    written_modules,
)
from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames

_CLASS = re.compile(r"^\s*class\s", re.MULTILINE)


def watched_modules(
    prelude: StepNames,
    steps: tuple[StepNames, ...],
    sources: Mapping[str, str],
    modules: OwnCode | None,
    again: Sequence[Sequence[str]],
) -> tuple[tuple[str, ...], ...]:
    """By step the modules, as paths without `.py`, of which a later step may ask what they keep.

    Args:
        sources: of the local modules, by path without `.py`.
        modules: those of which it is known what they import.
        again: by step, the lines of earlier steps that run again in it.
    """
    every = (prelude, *steps)
    known = {**sources, **written_modules(every)}
    if not known:
        return ((),) * len(steps)
    imported = imported_names((cell for step in every for cell in step.code), known)
    leading: dict[str, frozenset[str]] = {}
    for path in sorted(known):
        using = _using(path, modules)
        names = frozenset(name for each in using for name in imported.leads_to(each))
        classes = any(_CLASS.search(known.get(each, "")) for each in using)
        leading[path] = names | _made_with(names, every) if classes else names
    found: list[tuple[str, ...]] = []
    later: set[str] = set()
    repeated: frozenset[str] = frozenset()
    for step, lines in zip(reversed(steps), reversed(again), strict=True):
        set_again = frozenset(_set_by_lines(repeated.intersection(step.settings), imported))
        used = (path for path, names in leading.items() if names & later)
        found.append(tuple(path for path in used if path not in set_again))
        later |= _mentioned(step)
        repeated |= frozenset(lines)
    return tuple(reversed(found))


def _using(path: str, modules: OwnCode | None) -> frozenset[str]:
    """A module and those that import it."""
    there = modules is not None and path in modules.modules.sources
    return modules.using(path) if modules is not None and there else frozenset({path})


def _made_with(names: frozenset[str], steps: tuple[StepNames, ...]) -> frozenset[str]:
    """What cells bind that mention names, other than by imports: it may be of a module's classes."""
    made: set[str] = set()
    for cell in (cell for step in steps for cell in step.code):
        own = cell_names(cell.source)[1]
        if not names.isdisjoint((*own.reads, *own.late, *own.imports)):
            made |= own.binds.keys() - own.imports.keys()
    return frozenset(made)


def _set_by_lines(lines: Iterable[str], imported: ImportedNames) -> Iterator[str]:
    """The modules of which lines set attributes."""
    roots = {line.partition(".")[0].strip() for line in lines}
    for name, path in imported.modules.items():
        if name.partition(".")[0] in roots:
            yield path


def _mentioned(step: StepNames) -> set[str]:
    return {*step.reads, *step.late, *step.imports}
