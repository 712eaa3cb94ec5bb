"""What a step switches on in its kernel and leaves on: signal handlers, patches of tests, attributes of libraries."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.kept import any_with, steps_with, union_of, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_SIGNALS = frozenset(
    {"alarm", "setitimer", "raise_signal", "getsignal", "pthread_kill", "pause", "sigwait", "kill"}
)
"""What is of use only with a handler, or tells it."""


_ENTERS = frozenset({"__enter__", "enter_context"})
_LEAVES = frozenset({"__exit__", "close", "pop_all"})
_TRAVELLING = frozenset(
    {"config_context", "context", "errstate", "localcontext", "option_context", "printoptions", "rc_context"}
)  # fmt: skip
"""Contexts of which what they set goes along as hidden state."""


def left_on(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: something stays switched on in one kernel, and later steps would look for it."""
    leaving = tuple(steps_with(_may_leave, steps[:-1]))
    if not leaving:
        return
    every = (prelude, *steps)
    imported = frozenset(f"{name}={step.imports[name]}" for step in every for name in step.imports)
    patches = union_of_steps(_patches, every)
    raising = [index for index, step in enumerate(steps) if any_with(_raises, step.code)]
    for step, cell in leaving:
        words = union_of(called_words, step.code)
        stopped = any("stop" in word for word in words)
        left = not words.isdisjoint(_LEAVES)
        raised = bool(raising) and raising[-1] > steps.index(step)
        for what, line, kind in _left(cell.source, imported, patches):
            again = (kind == "patch" and stopped) or (kind == "entered" and left)
            if again or (kind == "signal" and not raised):
                continue
            yield _finding(cell, line, what, step)


def _finding(cell: Cell, line: int, what: str, step: StepNames) -> Finding:
    return located(
        cell,
        line,
        code="PRM205",
        severity="error",
        name=what,
        steps=(step.name,),
        message=f"`{what}` holds in this kernel only; later steps are without it.",
        fix="Move it to a cell tagged `imports`, which runs in each step, or merge the steps that need it.",
    )


@lru_cache(maxsize=4096)
def _may_leave(source: str) -> bool:
    words = called_words(source)
    return (
        not words.isdisjoint({"signal", "start", "setattr"} | _ENTERS) or "sys.modules[" in source
    )


@lru_cache(maxsize=4096)
def _raises(source: str) -> bool:
    """Whether a cell uses signals and sets no handler of its own."""
    words = called_words(source)
    return not words.isdisjoint(_SIGNALS) and "signal" not in words


@lru_cache(maxsize=4096)
def _patches(source: str) -> frozenset[str]:
    """The names of a cell that are patches of `unittest.mock`."""
    if "patch" not in source:
        return frozenset()
    return frozenset(
        target.id
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call) and _is_patch(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _is_patch(call: ast.Call) -> bool:
    return bool({"patch"} & set(dotted(call.func).split(".")[-2:]))


@lru_cache(maxsize=4096)
def _left(
    source: str, imported: frozenset[str], patches: frozenset[str]
) -> tuple[tuple[str, int, str], ...]:
    """(what, line, kind) of what the top-level statements of a cell leave on."""
    read, _ = cell_names(source)
    found = [
        (what, line + read.line_offset, "entered") for what, line in _entered(source, imported)
    ]
    for statement in read.tree.body if read.tree is not None else ():
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            kind = _kind(node, imported, patches)
            if kind:
                shown = node.targets[0] if isinstance(node, ast.Assign) else node
                line = getattr(shown, "lineno", 1) + read.line_offset
                found.append((ast.unparse(shown)[:60], line, kind))
    return tuple(found)


def _entered(source: str, imported: frozenset[str]) -> Iterator[tuple[str, int]]:
    """(what, line) of the contexts of libraries that a cell enters without `with`."""
    calls = nodes_like(source, ast.Call) if not called_words(source).isdisjoint(_ENTERS) else ()
    made = {
        target.id: node.value
        for node in nodes_like(source, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    names = {one.partition("=")[0] for one in imported}
    for call in calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _ENTERS:
            continue
        given: ast.expr | None = call.func.value
        if call.func.attr == "enter_context":
            given = call.args[0] if call.args else None
        given = made.get(given.id, given) if isinstance(given, ast.Name) else given
        path = dotted(given.func) if isinstance(given, ast.Call) else ""
        last = path.rpartition(".")[2]
        if path.partition(".")[0] in names and last not in _TRAVELLING | {"ExitStack"}:
            yield ast.unparse(call)[:60], call.lineno


def _kind(node: ast.AST, imported: frozenset[str], patches: frozenset[str]) -> str:
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        stub = isinstance(target, ast.Subscript) and dotted(target.value) == "sys.modules"
        return "module" if stub else ""
    if not isinstance(node, ast.Call):
        return ""
    path = dotted(node.func)
    root = path.partition(".")[0]
    if path.rpartition(".")[2] == "signal" and any(
        f"{root}=" + text in one
        for one in imported
        for text in ("import signal", "from signal import")
    ):
        return "signal"
    if path == "setattr" and node.args:
        first, _, rest = dotted(node.args[0]).partition(".")
        # A part of a module, such as a class of it, or the module itself.
        begins = f"{first}=" if rest else f"{first}=import "
        return "module" if first and any(one.startswith(begins) for one in imported) else ""
    started = isinstance(node.func, ast.Attribute) and node.func.attr == "start"
    if not started:
        return ""
    held = node.func.value  # type: ignore[attr-defined]
    direct = isinstance(held, ast.Call) and _is_patch(held)
    return "patch" if direct or (isinstance(held, ast.Name) and held.id in patches) else ""
