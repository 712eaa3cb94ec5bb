"""Local modules that remember something: each step has a kernel, and so a module, of its own."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jupyterlab_promote.dataflow.behaviour import BOX_CHANGES
from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.own_code import OwnCode
from jupyterlab_promote.dataflow.own_state import changed_state
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in

_KEEPS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)


@dataclass
class _Imported:
    """What names of the notebook lead to: modules by their path without `.py`, or (module, function)."""

    modules: dict[str, str] = field(default_factory=dict)
    functions: dict[str, tuple[str, str]] = field(default_factory=dict)

    def called(self, path: str) -> tuple[str, str] | None:
        """(module, function) of a call."""
        root, _, name = path.rpartition(".")
        if root in self.modules and name:
            return self.modules[root], name
        return self.functions.get(path)

    def leads_to(self, module: str) -> set[str]:
        """The names of the notebook through which a module is used."""
        whole = {name.partition(".")[0] for name, path in self.modules.items() if path == module}
        return whole | {name for name, (path, _) in self.functions.items() if path == module}


def module_state(
    prelude: StepNames,
    steps: tuple[StepNames, ...],
    sources: Mapping[str, str],
    modules: OwnCode | None = None,
) -> Iterator[Finding]:
    """PRM207: a function of a local module changes what the module keeps, and a later step uses that module.

    Args:
        sources: of the local modules, by path without `.py`.
        modules: those of which it is known what their functions do.
    """
    every = (prelude, *steps)
    known = {**sources, **_written(every)}
    if not known:
        return
    cells = [cell for step in every for cell in step.code]
    imported = _imports(cells, known)
    told: set[tuple[str, str]] = set()
    for index, step in enumerate(steps[:-1]):
        later = {name for s in steps[index + 1 :] for name in _mentioned(s)}
        for cell in step.code:
            read, own = cell_names(cell.source)
            for path, line, _ in own.calls:
                used = imported.called(path)
                if used is None or used[1] not in changing_functions(known[used[0]]):
                    continue
                if (used[0], step.name) not in told and later & imported.leads_to(used[0]):
                    told.add((used[0], step.name))
                    yield _finding(cell, line + read.line_offset, path, used[0], step.name)
    if modules is not None:
        for changed in changed_state(prelude, steps, modules):
            later = {name for s in steps[changed.since :] for name in _mentioned(s)}
            leading = {n for path in modules.using(changed.module) for n in imported.leads_to(path)}
            if (changed.module, changed.step) not in told and later & leading:
                told.add((changed.module, changed.step))
                line = changed.seen.line
                yield _finding(
                    changed.seen.cell, line, changed.seen.why, changed.module, changed.step
                )


def _mentioned(step: StepNames) -> Iterator[str]:
    yield from (*step.reads, *step.late, *step.imports)


def _finding(cell: Cell, line: int, path: str, module: str, step: str) -> Finding:
    return located(
        cell,
        line,
        code="PRM207",
        severity="warning",
        name=path,
        steps=(step,),
        message=f"`{path}` changes what module `{module.replace('/', '.')}` keeps; later steps load the module anew.",
        fix="Merge the steps that use it, or keep that value in a variable of the notebook.",
        actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
    )


@lru_cache(maxsize=256)
def changing_functions(source: str) -> frozenset[str]:
    """Functions and classes of a module that may change what stands at its top level."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    kept = {
        name
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, _KEEPS)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in target_names(target)
    }
    made = [
        n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    found = {node.name for node in made if any(_changes(n, kept) for n in ast.walk(node))}
    while True:
        more = {n.name for n in made if n.name not in found and _mentions(n, found)}
        if not more:
            return frozenset(found)
        found |= more


def _changes(node: ast.AST, kept: set[str]) -> bool:
    if isinstance(node, ast.Global):
        return True
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(
        node.ctx, ast.Store | ast.Del
    ):
        return _root(node) in kept
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in BOX_CHANGES and _root(node.func) in kept
    consumed = dotted(node.func) == "next" and bool(node.args)
    return consumed and _root(node.args[0]) in kept


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def _written(steps: tuple[StepNames, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in (cell for step in steps for cell in cells_with(_target, step.code)):
        target = _target(cell.source)
        if target is not None and target[0].endswith(".py"):
            found[target[0].removesuffix(".py")] = cell.source.partition("\n")[2]
    return found


@lru_cache(maxsize=4096)
def _target(source: str) -> tuple[str, bool] | None:
    return cell_names(source)[0].writes_file


def _imports(cells: list[Cell], known: Mapping[str, str]) -> _Imported:
    found = _Imported()
    for cell in cells:
        for node in _import_statements(cell.source):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    path = _path(alias.name, known)
                    if path:
                        found.modules[alias.asname or alias.name] = path
            elif node.module:
                _of_module(node, node.module, known, found)
    return found


@lru_cache(maxsize=4096)
def _import_statements(source: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    tree = cell_names(source)[0].tree
    nodes = nodes_in(tree) if tree is not None else ()
    return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def _of_module(
    node: ast.ImportFrom, module: str, known: Mapping[str, str], found: _Imported
) -> None:
    for alias in node.names:
        inner, outer = _path(f"{module}.{alias.name}", known), _path(module, known)
        if inner:
            found.modules[alias.asname or alias.name] = inner
        elif outer:
            found.functions[alias.asname or alias.name] = (outer, alias.name)


def _path(module: str, known: Mapping[str, str]) -> str:
    """The path of a module, in the notebook's folder or in one of those that are searched."""
    wanted = module.replace(".", "/")
    places = (wanted, f"{wanted}/__init__")
    return next(
        (path for path in known if path in places or path.endswith(tuple(f"/{p}" for p in places))),
        "",
    )
