"""Where a step changes what a module of the notebook's own keeps, whoever does it and by whatever name."""

from collections.abc import Iterator
from typing import NamedTuple

from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.modules.own_module import state_of
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.sharing import Classes
from jupyterlab_promote.dataflow.wiring.steps import Seen, StepFlow, read_steps


class Changed(NamedTuple):
    """What a module keeps may change in a step; steps from the `since`-th on have the module without that."""

    module: str
    step: str
    since: int
    seen: Seen


def changed_state(
    prelude: StepNames, steps: tuple[StepNames, ...], modules: OwnCode
) -> Iterator[Changed]:
    """The steps that may change what a module keeps, each with the first place."""
    before, flows = read_steps(prelude.cells, steps, modules)
    states = {state_of(path): path for path in modules.modules.sources}
    common = _common((before, *flows), states)
    for index, flow in enumerate(flows):
        told: set[str] = set()
        for (name, _), (change, cell) in flow.changes.items():
            for module in common.get(name, frozenset()) - told:
                told.add(module)
                offset = cell_names(cell.source)[0].line_offset
                seen = Seen(cell, change.line + offset, str(change.why))
                # What an earlier step took from the module is a copy here.
                own = name == state_of(module) or name in flow.names.binds
                yield Changed(module, flow.names.name, index + own, seen)


def _common(flows: tuple[StepFlow, ...], states: dict[str, str]) -> dict[str, frozenset[str]]:
    """The modules whose state each name may be or hold."""
    classes = Classes()
    met = {name for flow in flows for name, _ in flow.changes}
    for flow in flows:
        for link in flow.links:
            if not link.copied:
                classes.join((link.one, 0), (link.other, 0))
                met |= {link.one, link.other}
    roots: dict[tuple[str, int], set[str]] = {}
    for state in states.keys() & met:
        roots.setdefault(classes.of((state, 0)), set()).add(states[state])
    return {name: frozenset(roots.get(classes.of((name, 0)), ())) for name in met}


def leading_to_state(
    prelude: StepNames, steps: tuple[StepNames, ...], modules: OwnCode
) -> dict[str, frozenset[str]]:
    """By module, the names of the notebook that may be, or hold, a part of what it keeps, or be held by it."""
    before, flows = read_steps(prelude.cells, steps, modules)
    every = (before, *flows)
    states = {state_of(path): path for path in modules.modules.sources}
    # What is imported is imported again.
    apart = states.keys() | frozenset[str]().union(*(flow.names.imports for flow in every))
    found: dict[str, set[str]] = {}
    for name, kept_by in _common(every, states).items():
        named = name.isidentifier() or "<lambda" in name
        for module in kept_by if named and name not in apart else ():
            found.setdefault(module, set()).add(name)
    return {module: frozenset(names) for module, names in found.items()}
