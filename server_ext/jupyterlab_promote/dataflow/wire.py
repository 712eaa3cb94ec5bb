"""From the notebook's steps to how they connect: inputs, outputs, edges and what is to be said of them."""

from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import any_with
from jupyterlab_promote.dataflow.modules.own_code import OwnCode
from jupyterlab_promote.dataflow.rules.mapped import not_collected
from jupyterlab_promote.dataflow.rules.places import unknown_places
from jupyterlab_promote.dataflow.rules.taken_up import taken_up
from jupyterlab_promote.dataflow.step_names import StepNames, step_names
from jupyterlab_promote.dataflow.wiring import chain, edges, graph, order
from jupyterlab_promote.dataflow.wiring.learned import Learned
from jupyterlab_promote.dataflow.wiring.outside_writes import outside_writes
from jupyterlab_promote.dataflow.wiring.providers import Graph
from jupyterlab_promote.dataflow.wiring.states import HiddenStates, seeds
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Edge, OutsideWrite, Step, StepInput
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.layout import Layout
from jupyterlab_promote.notebook.settings import step_settings


@dataclass(frozen=True)
class Wiring:
    """How the steps connect.

    Attributes:
        steps: with what each loads, leaves and changes, and without what is known of it by itself.
    """

    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    findings: tuple[Finding, ...] = ()
    outside_writes: tuple[OutsideWrite, ...] = ()

    @property
    def carried(self) -> dict[str, set[str]]:
        """The names that leave each step."""
        return {step.name: set().union(*step.outputs) for step in self.steps}


def wire(
    nb: Notebook,
    laid: Layout,
    settings: NotebookSettings,
    prelude: StepNames,
    steps: tuple[StepNames, ...],
    states: HiddenStates,
    modules: OwnCode | None = None,
) -> Wiring:
    """Each step receives what it needs from whoever has it."""
    own = (laid.parameters,) if laid.parameters is not None else ()
    again = sorted({c.id: c for c in (*prelude.cells, *own)}.values(), key=lambda cell: cell.index)
    asked = {step.name: step_settings(settings, step.name) for step in steps}
    mapped = {i: over for i, s in enumerate(steps) if (over := asked[s.name].map_over) is not None}
    learned = Learned({name: own.changes for name, own in asked.items()}, settings.shared)
    made, places = graph.build(
        tuple(again),
        steps,
        states,
        seeded=_seeded(nb, modules),
        mapped=mapped,
        learned=learned,
        modules=modules,
    )
    waits = order.waits(places, asked, [set(found) for found in _ancestors(made)])
    return Wiring(
        edges.connected_steps(made, tuple([step.name for step in steps])),
        edges.edges_of(made, waits, places),
        (
            *unknown_places(waits, steps),
            *not_collected(made.lost, steps),
            *taken_up(learned, steps),
        ),
        tuple(outside_writes(places, asked)),
    )


def _seeded(nb: Notebook, modules: OwnCode | None) -> bool:
    """Whether the notebook may set a random generator, as far as its texts and those of its modules say."""
    said = [cell.source for cell in nb.cells if not cell.is_code]
    of_modules = modules.modules.sources.values() if modules is not None else ()
    return any_with(seeds, nb.code) or any(map(seeds, (*said, *of_modules)))


@lru_cache(maxsize=64)
def _ancestors(made: Graph) -> tuple[frozenset[int], ...]:
    """By step those that come before it anyway; kept as long as the graph is."""
    found: list[frozenset[int]] = []
    for loaded in made.inputs:
        providers = frozenset(wanted.provider for wanted in loaded.values())
        found.append(providers.union(*(found[provider] for provider in providers)))
    return tuple(found)


def wire_in_a_chain(
    prelude: StepNames, steps: tuple[StepNames, ...], states: tuple[str, ...]
) -> Wiring:
    """Each step receives everything from the one before it, since the names that the code uses cannot be known."""
    links = chain.links(_joined(prelude, steps), states, everything=True)
    loaded = ((), *((StepInput(step=link.source, names=link.names),) for link in links))
    left = (*((link.names,) for link in links), ())
    connected = (
        Step(name=step.name, cells=(), inputs=inputs, outputs=outputs)
        for step, inputs, outputs in zip(steps, loaded, left, strict=False)
    )
    return Wiring(tuple(connected), tuple(chain.edge(link) for link in links))


def _joined(prelude: StepNames, steps: tuple[StepNames, ...]) -> tuple[StepNames, ...]:
    """Replayed names travel as well: a step may have changed them."""
    if not steps:
        return ()
    first = step_names(steps[0].name, (*prelude.cells, *steps[0].cells))
    return (first, *steps[1:])
