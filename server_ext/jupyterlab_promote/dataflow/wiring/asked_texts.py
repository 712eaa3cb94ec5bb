"""Names that a text asks for which is not written where it is used: `df.query(text)` looks `@limit` up as it runs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.kept import cells_with, union_of_steps
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_ASKS = frozenset({"eval", "query"})
"""Methods of tables that look names up in a text."""
_NAME = re.compile(r"@([A-Za-z_]\w*)")


def with_asked_names(prelude: StepNames, steps: tuple[StepNames, ...]) -> tuple[StepNames, ...]:
    """The steps, of which those from the first such call on read each name that a text of the notebook may mean."""
    mentioned = union_of_steps(_mentioned, (prelude, *steps))
    return tuple(_from_first_call(prelude, steps, mentioned)) if mentioned else steps


def _from_first_call(
    prelude: StepNames, steps: tuple[StepNames, ...], mentioned: frozenset[str]
) -> Iterator[StepNames]:
    asking = next(cells_with(_asks, prelude.code), None)
    bound: frozenset[str] = prelude.bound
    for step in steps:
        asking = asking or next(cells_with(_asks, step.code), None)
        names = frozenset((mentioned & bound) - step.reads.keys())
        yield _reading(step, names, asking) if asking is not None and names else step
        bound = bound | step.bound


@lru_cache(maxsize=256)
def _reading(step: StepNames, names: frozenset[str], asking: Cell) -> StepNames:
    return replace(step, reads={**step.reads, **dict.fromkeys(sorted(names), (asking, 1))})


@lru_cache(maxsize=4096)
def _mentioned(source: str) -> frozenset[str]:
    """What stands behind an `@` in the texts of a cell."""
    if _NAME.search(source) is None:
        return frozenset()
    texts = (node.value for node in nodes_like(source, ast.Constant) if isinstance(node.value, str))
    return frozenset(name for text in texts for name in _NAME.findall(text))


@lru_cache(maxsize=4096)
def _asks(source: str) -> bool:
    """Whether a cell calls such a method with a text that is not written there."""
    if called_words(source).isdisjoint(_ASKS):
        return False
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _ASKS
        and not all(isinstance(one, ast.Constant) for one in call.args[:1])
        for _, _, call in cell_names(source)[1].calls
    )
