"""Which names of a notebook lead to modules of its own, and to what of them."""

import ast
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_in


@dataclass
class ImportedNames:
    """What names of the notebook lead to: modules by their path without `.py`, or (module, function)."""

    modules: dict[str, str] = field(default_factory=dict)
    functions: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        """The modules that they lead to, or into."""
        return frozenset({*self.modules.values(), *(path for path, _ in self.functions.values())})

    def called(self, path: str) -> tuple[str, str] | None:
        """(module, function) of a call."""
        root, _, name = path.rpartition(".")
        if root in self.modules and name:
            return self.modules[root], name
        return self.functions.get(path)

    def module(self, path: str, known: Container[str]) -> str:
        """The module to which a dotted path of the code leads: `pkg.models` after `import pkg`; empty for none.

        Args:
            known: the modules that are the notebook's own.
        """
        if path in self.modules:
            return self.modules[path]
        root, _, rest = path.partition(".")
        package = self.modules.get(root, "").removesuffix("/__init__")
        inner = f"{package}/{rest.replace('.', '/')}" if package and rest else ""
        return next((each for each in (inner, f"{inner}/__init__") if each in known), "")

    def leads_to(self, module: str) -> set[str]:
        """The names of the notebook through which a module is used."""
        whole = {name.partition(".")[0] for name, path in self.modules.items() if path == module}
        return whole | {name for name, (path, _) in self.functions.items() if path == module}


def imported_names(cells: Iterable[Cell], known: Mapping[str, str]) -> ImportedNames:
    """What the imports of cells bind; `known` are the modules that are the notebook's own."""
    found = ImportedNames()
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
    node: ast.ImportFrom, module: str, known: Mapping[str, str], found: ImportedNames
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


def paths_to_modules(steps: tuple[StepNames, ...], sources: Mapping[str, str]) -> frozenset[str]:
    """The paths that lead to modules of the notebook's own, of those whose attributes its code sets."""
    known = {**sources, **written_modules(steps)}
    if not known:
        return frozenset()
    imported = imported_names((cell for step in steps for cell in step.code), known)
    cells = (cell for step in steps for cell in step.code)
    held = {path for cell in cells for path, _, _ in cell_names(cell.source)[1].stores}
    return frozenset(path for path in held if imported.module(path, known.keys()))


def written_modules(steps: tuple[StepNames, ...]) -> dict[str, str]:
    """The modules that cells write, by path without `.py`, and their sources."""
    found: dict[str, str] = {}
    for _, cell in steps_with(_target, steps):
        target = _target(cell.source)
        if target is not None and target[0].endswith(".py"):
            found[target[0].removesuffix(".py")] = cell.source.partition("\n")[2]
    return found


@lru_cache(maxsize=4096)
def _target(source: str) -> tuple[str, bool] | None:
    return cell_names(source)[0].writes_file
