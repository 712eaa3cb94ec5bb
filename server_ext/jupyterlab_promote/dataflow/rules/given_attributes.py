"""Attributes that a function gives to an imported class or module: `setattr(Graph, "size", f)`,
`@add_method(Graph)`, `patch(math)` of `def patch(lib): lib.pi = 3`.

What is given to a module or a part of it (`setattr(pd.DataFrame, "tidy", f)`) `left_on.py` tells.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.set_up import of_a_library
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames, is_only_imported
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.nodes import nodes_under
from jupyterlab_promote.notebook.source import nodes_like

_Givers = frozenset[tuple[str, int]]
"""(name, position) of functions that give attributes to what stands there among their arguments."""

_PYTHONS_OWN: _Givers = frozenset({("setattr", 0)})


def given_attributes(
    steps: tuple[StepNames, ...], prelude: StepNames, modules: Iterable[str]
) -> Iterator[Finding]:
    """PRM205: an imported class or module is given an attribute by a function, in one kernel only.

    Args:
        modules: the sources of the notebook's own modules.
    """
    every = (prelude, *steps)
    givers = _PYTHONS_OWN | union_of_steps(_givers, every)
    givers = givers.union(*(_givers(source) for source in modules))
    storing = union_of_steps(_storing, every)
    libraries = _libraries(every) if storing else frozenset()
    for step, cell in steps_with(_given, steps[:-1], givers, storing, libraries):
        offset = cell_names(cell.source)[0].line_offset
        for path, name, line in _given(givers, storing, libraries, cell.source):
            if not is_only_imported(path.partition(".")[0], every):
                continue
            yield located(
                cell,
                line + offset,
                code="PRM205",
                severity="error",
                name=path,
                steps=(step.name,),
                message=f"`{name}` gives `{path}` an attribute in this kernel only; in later steps it is without it.",
                fix="Move this to a cell tagged `imports`, which runs in each step.",
            )


@lru_cache(maxsize=4096)
def _givers(source: str) -> _Givers:
    if "setattr" not in source:
        return frozenset()
    found: set[tuple[str, int]] = set()
    for function in nodes_like(source, ast.FunctionDef):
        names = [argument.arg for argument in function.args.args]
        called = (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args)
        filled = {dotted(node.args[0]) for node in called if dotted(node.func) == "setattr"}
        found |= {(function.name, names.index(name)) for name in filled & set(names)}
    return frozenset(found)


@lru_cache(maxsize=4096)
def _storing(source: str) -> _Givers:
    """The functions of a cell that store into an attribute of what they are given."""
    if "def " not in source or not any(map(_is_stored, nodes_like(source, ast.Attribute))):
        return frozenset()
    tree = cell_names(source)[0].tree
    found: set[tuple[str, int]] = set()
    for function in tree.body if tree is not None else ():
        if isinstance(function, ast.FunctionDef):
            names = [argument.arg for argument in function.args.args]
            filled = {
                dotted(node.value)
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute) and _is_stored(node)
            }
            found |= {(function.name, names.index(name)) for name in filled & set(names)}
    return frozenset(found)


def _is_stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _libraries(steps: Iterable[StepNames]) -> frozenset[str]:
    """The names of libraries' modules."""
    return frozenset(
        name
        for step in steps
        for name, line in step.imports.items()
        if line.startswith("import ") and of_a_library(line)
    )


@lru_cache(maxsize=4096)
def _given(
    givers: _Givers, storing: _Givers, libraries: frozenset[str], source: str
) -> tuple[tuple[str, str, int], ...]:
    """(what is given an attribute, by which function, line) of the calls that run with a cell."""
    tree = cell_names(source)[0].tree
    if tree is None or not any(name in source for name, _ in givers | storing):
        return ()
    calls = [node for statement in tree.body for node in _running(statement)]
    direct = [
        (path, name, call.lineno)
        for call, name, place in _calls_of(storing, calls)
        if (path := dotted(call.args[place])) in libraries or _is_class(path, name)
        if isinstance(call.func, ast.Name)
    ]
    through = [
        (path, name, call.lineno)
        for call, name, place in _calls_of(givers, calls)
        if _is_class(path := dotted(call.args[place]), name)
    ]
    return tuple(dict.fromkeys([*through, *direct]))


def _calls_of(givers: _Givers, calls: list[ast.Call]) -> Iterator[tuple[ast.Call, str, int]]:
    for call in calls:
        for name, place in givers:
            if dotted(call.func).rpartition(".")[2] == name and len(call.args) > place:
                yield call, name, place


def _is_class(path: str, giver: str) -> bool:
    module, _, name = path.rpartition(".")
    return name[:1].isupper() and not (module and giver == "setattr")


def _running(node: ast.AST) -> Iterator[ast.Call]:
    """The calls below a node, without those of functions that are only defined."""
    if isinstance(node, ast.Call):
        yield node
    inside = (
        node.decorator_list
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        else nodes_under(node)
    )
    for inner in () if isinstance(node, ast.Lambda) else inside:
        yield from _running(inner)
