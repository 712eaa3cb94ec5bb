"""What is the same object in one kernel only: equal texts and numbers, and where an exception came from."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.source import nodes_like

_TRACES = frozenset({"__traceback__"})


def compared_objects(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM214: `mode is FAST`, where both are texts or numbers of earlier steps; `error.__traceback__` of one."""
    plain = union_of_steps(_plain_names, steps)
    for step, cell in steps_with(_asks, steps[1:], plain):
        before = frozenset[str]().union(*(s.binds for s in steps[: steps.index(step)]))
        read, _ = cell_names(cell.source)
        for names, line, said, fix in _asked(plain, cell.source):
            given = names & before & step.reads.keys()
            if not given:
                continue
            yield located(
                cell,
                line + read.line_offset,
                code="PRM214",
                severity="error",
                name=min(given),
                steps=(step.name,),
                message=f"`{said}` is about an object of an earlier step, of which this step has an equal one.",
                fix=fix,
            )


def _asks(plain: frozenset[str], source: str) -> bool:
    return bool(_asked(plain, source))


@lru_cache(maxsize=4096)
def _asked(plain: frozenset[str], source: str) -> tuple[tuple[frozenset[str], int, str, str], ...]:
    """(names, line, code, fix) of what a cell asks of an object itself."""
    found = []
    for node in nodes_like(source, ast.Compare) if " is " in source else ():
        sides = [node.left, *node.comparators]
        names = frozenset(side.id for side in sides if isinstance(side, ast.Name))
        alike = len(sides) == len(names) and names <= plain
        if alike and all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            found.append((names, node.lineno, ast.unparse(node), "Compare them with `==`."))
    for one in nodes_like(source, ast.Attribute) if "__traceback__" in source else ():
        if one.attr in _TRACES and isinstance(one.ctx, ast.Load):
            names = frozenset({dotted(one).partition(".")[0]})
            fix = "Keep its text, as `traceback.format_exc()` gives it where it is caught."
            found.append((names, one.lineno, ast.unparse(one), fix))
    return tuple(found)


@lru_cache(maxsize=4096)
def _plain_names(source: str) -> frozenset[str]:
    """The names that a cell binds to a text or number that it writes out, or to such a name, and to nothing else."""
    tree = cell_names(source)[0].tree
    found: dict[str, bool] = {}
    for node in tree.body if tree is not None else ():
        if not isinstance(node, ast.Assign):
            continue
        plain = _is_plain(node.value, found)
        for target in node.targets:
            if isinstance(target, ast.Name):
                found[target.id] = plain and found.get(target.id, True)
    return frozenset(name for name, plain in found.items() if plain)


def _is_plain(value: ast.expr, known: dict[str, bool]) -> bool:
    if isinstance(value, ast.Name):
        return known.get(value.id, False)
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str | bytes | float | complex)
    )
