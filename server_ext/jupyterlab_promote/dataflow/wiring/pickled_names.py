"""Names that a pickle asks for as it is loaded: an object finds its class, and a function itself, in the notebook."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from jupyterlab_promote.dataflow.called import calls_in
from jupyterlab_promote.dataflow.kept import cells_with, steps_with, union_of_steps
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in

_LIBRARIES = frozenset({"cloudpickle", "dill", "joblib", "pickle", "shelve", "torch"})
_LOADS = frozenset({"load", "loads", "open", "Unpickler"})
_SAVES = frozenset({"dump", "dumps", "open", "save", "Pickler"})
_OF_TABLES = {"read_pickle": _LOADS, "to_pickle": _SAVES}


def with_pickled_names(prelude: StepNames, steps: tuple[StepNames, ...]) -> tuple[StepNames, ...]:
    """The steps, of which those that load pickles read each class that the notebook has by then, and each function too
    where it makes pickles.
    """
    every = (prelude, *steps)
    libraries = frozenset(
        name for step in every for name, line in step.import_lines if _is_of_pickles(line)
    )
    if next(steps_with(_loads, every, libraries), None) is None:
        return steps
    meant = union_of_steps(_classes, every)
    if next(steps_with(_saves, every, libraries), None) is not None:
        meant |= union_of_steps(_functions, every)
    return tuple(_reading_each(prelude, steps, meant, libraries)) if meant else steps


def _reading_each(
    prelude: StepNames,
    steps: tuple[StepNames, ...],
    meant: frozenset[str],
    libraries: frozenset[str],
) -> Iterator[StepNames]:
    inside = next(cells_with(_loads_inside, prelude.code, libraries), None)
    bound: frozenset[str] = prelude.bound
    for step in steps:
        loading = next(cells_with(_loads, step.code, libraries), inside)
        inside = inside or next(cells_with(_loads_inside, step.code, libraries), None)
        names = frozenset((meant & bound) - step.reads.keys())
        yield _reading(step, names, loading) if loading is not None and names else step
        bound = bound | step.bound


@lru_cache(maxsize=256)
def _reading(step: StepNames, names: frozenset[str], loading: Cell) -> StepNames:
    return replace(step, reads={**step.reads, **dict.fromkeys(sorted(names), (loading, 1))})


@lru_cache(maxsize=4096)
def _is_of_pickles(statement: str) -> bool:
    return statement.split()[1].partition(".")[0] in _LIBRARIES


@lru_cache(maxsize=4096)
def _loads(libraries: frozenset[str], source: str) -> bool:
    return _calls(libraries, source, _LOADS)


@lru_cache(maxsize=4096)
def _saves(libraries: frozenset[str], source: str) -> bool:
    return _calls(libraries, source, _SAVES)


def _calls(libraries: frozenset[str], source: str, words: frozenset[str]) -> bool:
    return any(
        _OF_TABLES.get(word) is words or (word in words and path.partition(".")[0] in libraries)
        for _, path, word in calls_in(source)
    )


@lru_cache(maxsize=4096)
def _loads_inside(libraries: frozenset[str], source: str) -> bool:
    """Whether a function of a cell loads, which any later step may call."""
    if not _loads(libraries, source):
        return False
    tree = cell_names(source)[0].tree
    body = tree.body if tree is not None else ()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    inside = {id(node) for one in body if isinstance(one, kinds) for node in nodes_in(one)}
    return any(
        id(call) in inside and (_OF_TABLES.get(word) is _LOADS or word in _LOADS)
        for call, _, word in calls_in(source)
    )


@lru_cache(maxsize=4096)
def _classes(source: str) -> frozenset[str]:
    return frozenset(kind.name for kind in cell_names(source)[1].classes)


@lru_cache(maxsize=4096)
def _functions(source: str) -> frozenset[str]:
    tree = cell_names(source)[0].tree
    body = tree.body if tree is not None else ()
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))
