"""Which rules are asked about the steps of a Python notebook, and what they are told. The rules are in `rules/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import union_of
from jupyterlab_promote.dataflow.library import star_names
from jupyterlab_promote.dataflow.rules.addresses import kept_addresses
from jupyterlab_promote.dataflow.rules.credentials import credentials_in_code
from jupyterlab_promote.dataflow.rules.databases import databases_that_stay
from jupyterlab_promote.dataflow.rules.figures import figures_that_go_on
from jupyterlab_promote.dataflow.rules.finalized import finalized_objects
from jupyterlab_promote.dataflow.rules.flags import flags_of_decimal
from jupyterlab_promote.dataflow.rules.given_attributes import given_attributes
from jupyterlab_promote.dataflow.rules.hidden_names import opaque_code
from jupyterlab_promote.dataflow.rules.histories import computed_elsewhere
from jupyterlab_promote.dataflow.rules.history import annotations, history
from jupyterlab_promote.dataflow.rules.identity import compared_objects
from jupyterlab_promote.dataflow.rules.left_on import left_on
from jupyterlab_promote.dataflow.rules.library_state import changed_libraries
from jupyterlab_promote.dataflow.rules.memory_databases import shared_in_memory
from jupyterlab_promote.dataflow.rules.other_names import patched_under_another_name
from jupyterlab_promote.dataflow.rules.other_sessions import sessions_that_stay
from jupyterlab_promote.dataflow.rules.registering_classes import classes_that_register
from jupyterlab_promote.dataflow.rules.seeds import seeds_that_stay
from jupyterlab_promote.dataflow.rules.set_up import own_listeners, patched_modules, registrations
from jupyterlab_promote.dataflow.rules.shells import names_bound_by_shells, shells_set_up
from jupyterlab_promote.dataflow.rules.staying import stays_behind
from jupyterlab_promote.dataflow.rules.unbound import undefined_names
from jupyterlab_promote.dataflow.rules.waiting import interactive
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames, step_names
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.layout import Layout


@dataclass(frozen=True)
class Judged:
    """The steps of a notebook, as far as rules ask for them.

    Attributes:
        prelude: what runs again in each step.
        code: the cells of code that are not skipped.
        parameters: the names that the parameters cell binds.
        carried: step -> names that travel on from it.
        opaque: the names that the code uses cannot be known.
        modules: the sources of the notebook's own modules.
        led: the paths in the code that lead to them, where what they keep can travel.
    """

    prelude: StepNames
    steps: tuple[StepNames, ...]
    code: Code
    laid: Layout
    parameters: tuple[str, ...]
    carried: dict[str, set[str]]
    opaque: bool
    modules: tuple[str, ...] = ()
    led: frozenset[str] = frozenset()


def findings_of_steps(judged: Judged) -> tuple[Finding, ...]:
    """What the rules say, rule by rule."""
    prelude, steps, carried = judged.prelude, judged.steps, judged.carried
    ordered = ((prelude,) if prelude.cells else ()) + steps
    return (
        *interactive(judged.code),
        *credentials_in_code(judged.code),
        *opaque_code(ordered),
        *(() if judged.opaque else undefined_names(ordered, _given(judged), _skipped(judged.laid))),
        *history(ordered),
        *annotations(ordered),
        *patched_modules(steps, prelude, judged.led),
        *patched_under_another_name(steps, prelude),
        *given_attributes(steps, prelude, judged.modules),
        *registrations(steps, prelude),
        *changed_libraries(steps, prelude),
        *left_on(steps, prelude),
        *names_bound_by_shells(steps, prelude),
        *shells_set_up(steps, prelude),
        *figures_that_go_on(steps, prelude),
        *own_listeners(steps, prelude),
        *seeds_that_stay(steps, prelude),
        *classes_that_register(steps),
        *stays_behind(steps, prelude, carried),
        *finalized_objects(steps, prelude, carried),
        *databases_that_stay(ordered),
        *shared_in_memory(steps, prelude),
        *sessions_that_stay(steps),
        *computed_elsewhere(steps, prelude),
        *kept_addresses(steps, prelude, carried),
        *compared_objects(steps, prelude),
        *flags_of_decimal(steps, prelude),
    )


def _given(judged: Judged) -> frozenset[str]:
    """The names that each step has from the start."""
    parameters = judged.laid.parameters
    own = (parameters,) if parameters is not None else ()
    stars = union_of(_star_names, judged.code)
    bound = step_names("parameters", own).binds
    return frozenset(judged.parameters).union(judged.prelude.binds, bound, stars)


@lru_cache(maxsize=4096)
def _star_names(source: str) -> frozenset[str]:
    """The names that `from m import *` binds in a cell."""
    stars = cell_names(source)[1].stars
    return frozenset(name for module in stars for name in star_names(module) or ())


def _skipped(laid: Layout) -> Mapping[str, Cell]:
    """The first skipped cell that binds each name."""
    return {
        name: cell
        for cell in reversed([c for c in laid.skipped if c.is_code])
        for name in cell_names(cell.source)[1].binds
    }
