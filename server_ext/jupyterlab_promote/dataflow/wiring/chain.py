"""How steps connect: the safe chain.

Each step receives from the one before it every name that it or a later step may read, in one stream, so that objects
which share parts go on sharing them. Steps therefore run one after another, and the result is that of the linear run.
Imports are not sent: the statement runs again in the later step.
"""

import ast
from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import union_of
from jupyterlab_promote.dataflow.located import place
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames, only_imported
from jupyterlab_promote.model.pipeline import Edge, EdgeReason, Place

EVERYTHING = "*"
WHERE = ("os:cwd", "os:environ", "sys:path")
"""Hidden state that tells where modules are: the imports that run again need it before anything else."""


@dataclass(frozen=True)
class Link:
    """What travels from a step to the next one."""

    source: str
    target: str
    names: tuple[str, ...]
    reasons: tuple[EdgeReason, ...]


def links(
    steps: tuple[StepNames, ...], states: tuple[str, ...], *, everything: bool
) -> tuple[Link, ...]:
    """What travels between neighbouring steps.

    Args:
        states: hidden state that travels along with the names.
        everything: names cannot be known, so all of them travel.
    """
    found: list[Link] = []
    for index in range(len(steps) - 1):
        before, after = steps[: index + 1], steps[index + 1 :]
        names = [] if everything else _live(before, after)
        carried = (
            (EVERYTHING, *_asked_for(before, after), *(s for s in states if s in WHERE))
            if everything
            else (*names, *states)
        )
        reasons = tuple(_reason(name, before, after) for name in names)
        found.append(Link(steps[index].name, after[0].name, carried, reasons))
    return tuple(found)


def _live(before: tuple[StepNames, ...], after: tuple[StepNames, ...]) -> list[str]:
    """Names bound before that a later step may read, without those that an import brings back."""
    needed: set[str] = set()
    for step in reversed(after):
        needed -= step.definite - set(step.late)
        needed |= set(step.reads) | set(step.late)
    needed |= {name for step in before for name in step.late}
    bound: dict[str, None] = {}
    for step in before:
        bound.update(dict.fromkeys(step.binds))
    imported = only_imported(before)
    return [name for name in bound if name in needed and name not in imported]


def _asked_for(before: tuple[StepNames, ...], after: tuple[StepNames, ...]) -> list[str]:
    """Names bound before that a later step reads or, as `"rows" in globals()` does, has as a text.

    Where everything travels, what cannot is left out: these must not be.
    """
    needed: set[str] = set()
    for step in reversed(after):
        needed = (needed - step.definite) | set(step.reads) | union_of(_texts, step.code)
    imported = only_imported(before)
    bound = dict.fromkeys(name for step in before for name in step.binds)
    return [name for name in bound if name in needed and name not in imported]


@lru_cache(maxsize=4096)
def _texts(source: str) -> frozenset[str]:
    """The texts of a cell whose names cannot be known that could be names."""
    read, own = cell_names(source)
    if own.opaque is None or read.tree is None:
        return frozenset()
    found = (node.value for node in ast.walk(read.tree) if isinstance(node, ast.Constant))
    return frozenset(text for text in found if isinstance(text, str) and text.isidentifier())


def _reason(name: str, before: tuple[StepNames, ...], after: tuple[StepNames, ...]) -> EdgeReason:
    producer = next(step.binds[name] for step in reversed(before) if name in step.binds)
    reader = next(
        (use[name] for step in after for use in (step.reads, step.late) if name in use), None
    )
    made = f"`{name}` bound in cell {producer[0].index + 1} line {producer[1]}"
    used = (
        f", read in cell {reader[0].index + 1} line {reader[1]}"
        if reader is not None
        else ", read by a function that a later step may call"
    )
    return EdgeReason(
        name=name,
        kind="value",
        why=made + used,
        producer=place(*producer),
        consumer=place(*reader) if reader is not None else Place(),
    )


def edge(link: Link) -> Edge:
    """A link as people see it."""
    shown = [name for name in link.names if name.isidentifier()]
    if EVERYTHING in link.names:
        text = (
            f"every name of `{link.source}`, because the names that the code uses cannot be known"
        )
    elif not shown:
        text = f"`{link.target}` comes after `{link.source}` in the notebook"
    else:
        listed = ", ".join(f"`{name}`" for name in shown[:4])
        text = listed + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
    return Edge(
        source=link.source,
        target=link.target,
        names=link.names,
        reason=text,
        reasons=link.reasons,
    )
