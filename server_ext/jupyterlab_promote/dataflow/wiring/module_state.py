"""Local modules that remember something: each step has a kernel, and so a module, of its own."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from typing import NamedTuple

from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.modules.changing_code import (
    changing_functions,
    changing_methods,
)
from jupyterlab_promote.dataflow.modules.imported_names import (
    ImportedNames,
    imported_names,
    written_modules,
)
from jupyterlab_promote.dataflow.modules.own_code import OwnCode, reached_from
from jupyterlab_promote.dataflow.modules.remembering import remembering_decorators
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.own_state import changed_state, leading_to_state
from jupyterlab_promote.dataflow.wiring.states import OF_MODULES
from jupyterlab_promote.dataflow.wiring.steps import Seen
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_Place = tuple[str, str, Seen]
"""A module, the step that changes what it keeps, and where."""


class ModuleChange(NamedTuple):
    """A step changes what a local module keeps, and a later step uses that module.

    Attributes:
        why: the call or line that does it.
        travels: what the module keeps can be handed over.
        beside: names of the notebook that may lead to it, or that it may hold.
    """

    module: str
    step: str
    seen: Seen
    travels: bool
    beside: frozenset[str]


def state_token(module: str) -> str:
    """The hidden state that stands for what a module keeps."""
    return f"{OF_MODULES}{module}"


def told_changes(changes: Iterable[ModuleChange]) -> Iterator[Finding]:
    """PRM207: what a module keeps is changed, and cannot be handed over."""
    for change in changes:
        if not change.travels:
            place = change.seen
            yield _finding(place.cell, place.line, str(place.why), change.module, change.step)


def module_changes(
    prelude: StepNames,
    steps: tuple[StepNames, ...],
    sources: Mapping[str, str],
    modules: OwnCode | None = None,
) -> Iterator[ModuleChange]:
    """The steps that change what a local module keeps, each module once for each step.

    Args:
        sources: of the local modules, by path without `.py`.
        modules: those of which it is known what their functions do; None where no name can be known.
    """
    every = (prelude, *steps)
    known = {**sources, **written_modules(every)}
    if not known:
        return
    methods = frozenset[str]().union(*map(changing_methods, known.values()))
    decorators = remembering_decorators(frozenset(known.values()))
    changing = partial(changing_functions, methods=methods, decorators=decorators)
    imported = imported_names((cell for step in every for cell in step.code), known)
    by_flow = _by_flow(prelude, steps, imported, modules) if modules is not None else ()
    told: set[tuple[str, str]] = set()

    @cache
    def leading() -> dict[str, frozenset[str]]:
        return leading_to_state(prelude, steps, modules) if modules is not None else {}

    found = (*_by_calls(steps, imported, known, changing), *by_flow)
    along = _along(found, steps, imported, changing, modules) if modules is not None else ()
    for module, step, seen in (*found, *along):
        if (module, step) not in told:
            told.add((module, step))
            beside = leading().get(module, frozenset())
            yield ModuleChange(module, step, seen, modules is not None, beside)


def _along(
    found: tuple[_Place, ...],
    steps: tuple[StepNames, ...],
    imported: ImportedNames,
    changing: Callable[[str], frozenset[str]],
    modules: OwnCode,
) -> Iterator[_Place]:
    """What else may change with modules, from the first step on that changes one: they may hold classes of others."""
    if not found:
        return
    sources = modules.modules.sources
    order = {step.name: index for index, step in enumerate(steps)}
    loaded = reached_from(modules.modules, imported.paths & sources.keys())
    changed = {module for module, _, _ in found}
    for module, step, seen in sorted(found, key=lambda place: order[place[1]]):
        near = frozenset[str]().union(*map(modules.reached, modules.using(module) & loaded))
        for path in sorted(near - changed):
            if changing(sources[path]) or modules.changes_code(path):
                changed.add(path)
                yield path, step, seen


def _by_calls(
    steps: tuple[StepNames, ...],
    imported: ImportedNames,
    known: Mapping[str, str],
    changing: Callable[[str], frozenset[str]],
) -> Iterator[_Place]:
    """Calls of functions that change what their module keeps."""
    for index, step in enumerate(steps[:-1]):
        later = {name for s in steps[index + 1 :] for name in _mentioned(s)}
        for cell in step.code:
            read, own = cell_names(cell.source)
            calls = [(path, line) for path, line, _ in own.calls]
            for path, line in (*calls, *_decorators(cell.source)):
                used = imported.called(path)
                if used is None or used[1] not in changing(known[used[0]]):
                    continue
                if later & imported.leads_to(used[0]):
                    yield used[0], step.name, Seen(cell, line + read.line_offset, path)


def _by_flow(
    prelude: StepNames, steps: tuple[StepNames, ...], imported: ImportedNames, modules: OwnCode
) -> Iterator[_Place]:
    """Whatever else changes what a module keeps, by whatever name."""
    for changed in changed_state(prelude, steps, modules):
        later = {name for s in steps[changed.since :] for name in _mentioned(s)}
        leading = {n for path in modules.using(changed.module) for n in imported.leads_to(path)}
        if later & leading:
            yield changed.module, changed.step, changed.seen


@lru_cache(maxsize=4096)
def _decorators(source: str) -> tuple[tuple[str, int], ...]:
    """(path, line) of what decorates in a cell."""
    if "@" not in source:
        return ()
    functions, classes = nodes_like(source, ast.FunctionDef), nodes_like(source, ast.ClassDef)
    made = [one for node in functions for one in node.decorator_list]
    made += [one for node in classes for one in node.decorator_list]
    return tuple((dotted(one), one.lineno) for one in made)


def _mentioned(step: StepNames) -> Iterator[str]:
    yield from (*step.reads, *step.late, *step.imports)


def _finding(cell: Cell, line: int, path: str, module: str, step: str) -> Finding:
    return located(
        cell,
        line,
        code="PRM207",
        severity="warning",
        name=path,
        steps=(step,),
        message=f"`{path}` changes what module `{module.replace('/', '.')}` keeps; later steps load the module anew.",
        fix="Merge the steps that use it, or keep that value in a variable of the notebook.",
        actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
    )
