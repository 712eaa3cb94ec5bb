"""A module of the notebook's own, read like a cell: what its functions do, in words of the notebook.

What it keeps at its top level is one name of the notebook, `state_of(path)`, which no code can write: a function that
changes it, or gives it away, says so in its summary. What cannot be read (a decorator, a name that nothing binds) is
left out: a call of it is of something unknown then.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from jupyterlab_promote.dataflow.flow.cell_flow import module_flow
from jupyterlab_promote.dataflow.flow.reading import OwnModules
from jupyterlab_promote.dataflow.flow.values import (
    EAGER,
    PLAIN,
    USER_CLASSES,
    Change,
    Kind,
    Link,
    Outside,
    Summary,
    Value,
    of_notebook,
)
from jupyterlab_promote.dataflow.library import BUILTINS
from jupyterlab_promote.dataflow.modules.module_names import never_runs
from jupyterlab_promote.dataflow.modules.remembering import remembered
from jupyterlab_promote.dataflow.names import dotted, target_names

_STATE = "module "
_HARMLESS_DECORATORS = frozenset({"contextmanager", "dataclass", "jit", "njit", "wraps"})
_MAKES_CONSTANTS = frozenset(
    {"NewType", "TypeVar", "compile", "getLogger", "get_logger", "namedtuple", "sqrt"}
)
"""Functions whose result does not change, or of whose changes no other result depends, by their last word."""


def state_of(path: str) -> str:
    """The name that stands for what a module keeps; `path` is without `.py`."""
    return _STATE + path.replace(".", "^")


@dataclass(frozen=True, eq=False)
class OwnModule:
    """A module that was read.

    Attributes:
        touches: hidden state that importing it may change.
        remembering: what remembers its calls by what decorates it.
    """

    path: str
    values: Mapping[str, Value]
    summaries: Mapping[str, Summary]
    touches: frozenset[str]
    remembering: frozenset[str] = frozenset()
    _given: dict[str, Value | None] = field(default_factory=dict)

    @cached_property
    def rebound(self) -> frozenset[str]:
        """Names that its functions bind anew."""
        return frozenset[str]().union(*(summary.binds for summary in self.summaries.values()))

    @cached_property
    def changed_code(self) -> frozenset[str]:
        """Classes that count or collect their instances, and functions that keep something as their attribute."""
        changes = (change for each in self.summaries.values() for change in each.changes)
        names = frozenset(change.name for change in changes)
        return frozenset(n for n in names if self.values.get(n, PLAIN).kind == "code")

    def value(self, name: str) -> Value | None:
        """What a name of the module is for who takes it from there; None where that is not known."""
        if name not in self._given:
            self._given[name] = self._value(name)
        return self._given[name]

    def _value(self, name: str) -> Value | None:
        value = self.values.get(name)
        state = frozenset({state_of(self.path)})
        if name in self.remembering:
            return Value(shares=state)
        if value is None or self._decorated(name):
            return None
        if name in self.rebound:
            return Value(shares=state)
        if value.kind == "code":
            made = self._exported(value.summary) if value.summary is not None else None
            if made is None:
                return None
            # What a parameter's default holds is the module's.
            kept = made.holds or name in self.changed_code
            return Value("code", state if kept else frozenset(), summary=made)
        if value.kind == "module":
            return Value("module", path=value.path)
        if value.kind == "plain":
            return Value("plain", text=value.text)
        return Value(value.kind, state)

    def _decorated(self, name: str) -> bool:
        """Whether a function was handed to something that nothing is known of."""
        summary = self.summaries.get(name)
        return summary is not None and summary.decorated

    def _exported(self, summary: Summary) -> Summary | None:
        """The summary in words of the notebook; None where the function uses what is not known."""
        every = self._used(summary)
        names = frozenset[str]().union(*(each.reads for each in every))
        if any(self._unknown(name) for name in names):
            return None
        again = summary.again
        bound = frozenset[str]().union(*(each.binds for each in every))
        anew = {Change(name, "share", 1, summary.name) for name in bound}
        # What the functions that it calls change is counted with it already.
        changes = {self._moved(change) for change in summary.changes | anew}
        made = replace(
            summary,
            changes=frozenset(change for change in changes if change is not None),
            links=frozenset(self._links(summary)),
            returns=self._made_by(summary),
            touches=frozenset[str]().union(*(each.touches for each in every)),
            outside=frozenset[Outside]().union(*(each.outside for each in every)),
            binds=frozenset(),
            reads=frozenset(),
            relies=(),
            closes=frozenset(),
        )
        if again is None:
            return made

        def for_kinds(kinds: Mapping[str, Kind]) -> Summary:
            return self._exported(replace(again(kinds), again=None)) or made

        return replace(made, again=for_kinds)

    def _used(self, summary: Summary) -> list[Summary]:
        """A function and those of the module that it may call."""
        found: dict[str, Summary] = {}
        pending = sorted(summary.reads)
        while pending:
            name = pending.pop()
            other = self.values.get(name, PLAIN).summary
            if other is not None and name not in found:
                found[name] = other
                pending += sorted(other.reads)
        return [summary, *found.values()]

    def _unknown(self, name: str) -> bool:
        value = self.values.get(name)
        if value is None:
            return name not in BUILTINS and not name.startswith(_STATE)
        return self._decorated(name) or (value.kind == "code" and value.summary is None)

    def _moved(self, change: Change) -> Change | None:
        value = self.values.get(change.name, PLAIN)
        if value.kind == "any" and change.name not in self.rebound:
            # Whether it can change at all is not known; what certainly changes it is `module_state.py`'s.
            return None
        end = self._end(change.name)
        return change._replace(name=end, line=1, why="") if end is not None else None

    def _links(self, summary: Summary) -> Iterator[Link]:
        for link in summary.links:
            one, other = self._end(link.one), self._end(link.other)
            if one is not None and other is not None and one != other:
                yield Link(one, other, link.copied)

    def _made_by(self, summary: Summary) -> Value:
        """What a call gives; an instance may hold what its class changes, as `self.rows = ROWS`."""
        given = self._returned(summary.returns)
        names = {change.name for change in summary.changes} if summary.is_class else frozenset()
        held = (n for n in names if self.values.get(n, PLAIN).kind in ("any", "box", "frame"))
        state = frozenset({state_of(self.path)} if any(held) else ())
        return Value(given.kind, given.shares | state, given.derives)

    def _returned(self, value: Value) -> Value:
        # A frame copies the list or dict that it is made from.
        boxes = {n for n in value.shares if self.values.get(n, PLAIN).kind == "box"}
        held = value.shares - boxes if value.kind == "frame" else value.shares
        shares = frozenset(e for e in map(self._end, held) if e is not None)
        derives = frozenset(e for e in map(self._end, value.derives) if e is not None)
        return Value(value.kind, shares, derives)

    def _end(self, name: str) -> str | None:
        """A parameter as it is, what the module keeps as its state, and nothing where nothing can change."""
        if not of_notebook(name) or name.startswith(_STATE):
            return name
        value = self.values.get(name, PLAIN)
        fixed = value.kind in ("plain", "module", "code") and name not in self.rebound
        fixed = fixed and name not in self.changed_code
        return None if fixed else state_of(self.path)


def read_module(
    path: str,
    source: str,
    modules: OwnModules,
    decorators: frozenset[str],
    *,
    classes: bool,
    given: frozenset[str],
) -> OwnModule | None:
    """Read a module; None where it is not Python.

    Args:
        modules: it and those that it may import.
        decorators: those that remember the calls of what they decorate.
        classes: any method may be one of a class of the notebook's own.
        given: names that the notebook sets, which may stand for anything.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    body = _undecorated([statement for statement in tree.body if not never_runs(statement)])
    constants = dict.fromkeys(_constants(body), PLAIN)
    anew = {name: Value() for statement in body for name in _bound_anew(statement)}
    anew |= dict.fromkeys(given, Value())
    ordered = _called_first(body)
    # The first time tells the kinds of the names that functions look up.
    seen = module_flow(ordered, _known(constants, classes=classes), modules, path)
    eager = any(summary.eager for _, summary in seen.summaries)
    known = {**dict(seen.values), **_known(constants, classes=classes, eager=eager), **anew}
    seen = module_flow(ordered, known, modules, path)
    known = {**dict(seen.values), **constants, **anew}
    touches = frozenset(token.removeprefix("again:") for token, _ in seen.touches)
    remembering = remembered(tree.body, decorators)
    return OwnModule(path, known, dict(seen.summaries), touches, remembering)


def _known(
    constants: Mapping[str, Value], *, classes: bool, eager: bool = False
) -> dict[str, Value]:
    told = {USER_CLASSES: Value("plain", path=EAGER if eager else "")} if classes else {}
    return {**constants, **told}


def _called_first(body: list[ast.stmt]) -> list[ast.stmt]:
    """Functions and classes before those that mention them, and before all else."""
    made = {
        node.name: node
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    ordered: dict[str, ast.stmt] = {}
    entered: set[str] = set()

    def enter(name: str) -> None:
        entered.add(name)
        mentioned = {n.id for n in ast.walk(made[name]) if isinstance(n, ast.Name)}
        for other in sorted(mentioned & made.keys() - entered):
            if other not in entered:
                enter(other)
        ordered[name] = made[name]

    for name in made:
        if name not in entered:
            enter(name)
    once = set(map(id, ordered.values()))
    return [*ordered.values(), *(node for node in body if id(node) not in once)]


def _bound_anew(statement: ast.stmt) -> Iterator[str]:
    """Names that functions declare global."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Global):
            yield from node.names


def _constants(body: list[ast.stmt]) -> Iterator[str]:
    """Names that stand for what cannot change: what is computed from numbers, loggers, kinds of records."""
    for node in body:
        if isinstance(node, ast.Assign) and _is_constant(node.value):
            yield from (name for target in node.targets for name in target_names(target))


def _is_constant(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return dotted(value.func).rpartition(".")[2] in _MAKES_CONSTANTS
    if isinstance(value, ast.BinOp):
        return all(_is_constant(part) for part in (value.left, value.right))
    return isinstance(value, ast.Constant | ast.Attribute)


def _undecorated(body: list[ast.stmt]) -> list[ast.stmt]:
    """The same statements; decorators that leave a function what it is are taken off."""
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.decorator_list = [d for d in node.decorator_list if not _is_harmless(d)]
    return body


def _is_harmless(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return dotted(made).rpartition(".")[2] in _HARMLESS_DECORATORS
