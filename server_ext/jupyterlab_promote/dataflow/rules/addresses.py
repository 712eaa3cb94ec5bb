"""Addresses of memory that are kept in variables: they say nothing in another kernel."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_paths
from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.nodes import nodes_in
from jupyterlab_promote.notebook.source import nodes_like

_PLAIN = (ast.Constant, ast.Name)
_ATTRIBUTES = frozenset({"__array_interface__", "__cuda_array_interface__", "data_ptr"})
_GIVING = _ATTRIBUTES | {"id", "data"}
"""What is written out where an address is: `id(x)`, `x.ctypes.data` and these attributes."""

_FILES = frozenset({"add", "append", "setdefault", "update"})
"""Methods that put what they are given first into a set, a list or a dict."""


def kept_addresses(
    steps: tuple[StepNames, ...], prelude: StepNames, carried: dict[str, set[str]]
) -> Iterator[Finding]:
    """PRM209: a variable of an earlier step that holds an address, as `id(x)` gives it.

    Args:
        prelude: its functions and classes may file something under an address wherever they are used.
        carried: step -> names that travel on from it.
    """
    every = (prelude, *steps)
    if any("id" in step.binds for step in every):
        return
    giving, order = _that_give(every), [step.name for step in steps]
    for source, cell in steps_with(_bound, every[:-1], giving):
        read, own = cell_names(cell.source)
        for name, line in _bound(giving, cell.source):
            # A class is met through its instances as well, and what a function keeps through the function.
            kept = any(made.name == name for made in own.classes) or _within(cell.source, line)
            above = source.name not in order and kept
            giver = _giver(steps, carried, name) if above else source.name
            if giver not in order or name not in carried.get(giver, set()):
                continue
            later = steps[order.index(giver) + 1 :]
            named = [s.name for s in later if name in s.reads]
            followers = named or ([later[0].name] if kept else [])
            if not followers:
                continue
            yield located(
                cell,
                line + read.line_offset,
                code="PRM209",
                severity="warning",
                name=name,
                steps=(giver, followers[0]),
                message=(
                    f"`{name}` holds an address of memory; in the kernel of step `{followers[0]}` "
                    "the same object lies elsewhere."
                ),
                fix=f"Compare objects with `is`, or merge `{giver}` and `{followers[0]}`.",
                actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
            )


def _that_give(every: tuple[StepNames, ...]) -> frozenset[str]:
    """The functions of a notebook that give an address; `hash` where some object is told by that."""
    hashed = frozenset({"hash"}) & union_of_steps(_hashed_by_address, every)
    giving = hashed | union_of_steps(_functions, every)
    return giving | (union_of_steps(_hashing, every) if hashed else frozenset())


def _giver(steps: tuple[StepNames, ...], carried: dict[str, set[str]], name: str) -> str:
    """The first step from which a name travels on; empty where none is."""
    return next((step.name for step in steps[:-1] if name in carried.get(step.name, ())), "")


@lru_cache(maxsize=4096)
def _bound(giving: frozenset[str], source: str) -> tuple[tuple[str, int], ...]:
    """(name, line) of what top-level statements bind to something with an address in it, or file under one."""
    found: list[tuple[str, int]] = []
    for statement in _statements(source, giving):
        found += _filed(statement, giving)
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            if not _gives(statement.value, giving):
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            found += [
                (node.id, statement.lineno)
                for target in targets
                for node in nodes_in(target)
                if isinstance(node, ast.Name)
            ]
    return tuple(found)


def _within(source: str, line: int) -> bool:
    """Whether a line of a cell is that of a function."""
    tree = cell_names(source)[0].tree
    return any(
        isinstance(one, _FUNCTIONS) and one.lineno <= line <= (one.end_lineno or one.lineno)
        for one in (tree.body if tree is not None else ())
    )


def _statements(source: str, giving: frozenset[str]) -> list[ast.stmt]:
    """The statements of a cell; none of one that writes out nothing that gives an address."""
    tree = cell_names(source)[0].tree
    if tree is None or _written_out(source).isdisjoint(_GIVING | giving):
        return []
    return tree.body


@lru_cache(maxsize=4096)
def _written_out(source: str) -> frozenset[str]:
    """The functions that a cell calls and the attributes that it asks for."""
    handed = [word for word in ("id", "hash") if f"map({word}" in source]
    return called_paths(source).union(
        handed, [node.attr for node in nodes_like(source, ast.Attribute)]
    )


def _filed(statement: ast.stmt, giving: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Names of the notebook that keep values under addresses, as `known[id(x)] = 1`; a class, where its methods do."""
    own = statement.name if isinstance(statement, ast.ClassDef) else ""
    inside = isinstance(statement, _DEFINITIONS)
    local = _local(statement) if isinstance(statement, _FUNCTIONS) else frozenset()
    named = _named(statement, giving) if inside else frozenset()
    for node in nodes_in(statement):
        for container, key in _keys(node):
            path = _path(container)
            of_class = own if "." in path else ""
            name = of_class if own else path.partition(".")[0]
            said = isinstance(key, ast.Name) and key.id in named
            if name and name not in local and (said or _gives(key, giving)):
                yield name, container.lineno


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


def _keys(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(container, what it is filed under or given), as in `known[k] = 1` and `self.state.setdefault(k, 0)`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield node.value, node.slice
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _FILES
        and node.args
    ):
        yield node.func.value, node.args[0]


def _path(container: ast.expr) -> str:
    """The dotted path at which a container is found; of `by.setdefault(k, set())` that of the call."""
    while isinstance(container, ast.Call | ast.Subscript):
        container = container.func if isinstance(container, ast.Call) else container.value
    return dotted(container)


def _named(statement: ast.stmt, giving: frozenset[str]) -> frozenset[str]:
    """The variables of a function or of methods that are bound to an address: `key = id(x)`."""
    return frozenset(
        target.id
        for node in nodes_in(statement)
        if isinstance(node, ast.Assign) and _gives(node.value, giving)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _local(function: ast.stmt) -> frozenset[str]:
    """The parameters of a function and what it binds for itself."""
    nodes = tuple(nodes_in(function))
    declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return frozenset((bound | {n.arg for n in nodes if isinstance(n, ast.arg)}) - declared)


@lru_cache(maxsize=4096)
def _hashed_by_address(source: str) -> tuple[str, ...]:
    """`hash`, where a cell has a class whose objects it tells by their addresses."""
    own = {"__hash__", "__eq__"}
    by_address = any(
        not kind.decorator_list
        and all(isinstance(base, ast.Name) and base.id == "object" for base in kind.bases)
        and own.isdisjoint(one.name for one in kind.body if isinstance(one, ast.FunctionDef))
        for kind in (cell_names(source)[1].classes if "class " in source else ())
    )
    return ("hash",) if by_address else ()


@lru_cache(maxsize=4096)
def _functions(source: str) -> tuple[str, ...]:
    """Functions of a cell that return what holds an address."""
    return tuple(_returning(source, frozenset()))


@lru_cache(maxsize=4096)
def _hashing(source: str) -> tuple[str, ...]:
    """Functions of a cell that return what holds a hash."""
    return tuple(_returning(source, frozenset({"hash"})))


def _returning(source: str, giving: frozenset[str]) -> Iterator[str]:
    return (
        node.name
        for node in _statements(source, giving)
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(inner, ast.Return)
            and inner.value is not None
            and _gives(inner.value, giving)
            for inner in nodes_in(node)
        )
    )


def _gives(value: ast.expr, giving: frozenset[str] = frozenset()) -> bool:
    """Whether a value may hold an address: not where two are compared, whose result is plain."""
    if isinstance(value, ast.Compare):
        return False
    for node in nodes_in(value) if not isinstance(value, _PLAIN) else ():
        if isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
            return True
        if isinstance(node, ast.Attribute) and dotted(node).endswith(".ctypes.data"):
            return True
        if isinstance(node, ast.Call):
            called = dotted(node.func)
            # What is called for each element: `map(id, rows)`.
            each = dotted(node.args[0]) if called == "map" and node.args else ""
            if "id" in (called, each) or not giving.isdisjoint({called, each}):
                return True
    return False
