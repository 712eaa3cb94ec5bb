"""Local modules that remember something: each step has a kernel, and so a module, of its own."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from typing import NamedTuple

from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.modules.changing_code import (
    changing_functions,
    changing_methods,
)
from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.modules.remembering import remembering_decorators
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.own_state import changed_state, leading_to_state
from jupyterlab_promote.dataflow.wiring.states import OF_MODULES
from jupyterlab_promote.dataflow.wiring.steps import Seen
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in
from jupyterlab_promote.notebook.source import nodes_like


@dataclass
class _Imported:
    """What names of the notebook lead to: modules by their path without `.py`, or (module, function)."""

    modules: dict[str, str] = field(default_factory=dict)
    functions: dict[str, tuple[str, str]] = field(default_factory=dict)

    def called(self, path: str) -> tuple[str, str] | None:
        """(module, function) of a call."""
        root, _, name = path.rpartition(".")
        if root in self.modules and name:
            return self.modules[root], name
        return self.functions.get(path)

    def leads_to(self, module: str) -> set[str]:
        """The names of the notebook through which a module is used."""
        whole = {name.partition(".")[0] for name, path in self.modules.items() if path == module}
        return whole | {name for name, (path, _) in self.functions.items() if path == module}


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
    known = {**sources, **_written(every)}
    if not known:
        return
    methods = frozenset[str]().union(*map(changing_methods, known.values()))
    decorators = remembering_decorators(frozenset(known.values()))
    changing = partial(changing_functions, methods=methods, decorators=decorators)
    imported = _imports([cell for step in every for cell in step.code], known)
    by_flow = _by_flow(prelude, steps, imported, modules) if modules is not None else ()
    told: set[tuple[str, str]] = set()

    @cache
    def leading() -> dict[str, frozenset[str]]:
        return leading_to_state(prelude, steps, modules) if modules is not None else {}

    for module, step, seen in (*_by_calls(steps, imported, known, changing), *by_flow):
        if (module, step) not in told:
            told.add((module, step))
            beside = leading().get(module, frozenset())
            yield ModuleChange(module, step, seen, modules is not None, beside)


def _by_calls(
    steps: tuple[StepNames, ...],
    imported: _Imported,
    known: Mapping[str, str],
    changing: Callable[[str], frozenset[str]],
) -> Iterator[tuple[str, str, Seen]]:
    """(module, step, place) of calls of functions that change what their module keeps."""
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
    prelude: StepNames, steps: tuple[StepNames, ...], imported: _Imported, modules: OwnCode
) -> Iterator[tuple[str, str, Seen]]:
    """(module, step, place) of whatever else changes what a module keeps, by whatever name."""
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


def _written(steps: tuple[StepNames, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, cell in steps_with(_target, steps):
        target = _target(cell.source)
        if target is not None and target[0].endswith(".py"):
            found[target[0].removesuffix(".py")] = cell.source.partition("\n")[2]
    return found


@lru_cache(maxsize=4096)
def _target(source: str) -> tuple[str, bool] | None:
    return cell_names(source)[0].writes_file


def _imports(cells: list[Cell], known: Mapping[str, str]) -> _Imported:
    found = _Imported()
    for cell in cells:
        for node in _import_statements(cell.source):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    path = _path(alias.name, known)
                    if path:
                        found.modules[alias.asname or alias.name] = path
            elif node.module:
                _of_module(node, node.module, known, found)
    return found


@lru_cache(maxsize=4096)
def _import_statements(source: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    tree = cell_names(source)[0].tree
    nodes = nodes_in(tree) if tree is not None else ()
    return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def _of_module(
    node: ast.ImportFrom, module: str, known: Mapping[str, str], found: _Imported
) -> None:
    for alias in node.names:
        inner, outer = _path(f"{module}.{alias.name}", known), _path(module, known)
        if inner:
            found.modules[alias.asname or alias.name] = inner
        elif outer:
            found.functions[alias.asname or alias.name] = (outer, alias.name)


def _path(module: str, known: Mapping[str, str]) -> str:
    """The path of a module, in the notebook's folder or in one of those that are searched."""
    wanted = module.replace(".", "/")
    places = (wanted, f"{wanted}/__init__")
    return next(
        (path for path in known if path in places or path.endswith(tuple(f"/{p}" for p in places))),
        "",
    )
