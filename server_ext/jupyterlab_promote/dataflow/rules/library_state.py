"""What a step puts into a list or dict of a library, which each kernel has for itself."""

import ast
import re
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.called import called_words, calls_in
from jupyterlab_promote.dataflow.flow.behaviour import BOX_CHANGES, FRAME_LIBRARIES
from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.library import SETTINGS_ROOTS
from jupyterlab_promote.dataflow.local_names import is_local
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.set_up import of_a_library
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames, is_only_imported
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.source import nodes_like

_ELSEWHERE = (*SETTINGS_ROOTS, "os.environ", "sys.path", "sys.modules", "warnings.", "logging.")
"""What travels as hidden state, or has a rule of its own."""
_SETTINGS = re.compile(
    r"(?:matplotlib|pylab)\.(?:\w+\.)*rcParams|(?:pandas|plotly\.io)\.(?:options|templates|renderers)\b.*"
)
"""The same by whatever name they were imported: `from pylab import rcParams`."""
_OF_EACH_KERNEL = frozenset({"_instances"})
_CLASSES = frozenset({"array", "defaultdict", "deque"})
"""Classes that are not written with a capital: `deque.append(d, 1)` changes `d`."""


class _Change(NamedTuple):
    """A container that is reached by a dotted path changes at a line.

    Attributes:
        method: what is called; empty for `path[...] = value`.
    """

    path: str
    line: int
    node: ast.expr
    method: str

    @property
    def text(self) -> str:
        """As a person finds it."""
        return f"{self.path}.{self.method}(...)" if self.method else ast.unparse(self.node)[:60]


def changed_libraries(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: `units.registry[Metre] = Converter()` fills a dict that later steps' kernels have without it.

    With plain values the line runs again in each later step (`chain.preamble`).
    """
    every = (prelude, *steps)
    imports: dict[str, str] = {}
    for step in every:
        imports |= step.imports
    paths = _second_paths(every, imports.keys())
    roots = frozenset(imports).union(paths)
    bound = frozenset[str]().union(*(roots & step.bound_otherwise for step in every))
    otherwise = bound - paths.keys()
    for step, cell in steps_with(_changes, steps[:-1], roots):
        read, own = cell_names(cell.source)
        again = {line for _, line in own.settings.values()}
        for found in _changes(roots, cell.source):
            root, _, rest = found.path.partition(".")
            path = f"{paths[root]}.{rest}".rstrip(".") if root in paths else found.path
            top = path.partition(".")[0]
            repeated = found.line in again and is_only_imported(root, every)
            if (
                repeated
                or root in otherwise
                or not _is_of_library(path, found.method, imports.get(top, ""))
                or is_local(root, found.line, cell.source, every)
            ):
                continue
            yield located(
                cell,
                found.line + read.line_offset,
                code="PRM205",
                severity="error",
                name=found.path,
                steps=(step.name,),
                message=f"`{found.text}` changes what a library keeps, in this kernel only; "
                "later steps are without it.",
                fix="Move it to a cell tagged `imports`, which runs in each step, or merge the steps that need it.",
            )


def _is_of_library(path: str, method: str, statement: str) -> bool:
    """Whether a path leads to a container that a library keeps.

    Args:
        statement: the import that binds the first name of the path; empty where none does.
    """
    if not statement or not of_a_library(statement) or path.startswith(_ELSEWHERE):
        return False
    if _SETTINGS.fullmatch(_full_path(statement, path)):
        return False
    last = path.rpartition(".")[2]
    of_module = statement.startswith("import ") and "." not in path
    is_class = last in _CLASSES or (last[:1].isupper() and not last.isupper())
    if of_module or is_class or last in _OF_EACH_KERNEL:
        return False
    top = statement.split()[1].partition(".")[0]
    return not method or top not in FRAME_LIBRARIES


@lru_cache(maxsize=4096)
def _full_path(statements: str, path: str) -> str:
    """A path whose first name an import binds, as the library has it."""
    name, dot, rest = path.partition(".")
    for node in ast.parse(statements).body:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            of = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            if (of or alias.asname) and (alias.asname or alias.name) == name:
                return f"{of}{alias.name}{dot}{rest}"
    return path


def _second_paths(steps: tuple[StepNames, ...], imported: Set[str]) -> dict[str, str]:
    """The names that are bound once, to a part of a library, with its path."""
    found: dict[str, str] = {}
    cells = (cell for _, cell in steps_with(_second_names, steps))
    for name, path in (pair for cell in cells for pair in _second_names(cell.source)):
        if path.partition(".")[0] in imported:
            found[name] = "" if name in found else path
    return {n: path for n, path in found.items() if path and _times_bound(n, steps) == 1}


def _times_bound(name: str, steps: tuple[StepNames, ...]) -> int:
    cells = (cell for step in steps if name in step.binds for cell in step.code)
    return sum(name in cell_names(cell.source)[1].binds for cell in cells)


@lru_cache(maxsize=4096)
def _second_names(source: str) -> tuple[tuple[str, str], ...]:
    """(name, path) of the top-level `name = lib.part` of a cell."""
    tree = cell_names(source)[0].tree
    return tuple(
        (target.id, path)
        for node in (tree.body if tree is not None else ())
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute)
        for target in node.targets
        if isinstance(target, ast.Name) and (path := dotted(node.value))
    )


@lru_cache(maxsize=4096)
def _changes(roots: frozenset[str], source: str) -> tuple[_Change, ...]:
    """What a cell changes that a path from one of these names leads to."""
    return tuple([found for found in _all_changes(source) if found.path.partition(".")[0] in roots])


@lru_cache(maxsize=4096)
def _all_changes(source: str) -> tuple[_Change, ...]:
    """What a cell stores into, deletes from or calls a changing method of, where a dotted path leads to it."""
    found = [
        _Change(path, node.lineno, node, "")
        for node in nodes_like(source, ast.Subscript)
        if not isinstance(node.ctx, ast.Load) and (path := dotted(node.value))
    ]
    if not called_words(source).isdisjoint(BOX_CHANGES):
        found += [
            _Change(path.rpartition(".")[0], call.lineno, call, word)
            for call, path, word in calls_in(source)
            if word in BOX_CHANGES and "." in path
        ]
    return tuple(found)
