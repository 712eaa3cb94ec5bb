"""Seeds of random generators whose position cannot be read, and so does not travel."""

from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Action, Finding, FixAction

_OWN_GENERATORS = frozenset({"cupy", "keras", "mxnet", "paddle", "polars", "tensorflow"})
_BY_METHOD = frozenset({"polars"})
"""Of these, libraries that draw only in these methods of their tables:"""
_DRAW = frozenset({"sample", "shuffle"})
_SEEDS = frozenset({"seed", "set_random_seed", "set_seed"})


def seeds_that_stay(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM213: a library's own generator is seeded, and a later step uses that library unseeded.

    TensorFlow, for example, keeps its place in a context of the process that it gives nobody.
    """
    every = (prelude, *steps)
    owners = {name: library for step in every for name, library in _owners(step)}
    if not owners:
        return
    libraries = {_library(line) for step in every for line in step.imports.values()}
    for index, step in enumerate(steps[:-1]):
        for cell in step.code:
            offset = cell_names(cell.source)[0].line_offset
            for path, line in _seeding(cell.source):
                seeded = owners.get(path.partition(".")[0])
                later = steps[index + 1 :]
                named = {name for name, library in owners.items() if library == seeded}
                users = _drawing(later) if seeded in _BY_METHOD else _users(later, named)
                if not users:
                    continue
                # Tables of pandas draw by the same names.
                certain = seeded in _BY_METHOD and "pandas" not in libraries
                yield located(
                    cell,
                    line + offset,
                    code="PRM213",
                    severity="error" if certain else "warning",
                    name=path,
                    steps=(step.name, users[0]),
                    message=(
                        f"`{path}` seeds {seeded} in this kernel only; what step `{users[0]}` draws from it is "
                        "not what the notebook draws there."
                    ),
                    fix=f"Merge `{step.name}` and `{users[0]}`, or seed {seeded} again where a step draws from it.",
                    actions=(_merge(step.name, users[0]) if certain else _ACCEPT,),
                )


_ACCEPT = Action(kind=FixAction.ACCEPT, label="Accept")


@lru_cache(maxsize=2048)
def _owners(step: StepNames) -> tuple[tuple[str, str], ...]:
    """(name, library) of what a step imports from libraries with generators of their own."""
    imported = ((name, _library(statement)) for name, statement in step.imports.items())
    return tuple(pair for pair in imported if pair[1] in _OWN_GENERATORS)


def _merge(one: str, other: str) -> Action:
    label = f"Merge {one} and {other}"
    return Action(kind=FixAction.MERGE, label=label, argument=f"{one},{other}")


def _drawing(steps: tuple[StepNames, ...]) -> list[str]:
    """The steps that draw from what an earlier one seeded."""
    seeding = (any(_seeding(cell.source) for cell in step.code) for step in steps)
    return [
        step.name
        for step, again in zip(steps, seeding, strict=True)
        if not again and any(_draws(cell.source) for cell in step.code)
    ]


@lru_cache(maxsize=4096)
def _draws(source: str) -> bool:
    """Whether a cell calls such a method without a seed of its own."""
    if called_words(source).isdisjoint(_DRAW):
        return False
    calls = (call for _, _, call in cell_names(source)[1].calls)
    methods = (call for call in calls if getattr(call.func, "attr", "") in _DRAW)
    return any(all(word.arg != "seed" for word in call.keywords) for call in methods)


def _users(steps: tuple[StepNames, ...], names: set[str]) -> list[str]:
    return [step.name for step in steps if names & {*step.reads, *step.late, *step.imports}]


def _library(statement: str) -> str:
    return statement.split()[1].partition(".")[0]


@lru_cache(maxsize=4096)
def _seeding(source: str) -> tuple[tuple[str, int], ...]:
    """(path, line) of the calls of a cell that seed something."""
    calls = cell_names(source)[1].calls
    return tuple((path, line) for path, line, _ in calls if path.rpartition(".")[2] in _SEEDS)
