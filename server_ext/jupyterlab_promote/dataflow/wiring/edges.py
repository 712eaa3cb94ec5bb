"""The connections of the graph as people and the rest of the product see them: edges with their reasons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.located import place
from jupyterlab_promote.dataflow.wiring.order import Wait
from jupyterlab_promote.dataflow.wiring.providers import Graph, Wanted
from jupyterlab_promote.dataflow.wiring.steps import Seen
from jupyterlab_promote.dataflow.wiring.whereabouts import Whereabouts
from jupyterlab_promote.model.pipeline import Edge, EdgeReason, Place, Step, StepInput
from jupyterlab_promote.model.settings import StepSettings
from jupyterlab_promote.notebook.layout import Group

_NAMED = 4
_NO_SETTINGS = StepSettings()
"""Given to each step, since what a model has by default is copied with all that it holds."""

_SETTINGS = {
    "options:pandas": "pandas",
    "options:numpy": "numpy",
    "options:matplotlib": "matplotlib",
    "options:pictures": "how pictures are shown",
    "options:sklearn": "scikit-learn",
    "options:polars": "polars",
    "options:warnings": "warnings",
    "options:decimal": "decimal numbers",
    "options:locale": "the locale",
    "options:logging": "loggers",
    "options:xarray": "xarray",
    "options:plotly": "plotly",
}
"""Hidden state that is the settings of a library, and what people call it."""


@lru_cache(maxsize=64)
def connected_steps(graph: Graph, names: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps as far as the graph knows them: what each loads, leaves and changes; kept as long as the graph is.

    Args:
        names: of the steps.
    """
    return tuple(
        Step(
            name=name,
            cells=(),
            settings=_NO_SETTINGS,
            inputs=_inputs_of(graph, index, names),
            outputs=graph.outputs[index],
            changes=graph.changes[index],
            readonly=graph.readonly[index],
            repeated=graph.repeated[index],
        )
        for index, name in enumerate(names)
    )


def _inputs_of(graph: Graph, index: int, steps: tuple[str, ...]) -> tuple[StepInput, ...]:
    """What a step loads, by provider in notebook order."""
    rebound = graph.rebound[index]
    return tuple(
        StepInput(
            step=steps[provider],
            names=tuple(wanted.name for wanted in names),
            rebound=tuple(wanted.name for wanted in names if wanted.name in rebound),
            changed=graph.changed[index].get(provider, {}),
        )
        for provider, names in graph.given[index].items()
    )


def edges_of(
    graph: Graph, waits: tuple[Wait, ...], places: Sequence[Whereabouts]
) -> tuple[Edge, ...]:
    """All edges, by step in notebook order."""
    waiting = {(wait.before, wait.after): wait for wait in waits}
    found: list[Edge] = []
    for index, given in enumerate(_given(graph)):
        providers = given.keys() | {before for before, after in waiting if after == index}
        for provider in sorted(providers):
            loaded = given.get(provider, _NOTHING)
            known = tuple([(step, places[step]) for step in loaded.origins])
            told = _all_told(loaded, known, places[index])
            source, target = places[provider].flow.names.name, places[index].flow.names.name
            found.append(_edge(source, target, told, waiting.get((provider, index))))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Loaded:
    """The names that a step loads from another. Equal names give the same object: what is said of them is kept.

    Attributes:
        origins: the steps that made them, in notebook order.
    """

    names: tuple[Wanted, ...] = ()
    origins: tuple[int, ...] = ()


_NOTHING = _Loaded()


@lru_cache(maxsize=64)
def _given(graph: Graph) -> tuple[Mapping[int, _Loaded], ...]:
    return tuple({p: _loaded(names) for p, names in given.items()} for given in graph.given)


@lru_cache(maxsize=4096)
def _loaded(names: tuple[Wanted, ...]) -> _Loaded:
    origins = {wanted.origin.step for wanted in names if wanted.origin is not None}
    return _Loaded(names, tuple(sorted(origins)))


@dataclass(frozen=True, eq=False)
class _Told:
    """What is said of the names that a step loads from another one."""

    names: tuple["_ToldName", ...]


@lru_cache(maxsize=4096)
def _all_told(
    loaded: _Loaded, origins: tuple[tuple[int, Whereabouts], ...], reader: Whereabouts
) -> _Told:
    """As it was, unless one of these steps was edited."""
    places = dict(origins)
    return _Told(tuple([_told(wanted, places, reader) for wanted in loaded.names]))


def _told(wanted: Wanted, places: Mapping[int, Whereabouts], reader: Whereabouts) -> "_ToldName":
    read = reader.read(wanted.name)
    if wanted.origin is None:
        return _ToldName(wanted.name, None, "", read)
    return _ToldName(
        wanted.name, *places[wanted.origin.step].made(wanted.name, wanted.origin), read
    )


class _ToldName(NamedTuple):
    """What is said of a name that a step loads.

    Attributes:
        made: where it was bound or changed; `changed` is the code that changed it.
        read: where the step looks it up; None when it is only passed on.
    """

    name: str
    made: Seen | None
    changed: str
    read: Seen | None


@lru_cache(maxsize=4096)
def _edge(source: str, target: str, told: _Told, wait: Wait | None) -> Edge:
    names = told.names
    reasons = [*_reasons(names), *([_waiting(wait)] if wait else [])]
    return Edge(
        source=source,
        target=target,
        names=tuple([one.name for one in names]),
        reason=_listed([one for one in names if one.name.isidentifier()]) or reasons[0].why,
        reasons=tuple(reasons),
    )


def _listed(names: list[_ToldName]) -> str:
    listed = ", ".join(f"`{told.name}`" for told in names[:_NAMED])
    return listed + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _reasons(names: Sequence[_ToldName]) -> Iterator[EdgeReason]:
    """Values first, then hidden state; the settings of libraries, of which each step has many, in one line."""
    values = [w for w in names if w.name.isidentifier()]
    settings = [w for w in names if w.name in _SETTINGS]
    yield from map(_reason, values)
    others = [w for w in names if not w.name.isidentifier() and w.name not in _SETTINGS]
    yield from map(_reason, others)
    if len(settings) == 1:
        yield from map(_reason, settings)
    elif settings:
        made = next((w.made for w in settings if w.made is not None), None)
        libraries = _joined([_SETTINGS[w.name] for w in settings])
        came = f"may be changed in {_where(made)}" if made is not None else "come from there"
        yield EdgeReason(
            name=settings[0].name,
            kind="state",
            why=f"the settings of {libraries} {came}, needed here or passed on",
            producer=_place(made),
        )


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@lru_cache(maxsize=4096)
def _reason(wanted: _ToldName) -> EdgeReason:
    if wanted.made is None:
        come = "come" if wanted.name in _SETTINGS else "comes"
        made = f"{_STATES.get(wanted.name, f'`{wanted.name}`')} {come} from there"
    elif wanted.changed:
        made = f"`{wanted.name}` may be changed by `{wanted.changed}`, {_where(wanted.made)}"
    elif wanted.name.isidentifier():
        made = f"`{wanted.name}` bound in {_where(wanted.made)}"
    else:
        made = f"{_STATES.get(wanted.name, wanted.name)} may be changed in {_where(wanted.made)}"
    used = f", read in {_where(wanted.read)}" if wanted.read else ", needed here or passed on"
    return EdgeReason(
        name=wanted.name,
        kind="value" if wanted.name.isidentifier() else "state",
        why=made + used,
        producer=_place(wanted.made),
        consumer=_place(wanted.read),
    )


_STATES = {
    "rng:numpy": "the position of numpy's random generator",
    "rng:random": "the position of Python's random generator",
    "rng:torch": "the position of PyTorch's random generators",
    "os:environ": "the environment",
    "os:cwd": "the current folder",
    "sys:path": "the folders that modules are looked for in",
    "os:umask": "the mask for new files",
    "sys:limits": "the interpreter's limits",
    "numbers:libraries": "the numbers that libraries count what they make by",
    **{name: f"the settings of {library}" for name, library in _SETTINGS.items()},
}


def _waiting(wait: Wait) -> EdgeReason:
    certainty = "both touch" if wait.known else "both may touch"
    why = (
        f"{certainty} `{wait.thing}`: `{wait.made.why}` in {_where(wait.made)}, "
        f"`{wait.used.why}` in {_where(wait.used)}"
    )
    return EdgeReason(
        name=wait.thing,
        kind="effect",
        why=why,
        producer=_place(wait.made),
        consumer=_place(wait.used),
    )


def _where(seen: Seen) -> str:
    return f"cell {seen.cell.index + 1} line {seen.line}"


def _place(seen: Seen | None) -> Place:
    return place(seen.cell, seen.line) if seen is not None else Place()


def with_wishes(
    edges: tuple[Edge, ...], groups: tuple[Group, ...], steps: tuple[Step, ...]
) -> tuple[Edge, ...]:
    """The edges and those that the user asks for with `prev:` tags and `after`."""
    names = {step.name for step in steps}
    there = {(edge.source, edge.target) for edge in edges}
    wished: list[Edge] = []
    for group, step in zip(groups, steps, strict=True):
        for source in (*group.after, *step.settings.after):
            if source in names and source != group.name and (source, group.name) not in there:
                there.add((source, group.name))
                wished.append(_wish(source, group.name))
    order = {step.name: index for index, step in enumerate(steps)}
    return (*edges, *(w for w in wished if order[w.source] < order[w.target]))


def _wish(source: str, target: str) -> Edge:
    why = f"you asked for `{target}` after `{source}`"
    reason = EdgeReason(name=source, kind="after", why=why)
    return Edge(source=source, target=target, reason=why, reasons=(reason,))
