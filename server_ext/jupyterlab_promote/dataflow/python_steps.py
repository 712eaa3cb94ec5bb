"""The steps of a Python notebook: what runs again in each, what each loads and leaves, and what is said of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from jupyterlab_promote.dataflow.judging import Judged, findings_of_steps
from jupyterlab_promote.dataflow.kept import any_with, union_of
from jupyterlab_promote.dataflow.library import hidden_state, states_named
from jupyterlab_promote.dataflow.modules.imported_names import paths_to_modules
from jupyterlab_promote.dataflow.modules.module_names import Stars
from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.modules.own_modules import own_code
from jupyterlab_promote.dataflow.preambles import preambles
from jupyterlab_promote.dataflow.prelude import is_replayed, without_values_of_setup
from jupyterlab_promote.dataflow.rules.hidden_names import uses_any_name
from jupyterlab_promote.dataflow.scope import cell_names, modules_of
from jupyterlab_promote.dataflow.step_names import StepNames, step_names
from jupyterlab_promote.dataflow.wire import Wiring, wire, wire_in_a_chain
from jupyterlab_promote.dataflow.wiring.asked_texts import with_asked_names
from jupyterlab_promote.dataflow.wiring.edges import with_wishes
from jupyterlab_promote.dataflow.wiring.module_state import (
    ModuleChange,
    module_changes,
    state_token,
    told_changes,
)
from jupyterlab_promote.dataflow.wiring.pickled_names import with_pickled_names
from jupyterlab_promote.dataflow.wiring.states import OF_MODULES, HiddenStates
from jupyterlab_promote.dataflow.wiring.steps import Seen
from jupyterlab_promote.dataflow.wiring.watched_modules import watched_modules
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Edge, OutsideWrite, Step
from jupyterlab_promote.model.settings import MapOver, NotebookSettings, StepSettings
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.layout import Group, Layout
from jupyterlab_promote.notebook.parameters import read_parameters
from jupyterlab_promote.notebook.settings import step_settings
from jupyterlab_promote.notebook.tags import read_tags


class PythonSteps(NamedTuple):
    """What a Python notebook comes to."""

    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    findings: tuple[Finding, ...]
    outside_writes: tuple[OutsideWrite, ...]


def python_steps(
    nb: Notebook,
    laid: Layout,
    settings: NotebookSettings,
    code: Code,
    *,
    module_sources: Mapping[str, str],
    stars: Stars,
) -> PythonSteps:
    """The steps, how they connect, and what is to be said of them.

    Args:
        code: the cells of code that are not skipped.
        module_sources: of the modules beside the notebook, by path without `.py`.
        stars: what star imports of installed modules bind.
    """
    replayed, groups, automatic = _with_setup(laid)
    names = tuple(step_names(g.name, g.cells) for g in groups)
    prelude = step_names("prelude", replayed)
    names = with_pickled_names(prelude, with_asked_names(prelude, names))
    opaque = _is_opaque(code)
    modules = own_code(code, module_sources, stars)
    changed = tuple(module_changes(prelude, names, module_sources, None if opaque else modules))
    asked = tuple(step_settings(settings, group.name) for group in groups)
    states = _hidden_states(code, modules, changed, asked)
    wired = (
        wire_in_a_chain(prelude, names, states.names)
        if opaque
        else wire(nb, laid, settings, prelude, names, states, modules)
    )
    parameters = _parameter_names(laid)
    read = _read_parameters(parameters, names, tuple(own.map_over for own in asked))
    again = preambles(prelude, names)
    watched = watched_modules(prelude, names, module_sources, modules, again)
    plain = _Plain(groups, _replay(replayed, laid), again, asked, read, watched)
    steps = tuple(_steps(plain, wired, automatic))
    of_modules = tuple(module_sources.values())
    known = modules is not None and not opaque
    led = paths_to_modules((prelude, *names), module_sources) if known else frozenset()
    judged = Judged(
        prelude,
        names,
        code,
        laid,
        parameters,
        wired.carried,
        opaque=opaque,
        modules=of_modules,
        led=led,
    )
    found = (*findings_of_steps(judged), *told_changes(changed), *wired.findings)
    return PythonSteps(steps, with_wishes(wired.edges, groups, steps), found, wired.outside_writes)


class _Plain(NamedTuple):
    """What is known of the steps without their connections; by step, but for the cells that all replay."""

    groups: tuple[Group, ...]
    replay: tuple[str, ...]
    preambles: tuple[tuple[str, ...], ...]
    settings: tuple[StepSettings, ...]
    parameters: tuple[tuple[str, ...], ...]
    watched: tuple[tuple[str, ...], ...]


def _steps(plain: _Plain, wired: Wiring, automatic: str | None) -> Iterator[Step]:
    for index, (group, connected) in enumerate(zip(plain.groups, wired.steps, strict=True)):
        yield connected.model_copy(
            update={
                "cells": tuple([cell.id for cell in group.cells]),
                "replay": plain.replay,
                "preamble": plain.preambles[index],
                "settings": plain.settings[index],
                "reads_parameters": plain.parameters[index],
                "watched": plain.watched[index],
                "automatic": group.name == automatic,
            }
        )


def _with_setup(laid: Layout) -> tuple[tuple[Cell, ...], tuple[Group, ...], str | None]:
    """(replayed prelude cells, steps with the automatic first one, its name)."""
    code = tuple(c for c in laid.prelude if c.is_code)
    may = tuple(c for c in code if c.id in laid.explicit or is_replayed(c))
    replayed = without_values_of_setup(may, code)
    once = tuple(c for c in code if c not in replayed)
    if not once or not laid.groups:
        return replayed, laid.groups, None
    taken = {group.name for group in laid.groups}
    name = next(n for n in ("setup", *(f"setup_{i}" for i in range(2, 99))) if n not in taken)
    setup = Group(name, tuple(c for c in laid.prelude if c in once or not c.is_code))
    return replayed, (setup, *laid.groups), name


def _replay(replayed: tuple[Cell, ...], laid: Layout) -> tuple[str, ...]:
    own = (laid.parameters,) if laid.parameters is not None else ()
    cells = sorted((*replayed, *own), key=lambda cell: cell.index)
    return tuple(cell.id for cell in cells)


def _parameter_names(laid: Layout) -> tuple[str, ...]:
    if laid.parameters is None:
        return ()
    found, _ = read_parameters(laid.parameters, {}, scheduled=False)
    return tuple(parameter.name for parameter in found)


def _read_parameters(
    names: tuple[str, ...], steps: tuple[StepNames, ...], mapping: tuple[MapOver | None, ...]
) -> tuple[tuple[str, ...], ...]:
    """By step, the parameters that it, a function of an earlier step, or its mapping looks up."""
    if not names or any(step.opaque for step in steps):
        return (names,) * len(steps)
    found: list[tuple[str, ...]] = []
    late: set[str] = set()
    for step, over in zip(steps, mapping, strict=True):
        late |= step.late.keys()
        asked = late | step.reads.keys() | ({over.over} if over is not None else set())
        found.append(tuple(name for name in names if name in asked))
    return tuple(found)


def _hidden_states(
    code: Code,
    modules: OwnCode | None,
    changed: tuple[ModuleChange, ...],
    settings: Iterable[StepSettings],
) -> HiddenStates:
    """The hidden state of Python, of libraries and of the notebook's own modules."""
    kept = _kept(changed)
    learned = {name for own in settings for name in own.changes if name.startswith(OF_MODULES)}
    of_modules = sorted(learned.union(*kept.values()))
    return HiddenStates((*_states(code, modules), *of_modules), kept, _companions(changed))


def _kept(changes: Iterable[ModuleChange]) -> dict[str, dict[str, Seen]]:
    """By step the states of modules that it changes and leaves to later ones."""
    found: dict[str, dict[str, Seen]] = {}
    for change in changes:
        if change.travels:
            found.setdefault(change.step, {})[state_token(change.module)] = change.seen
    return found


def _companions(changes: Iterable[ModuleChange]) -> dict[str, frozenset[str]]:
    """By the state of a module that travels, the names that may lead to it or be held by it."""
    return {state_token(one.module): one.beside for one in changes if one.travels and one.beside}


def _states(code: Code, modules: OwnCode | None) -> tuple[str, ...]:
    """The hidden state that the notebook may touch."""
    own = modules.modules.sources.values() if modules is not None else ()
    imported = union_of(modules_of, code).union(*map(modules_of, own))
    return hidden_state(imported, union_of(states_named, code).union(*map(states_named, own)))


def _is_opaque(code: Code) -> bool:
    """Whether the names that the code uses cannot be known, so that everything travels."""
    tagged = [cell for cell in code if cell.tags]
    return any_with(uses_any_name, code) or any(map(_may_be_python, tagged))


def _may_be_python(cell: Cell) -> bool:
    """Whether a cell that goes on after an error cannot be read here: the kernel of the step may read it."""
    return read_tags(cell.tags).continues and cell_names(cell.source)[0].error is not None
