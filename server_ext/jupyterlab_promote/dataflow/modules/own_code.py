"""What the functions and classes of the notebook's own modules do: summaries, as of those that cells define.

Here is where a dotted path leads, within modules too; what is read there is in `own_module.py`.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from jupyterlab_promote.dataflow.flow.values import Value
from jupyterlab_promote.dataflow.modules.module_names import Modules, relative_path
from jupyterlab_promote.dataflow.modules.own_module import OwnModule, read_module, state_of
from jupyterlab_promote.dataflow.modules.remembering import remembering_decorators

_OF_OBJECTS = re.compile(r"^\s+(?:def __\w+__|@[\w.]*property)", re.MULTILINE)
"""What classes have whose instances change when they are looked at."""
_SETS = re.compile(
    r"addsitedir|basicConfig|chdir|decimal|disable|environ|errstate|locale|option|putenv|random|rc|seed|set|style"
    r"|sys\.path|umask|use\(|warnings"
)
"""Part of any source that touches hidden state when it is imported."""


@dataclass(frozen=True, eq=False)
class OwnCode:
    """The modules of the notebook's own that it uses, read when they are asked for.

    Attributes:
        modules: where they lie, and their sources.
        classes: the notebook or a module has classes, so that any method may be one of theirs.
        given: by path, the names of a module that the notebook sets.
    """

    modules: Modules
    classes: bool
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _reads: dict[str, OwnModule | None] = field(default_factory=dict)
    _reached: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def eager(self) -> bool:
        """Whether a module has a class whose instances change when they are looked at."""
        sources = self.modules.sources.items()
        read = [self._module(path) for path, source in sources if _OF_OBJECTS.search(source)]
        return any(s.eager for module in read if module for s in module.summaries.values())

    def value(self, path: str, within: str) -> Value | None:
        """What a dotted path leads to, as seen in the module at `within`; None where it is not known."""
        found, rest = located(self.modules, path, within)
        module = self._module(found) if found and rest else None
        given = module.value(rest[0]) if module is not None else None
        if given is None or given.kind != "module":
            return given if len(rest) == 1 else None
        inner = ".".join((given.path, *rest[1:]))
        further = self.value(inner, found)
        # A path that begins with a dot means something else, or nothing, elsewhere.
        return further or (None if inner.startswith(".") else Value("module", path=inner))

    def state(self, path: str, within: str) -> str:
        """The name that stands for what a module keeps; empty where the path leads to none."""
        found, rest = located(self.modules, path, within)
        return state_of(found) if found and not rest else ""

    def touches(self, path: str, within: str) -> frozenset[str]:
        """The hidden state that importing a module, or something of it, may change."""
        found, _ = located(self.modules, path, within)
        near = self.reached(found) if found else ()
        sources = self.modules.sources
        reached = [self._module(each) for each in near if _SETS.search(sources[each])]
        return frozenset[str]().union(*(module.touches for module in reached if module is not None))

    def star(self, module: str, within: str) -> Mapping[str, str] | None:
        """What a star import binds, as in `Modules.star`."""
        found, rest = located(self.modules, module, within)
        return self.modules.star_of(found) if found and not rest else None

    def reached(self, path: str) -> frozenset[str]:
        """A module and all those of the notebook's own that it imports."""
        if path not in self._reached:
            self._reached[path] = reached_from(self.modules, {path})
        return self._reached[path]

    def using(self, path: str) -> frozenset[str]:
        """The modules that lead to a module: itself, and those that import it."""
        return frozenset(each for each in self.modules.sources if path in self.reached(each))

    def changes_code(self, path: str) -> bool:
        """Whether a class of a module counts or collects its instances, or a function keeps its calls."""
        module = self._module(path)
        return module is not None and bool(module.changed_code)

    def _module(self, path: str) -> OwnModule | None:
        if path not in self._reads:
            # A module that imports itself around others meets what is not known.
            self._reads[path] = None
            self._reads[path] = read_module(
                path,
                self.modules.sources[path],
                self,
                remembering_decorators(frozenset(self.modules.sources.values())),
                classes=self.classes,
                given=self.given.get(path, frozenset()),
            )
        return self._reads[path]


def located(modules: Modules, path: str, within: str = "") -> tuple[str, tuple[str, ...]]:
    """(the module, what follows its name in a dotted path), the path as seen in the module at `within`."""
    level = len(path) - len(path.lstrip("."))
    parts = tuple(part for part in path.split(".") if part)
    for count in range(len(parts), -1 if level else 0, -1):
        name = ".".join(parts[:count])
        inner = relative_path(within, level, name) if level else ""
        found = modules.at(inner) if level else modules.path(name)
        if found:
            return found, parts[count:]
    return "", ()


def reached_from(modules: Modules, begin: AbstractSet[str]) -> frozenset[str]:
    """Modules and all those of the notebook's own that they import."""
    found = set(begin)
    pending = sorted(begin)
    while pending:
        path = pending.pop()
        named = (located(modules, name, path)[0] for name in _imports(modules.sources[path]))
        more = {name for name in named if name} - found
        found |= more
        pending += sorted(more)
    return frozenset(found)


@lru_cache(maxsize=512)
def _imports(source: str) -> tuple[str, ...]:
    """The dotted paths that a module imports, wherever in it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    return tuple(imported_paths(node for node in ast.walk(tree)))


def imported_paths(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The dotted paths that statements import: the modules, and what is taken from them."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            inside = module if module.endswith(".") else f"{module}."
            yield from (module, *(f"{inside}{alias.name}" for alias in node.names))
