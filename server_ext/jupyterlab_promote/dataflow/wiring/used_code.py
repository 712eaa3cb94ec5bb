"""What the functions and classes that a step uses do counts as done by the step."""

from collections.abc import Iterable, Mapping
from itertools import chain

from jupyterlab_promote.dataflow.wiring.facts import FunctionFacts, StepFacts

Codes = Mapping[str, tuple[FunctionFacts, ...]]
"""The functions and classes that a name may stand for by now."""


def used_functions(used: Iterable[str], codes: Codes) -> tuple[str, ...]:
    """Those of the names that stand for functions, and the functions that these may call, in turn."""
    pending = sorted(codes.keys() & used)
    found: dict[str, None] = {}
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = None
            for function in codes[name]:
                pending += sorted(codes.keys() & function.reads)
    return tuple(found)


def with_used_code(
    step: StepFacts, names: Iterable[str], codes: Codes, settled: frozenset[str]
) -> StepFacts:
    """The step, with what these functions do as done by it, and what they need as read by it.

    Args:
        settled: names that the step binds anew before one of them looks them up.
    """
    functions = tuple(chain.from_iterable(codes[name] for name in names))
    if not functions:
        return step
    return step._replace(
        changes=step.changes.union(*(function.changes for function in functions)),
        links=step.links.union(*(function.links for function in functions)),
        touches=step.touches.union(*(function.touches for function in functions)),
        pulled=step.pulled.union(*(function.reads for function in functions)) - settled,
        maybe=step.maybe.union(*(function.binds for function in functions)),
        settled=settled,
    )
