"""Names that a step binds anew before any code could look up what earlier steps left in them.

`env = simpy.Environment()` at the top of a step: the functions of earlier steps that look `env` up find this one, so
the earlier one need not travel.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from jupyterlab_promote.dataflow.flow.cell_flow import words
from jupyterlab_promote.dataflow.names import target_names
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.facts import StepFacts
from jupyterlab_promote.notebook.nodes import nodes_in, nodes_under

_WORD = re.compile(r"[^\W\d]\w*")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def with_bound_first(
    before: StepFacts, steps: Iterable[StepFacts], names: Iterable[StepNames]
) -> Iterator[StepFacts]:
    """The steps, with what each looks up before it binds a name that earlier ones have and functions look up."""
    had = set(_names(before))
    asked = set(_read_by_functions(before))
    for step, named in zip(steps, names, strict=True):
        asked |= _read_by_functions(step)
        wanted = step.rebound.intersection(asked, had)
        found = _looked_up_before(named, wanted) if wanted else ()
        had |= _names(step)
        yield step._replace(first=frozenset(found)) if found else step


@lru_cache(maxsize=2048)
def _names(step: StepFacts) -> frozenset[str]:
    return step.uses | step.written


@lru_cache(maxsize=2048)
def _read_by_functions(step: StepFacts) -> frozenset[str]:
    return frozenset().union(*(one.reads for _, found in step.functions for one in found))


@lru_cache(maxsize=2048)
def _looked_up_before(
    step: StepNames, wanted: frozenset[str]
) -> tuple[tuple[str, frozenset[str]], ...]:
    """(name, what the step looks up before it binds the name) of those that a plain statement of a cell binds."""
    found: dict[str, frozenset[str]] = {}
    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    for cell in step.code:
        for each in _statements(cell.source):
            names |= each.names
            texts |= each.texts
            anew = (each.bound & wanted) - names - found.keys()
            found.update((name, (names | texts) - {name}) for name in anew)
            if len(found) == len(wanted):
                return tuple(found.items())
    return tuple(found.items())


class _Statement(NamedTuple):
    """What a statement does before those of its functions' bodies run.

    Attributes:
        bound: names that it binds for certain.
        names: those that it looks up.
        texts: words of its texts, which may be code (`eval("f()")`).
    """

    bound: frozenset[str]
    names: frozenset[str]
    texts: frozenset[str]


@lru_cache(maxsize=4096)
def _statements(source: str) -> tuple[_Statement, ...]:
    cell, own = cell_names(source)
    nothing = frozenset[str]()
    if cell.tree is None or cell.magic or own.opaque is not None:
        return (_Statement(nothing, words(source), nothing),)
    told = tuple(map(_statement, cell.tree.body))
    # What a line of a magic or a shell names is looked up somewhere in the cell.
    filled_in = frozenset(cell.interpolated)
    return (_Statement(nothing, filled_in, nothing), *told) if filled_in else told


def _statement(node: ast.stmt) -> _Statement:
    parts = [*_evaluated(node)]
    names = (n.id for n in parts if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store))
    values = [n.value for n in parts if isinstance(n, ast.Constant)]
    words_of = (_WORD.findall(value) for value in values if isinstance(value, str))
    return _Statement(
        frozenset(_bound(node)), frozenset(names), frozenset(chain.from_iterable(words_of))
    )


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        yield from chain.from_iterable(map(target_names, node.targets))
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from target_names(node.target)


def _evaluated(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without the bodies of functions, which run when these are called.

    A decorator may call at once what it is given.
    """
    pending: list[ast.AST] = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.ClassDef) and (one.decorator_list or one.keywords):
            yield from nodes_in(one)
            continue
        yield one
        if isinstance(one, _FUNCTIONS) and not one.decorator_list:
            pending += [one.args, *filter(None, (one.returns,))]
        else:
            pending += nodes_under(one)
