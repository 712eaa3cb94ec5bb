"""What modules of the notebook's own bind, told from their sources; nothing of them is run."""

import ast
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jupyterlab_promote.dataflow.library import star_names
from jupyterlab_promote.dataflow.scope import cell_names

Stars = Mapping[str, Mapping[str, str]]
"""By installed module, the names that a star import of it binds, each with the statement that binds the same; the empty
text where that is the module itself."""

_DEEPEST = 8
"""How far a module that takes names of another one is followed."""
_NEVER_RUNS = frozenset({"__name__", "TYPE_CHECKING", "typing.TYPE_CHECKING"})


@dataclass(frozen=True)
class _Names:
    """The top level of a module.

    Attributes:
        bound: name -> the statement that imports it, or the empty text.
        unsure: names that may be bound, or not.
        stars: (level, module) of its own star imports.
        listed: what `__all__` says; None without one.
        parts: modules of its package that it imports, which are attributes of the package from then on.
        known: nothing binds names in a way that cannot be read.
    """

    bound: Mapping[str, str]
    unsure: frozenset[str]
    stars: tuple[tuple[int, str], ...]
    listed: tuple[str, ...] | None
    parts: frozenset[str]
    known: bool


@dataclass(frozen=True)
class Modules:
    """The modules beside or above a notebook.

    Attributes:
        sources: by path without `.py`.
        folders: where the notebook looks for modules, as paths from its own folder.
        installed: what star imports of installed modules bind, as far as the kernel's Python said.
    """

    sources: Mapping[str, str]
    folders: tuple[str, ...]
    installed: Stars = field(default_factory=dict)

    def bound(self, module: str) -> Mapping[str, str]:
        """The names that a module imports, each with the statement that binds the same; not of further own modules."""
        path = self.path(module)
        names = _names(self.sources[path], package=_is_package(path)) if path else None
        return (
            {n: said for n, said in names.bound.items() if self._elsewhere(said)} if names else {}
        )

    def unsure(self, module: str) -> frozenset[str]:
        """Names that a module may bind, or not."""
        path = self.path(module)
        return _names(self.sources[path], package=_is_package(path)).unsure if path else frozenset()

    def star(self, module: str) -> Mapping[str, str] | None:
        """What a star import of a module binds, each name as in `bound`; None where it cannot be known."""
        path = self.path(module)
        return self._star(path, 0) if path else None

    def path(self, module: str) -> str:
        """The path, without `.py`, of a module's source; empty where there is none."""
        inner = module.replace(".", "/")
        bases = [posixpath.join(folder, inner) for folder in self.folders]
        return next((p for b in bases for p in (b, f"{b}/__init__") if p in self.sources), "")

    def star_of(self, path: str) -> Mapping[str, str] | None:
        """The same of the module at a path."""
        return self._star(path, 0)

    def at(self, path: str) -> str:
        """The path of the source of the module or package that is meant by a path; empty where there is none."""
        bare = path.rstrip("/")
        return next((p for p in (bare, f"{bare}/__init__") if p in self.sources), "")

    def _star(self, path: str, depth: int) -> dict[str, str] | None:
        names = _names(self.sources[path], package=_is_package(path))
        if not names.known or depth > _DEEPEST:
            return None
        found: dict[str, str] = {}
        for level, module in names.stars:
            inner = self._star_within(path, level, module, depth)
            if inner is None:
                return None
            found |= inner
        for name, said in names.bound.items():
            found[name] = said if self._elsewhere(said) and name not in found else ""
        found |= dict.fromkeys(names.parts, "")
        if names.listed is not None:
            return {name: found.get(name, "") for name in names.listed}
        return {name: said for name, said in found.items() if not name.startswith("_")}

    def _star_within(
        self, path: str, level: int, module: str, depth: int
    ) -> Mapping[str, str] | None:
        inner = relative_path(path, level, module) if level else self.path(module)
        inner = self.at(inner)
        if inner:
            return self._star(inner, depth + 1)
        if level:
            return None
        told = self.installed.get(module) or dict.fromkeys(star_names(module) or (), "")
        return {n: said or f"from {module} import {n}" for n, said in told.items()} or None

    def _elsewhere(self, statement: str) -> bool:
        """Whether an import is of no module of the notebook's own."""
        if not statement:
            return False
        [node] = ast.parse(statement).body
        if isinstance(node, ast.ImportFrom):
            return node.level == 0 and not self.path(node.module or "")
        assert isinstance(node, ast.Import)  # noqa: S101 - `_names` keeps no other
        return not self.path(node.names[0].name)


def stars_of(source: str) -> tuple[str, ...]:
    """The modules that a module's source imports a star of, by their whole names."""
    return tuple(module for level, module in _names(source, package=False).stars if not level)


def _is_package(path: str) -> bool:
    return posixpath.basename(path) == "__init__"


def relative_path(path: str, level: int, module: str) -> str:
    """The path of a module that is named from within another one."""
    base = posixpath.dirname(path)
    for _ in range(level - 1):
        base = posixpath.dirname(base)
    return posixpath.join(base, module.replace(".", "/"))


@lru_cache(maxsize=512)
def _names(source: str, *, package: bool) -> _Names:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return _Names({}, frozenset(), (), None, frozenset(), known=False)
    body = [statement for statement in tree.body if not never_runs(statement)]
    own = cell_names(ast.unparse(ast.Module(body, [])))[1]
    listed, plain = _listed(body)
    statements = {name: line for name, line in own.imports.items() if "\n" not in line}
    return _Names(
        {name: statements.get(name, "") for name in own.definite},
        # What is imported one way or another may be a library, or stand for one that is not there.
        frozenset((own.binds.keys() | own.conditional_imports) - own.definite - own.deletes.keys())
        | frozenset(own.conditional_imports),
        tuple(_stars(body)),
        listed,
        frozenset(_parts(body)) if package else frozenset(),
        known=own.opaque is None and plain,
    )


def never_runs(statement: ast.stmt) -> bool:
    """Whether a statement is for the module as a script, or for those who check types."""
    if not isinstance(statement, ast.If):
        return False
    test = statement.test.left if isinstance(statement.test, ast.Compare) else statement.test
    return ast.unparse(test) in _NEVER_RUNS


def _stars(body: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield node.level, node.module or ""


def _parts(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (name.partition(".")[0] for name in names if name != "*")


def _listed(body: list[ast.stmt]) -> tuple[tuple[str, ...] | None, bool]:
    """(what `__all__` says, whether it is written out)."""
    listed: tuple[str, ...] | None = None
    for statement in body:
        if not any(isinstance(n, ast.Name) and n.id == "__all__" for n in ast.walk(statement)):
            continue
        added = _added(statement)
        if added is None:
            return None, False
        again = isinstance(statement, ast.Assign)
        listed = added if again else (*(listed or ()), *added)
    return listed, True


def _added(statement: ast.stmt) -> tuple[str, ...] | None:
    """What a statement writes into `__all__`; None where it is not written out."""
    value: ast.expr | None = None
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
        value = statement.value
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        value = call.args[0] if ast.unparse(call.func) == "__all__.extend" and call.args else None
    try:
        names = ast.literal_eval(value) if value is not None else None
    except (ValueError, TypeError, SyntaxError):
        return None
    plain = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
    return tuple(names) if plain and isinstance(names, list | tuple) else None
