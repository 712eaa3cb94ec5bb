"""Seeds of random generators whose position cannot be read, and so does not travel."""

from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache, partial
from typing import NamedTuple

from jupyterlab_promote.dataflow.by_functions import called_at_once, functions_that
from jupyterlab_promote.dataflow.called import Called, called_paths, called_words
from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Action, Finding, FixAction, merging
from jupyterlab_promote.notebook.document import Cell

_OWN_GENERATORS = frozenset(
    {"cupy", "cv2", "dask", "faker", "keras", "mxnet", "paddle", "polars", "sympy", "tensorflow"}
)
_BY_METHOD = frozenset({"polars"})
"""Of these, libraries that draw only in these methods of their tables:"""
_DRAW = frozenset({"sample", "shuffle"})
_SEEDS = frozenset({"seed", "set_random_seed", "set_seed", "setRNGSeed"})
_DRAWS_OF = {"cv2": frozenset({"kmeans", "randn", "randShuffle", "randu"})}
"""What draws from a generator that begins at the same place in each kernel, as if it were seeded: OpenCV's."""


_MOVES = _SEEDS.union(*_DRAWS_OF.values())


def seeds_that_stay(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM213: a library's own generator is seeded or drawn from, and a later step uses that library unseeded.

    TensorFlow, for example, keeps its place in a context of the process that it gives nobody.
    """
    every = (prelude, *steps)
    owners = {name: library for step in every for name, library in _owners(step)}
    if not owners or next(steps_with(_names_one, every), None) is None:
        return
    libraries = {_library(line) for step in every for line in step.imports.values()}
    # Tables of pandas draw by the same names as those of polars.
    certain = {*_DRAWS_OF, *(_BY_METHOD if "pandas" not in libraries else ())}
    by = _by_functions(every, owners)
    moving = frozenset(by.moving)
    for step, cell in steps_with(_seeding, steps[:-1], moving):
        for path, line in _seeding(moving, cell.source):
            library = by.moving.get(path) or _moved(path, owners)
            named = {name for name, owner in owners.items() if owner == library}
            later = steps[steps.index(step) + 1 :]
            users = _who_draws(later, library, named, by) if library else []
            if library and users:
                both = (step.name, users[0])
                yield _stays(cell, path, line, library, both, certain=library in certain)


def _names_one(source: str) -> bool:
    """Whether a cell calls what seeds or moves a generator of some library."""
    return not called_words(source).isdisjoint(_MOVES)


class _ByFunctions(NamedTuple):
    """The notebook's own functions that concern generators.

    Attributes:
        moving: by those that seed or move one, the library whose it is.
        seeding: those that seed one.
    """

    moving: Mapping[str, str]
    seeding: frozenset[str]


def _by_functions(steps: tuple[StepNames, ...], owners: Mapping[str, str]) -> _ByFunctions:
    sources = [cell.source for step in steps for cell in step.code]
    moving = {
        name: library
        for library in set(owners.values())
        for name in functions_that(partial(_moves, library=library, owners=owners), sources)
    }
    return _ByFunctions(moving, functions_that(_is_seed, sources) & moving.keys())


def _moves(called: Called, *, library: str, owners: Mapping[str, str]) -> bool:
    return _moved(called.path, owners) == library


def _is_seed(called: Called) -> bool:
    return called.word in _SEEDS


def _moved(path: str, owners: Mapping[str, str]) -> str | None:
    """The library whose generator a call seeds or moves; None where it does neither."""
    last = path.rpartition(".")[2]
    library = owners.get(path.partition(".")[0])
    return library if last in _SEEDS or last in _DRAWS_OF.get(library or "", ()) else None


def _stays(
    cell: Cell, path: str, line: int, library: str, steps: tuple[str, str], *, certain: bool
) -> Finding:
    return located(
        cell,
        line + cell_names(cell.source)[0].line_offset,
        code="PRM213",
        severity="error" if certain else "warning",
        name=path,
        steps=steps,
        message=(
            f"`{path}` sets where {library}'s random generator is in this kernel only; what step "
            f"`{steps[1]}` draws from it is not what the notebook draws there."
        ),
        fix=f"Merge `{steps[0]}` and `{steps[1]}`, or seed {library} again where a step draws from it.",
        actions=(merging(*steps) if certain else _ACCEPT,),
    )


_ACCEPT = Action(kind=FixAction.ACCEPT, label="Accept")


@lru_cache(maxsize=2048)
def _owners(step: StepNames) -> tuple[tuple[str, str], ...]:
    """(name, library) of what a step imports from libraries with generators of their own."""
    imported = ((name, _library(statement)) for name, statement in step.imports.items())
    return tuple(pair for pair in imported if pair[1] in _OWN_GENERATORS)


def _who_draws(
    steps: tuple[StepNames, ...], library: str, names: set[str], by: _ByFunctions
) -> list[str]:
    """The steps that may draw from what an earlier one seeded, and do not seed it again."""
    if library in _BY_METHOD:
        return _drawing(steps, _draws, by)
    if library in _DRAWS_OF:
        own = {name for name, of in by.moving.items() if of == library and name not in by.seeding}
        words = _DRAWS_OF[library] | own
        return _drawing(steps, lambda source: _calls_at_once(source, words), by)
    return _users(steps, names)


def _calls_at_once(source: str, words: Set[str]) -> bool:
    return any(word in words for _, _, word in called_at_once(source))


def _drawing(
    steps: tuple[StepNames, ...], draws: Callable[[str], bool], by: _ByFunctions
) -> list[str]:
    again = _SEEDS | by.seeding
    seeding = (any(_calls_at_once(cell.source, again) for cell in step.code) for step in steps)
    return [
        step.name
        for step, again in zip(steps, seeding, strict=True)
        if not again and any(draws(cell.source) for cell in step.code)
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
def _seeding(by: frozenset[str], source: str) -> tuple[tuple[str, int], ...]:
    """(path, line) of the calls of a cell that seed something, or may move what begins seeded.

    Args:
        by: the notebook's own functions that do.
    """
    if called_words(source).isdisjoint(_MOVES) and called_paths(source).isdisjoint(by):
        return ()
    return tuple(
        (path, call.lineno)
        for call, path, word in called_at_once(source)
        if word in _MOVES or path in by
    )
