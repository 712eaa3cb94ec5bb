"""What is the same object in one kernel only: equal texts and numbers, and where an exception came from."""

import ast
import builtins
from collections.abc import Iterator, Sequence
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import bound_in, dotted, target_names
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_TRACES = frozenset({"__traceback__"})


def compared_objects(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM214: `mode is FAST`, where one is a text or number of earlier steps; `error.__traceback__` of one."""
    plain = union_of_steps(_plain_names, (prelude, *steps))
    for step, cell in steps_with(_asks, steps[1:], plain):
        earlier = steps[: steps.index(step)]
        before = frozenset[str]().union(*(s.binds for s in earlier))
        read, _ = cell_names(cell.source)
        above = [c for s in (prelude, *earlier, step) for c in s.code if c.index < cell.index]
        still = frozenset(name for name in plain & step.reads.keys() if _may_be_plain(name, above))
        for names, line, said, fix in _asked(still, cell.source):
            given = names & before & step.reads.keys()
            if not given or not names <= step.reads.keys() | _elements(cell.source):
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


def _may_be_plain(name: str, above: Sequence[Cell]) -> bool:
    """Whether one of the cells whose binding may still hold binds a name to a text or number."""
    for cell in reversed(above):
        if name in _plain_names(cell.source):
            return True
        if name in _names_of_one_object(cell.source):
            return False
    return False


def _asks(plain: frozenset[str], source: str) -> bool:
    return bool(_asked(plain, source))


@lru_cache(maxsize=4096)
def _asked(plain: frozenset[str], source: str) -> tuple[tuple[frozenset[str], int, str, str], ...]:
    """(names, line, code, fix) of what a cell asks of an object itself."""
    found = []
    for node in nodes_like(source, ast.Compare) if " is " in source else ():
        sides = [node.left, *node.comparators]
        if not all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            continue
        if (held := _written_out(sides)) is not None:
            found.append((held, node.lineno, ast.unparse(node), "Compare them with `==`."))
            continue
        names = frozenset(root for side in sides if (root := _root(side)) not in _ONE_IN_EACH)
        apart = len(names) == len(sides) and not plain.isdisjoint(
            {side.id for side in sides if isinstance(side, ast.Name)}
        )
        if apart:
            found.append((names, node.lineno, ast.unparse(node), "Compare them with `==`."))
    for one in nodes_like(source, ast.Attribute) if "__traceback__" in source else ():
        if one.attr in _TRACES and isinstance(one.ctx, ast.Load):
            names = frozenset({dotted(one).partition(".")[0]})
            fix = "Keep its text, as `traceback.format_exc()` gives it where it is caught."
            found.append((names, one.lineno, ast.unparse(one), fix))
    return tuple(found)


def _written_out(sides: list[ast.expr]) -> frozenset[str] | None:
    """Who holds what is asked to be a text that is written out, as in `options["mode"] is "fast"`; None of all others.

    A variable goes on being that text (`handoff/values/interned.py`), which what it holds does not.
    """
    texts = [
        one.value for one in sides if isinstance(one, ast.Constant) if isinstance(one.value, str)
    ]
    # Of the empty text and of single letters Python has one object each.
    if not any(len(text) > 1 for text in texts):
        return None
    held = {_root(side) for side in sides if isinstance(side, ast.Attribute | ast.Subscript)}
    return frozenset(held - _ONE_IN_EACH) or None


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


def _names_of_one_object(source: str) -> frozenset[str]:
    """The names that a cell binds last to a number, letter or constant of which Python has one object."""
    tree = cell_names(source)[0].tree
    found: dict[str, bool] = {}
    for node in tree.body if tree is not None else ():
        value = node.value if isinstance(node, ast.Assign) else None
        one = isinstance(value, ast.Constant) and not _is_plain(value, {})
        found.update(dict.fromkeys(bound_in([node])[0], one))
    return frozenset(name for name, one in found.items() if one)


@lru_cache(maxsize=4096)
def _elements(source: str) -> frozenset[str]:
    """The names that stand for one element after the other."""
    loops = [node.target for node in nodes_like(source, ast.For)]
    targets = loops + [node.target for node in nodes_like(source, ast.comprehension)]
    return frozenset(name for target in targets for name in target_names(target))


def _root(side: ast.expr) -> str:
    """The name by which an object is reached; empty where none says it."""
    while isinstance(side, ast.Attribute | ast.Subscript):
        side = side.value
    return side.id if isinstance(side, ast.Name) else ""


_ONE_IN_EACH = frozenset({"", *dir(builtins)})
_MAKE_PLAIN = frozenset(
    {"Decimal", "Fraction", "Timestamp", "date", "datetime", "float", "timedelta"}
)
"""What makes dates and numbers."""
_CACHED = range(-5, 257)
"""The numbers of which Python has one object each."""


def _is_plain(value: ast.expr, known: dict[str, bool]) -> bool:
    if isinstance(value, ast.Name):
        return known.get(value.id, False)
    if isinstance(value, ast.Tuple):
        return bool(value.elts)
    if isinstance(value, ast.Call):
        return dotted(value.func).rpartition(".")[2] in _MAKE_PLAIN
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        return all(isinstance(one, ast.Constant) or _is_plain(one, known) for one in sides)
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant)
        and isinstance(value.value, str | bytes | int | float | complex)
        and value.value not in _CACHED
    )
