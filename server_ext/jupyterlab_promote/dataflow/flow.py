"""What one cell does with its values: what shares objects with what, what changes, what it touches outside.

Statements are read in the order in which they run, loops twice, so that what a second round sees is seen. Names of
functions' own variables are written with the function's before a dot, which no name of a notebook has.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache

from jupyterlab_promote.dataflow.behaviour import OPTION_STORES
from jupyterlab_promote.dataflow.library import SETTINGS_CALLS
from jupyterlab_promote.dataflow.names import (
    bound_in,
    dotted,
    is_literal,
    parameters,
    pattern_names,
    target_names,
)
from jupyterlab_promote.dataflow.values import (
    Change,
    Kind,
    Level,
    Link,
    Outside,
    Summary,
    Text,
    Value,
    holding,
    joined,
)
from jupyterlab_promote.notebook.source import python_cell

_SHOWN = 60


@dataclass
class Record:
    """What was seen so far, in one cell or one function body."""

    changes: set[Change] = field(default_factory=set)
    links: set[Link] = field(default_factory=set)
    touches: dict[str, int] = field(default_factory=dict)
    outside: set[Outside] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    relies: dict[str, Summary] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    returned: list[Value] = field(default_factory=list)
    closes: set[str] = field(default_factory=set)
    lazy: bool = False


@dataclass
class Scope:
    """Where code is read: a cell, or the body of a function within it.

    Attributes:
        known: values of names that earlier cells bound.
        own: values of names bound here.
        local: names that belong to this function; None in a cell.
        prefix: goes before the local names.
        bare: variables of comprehensions, innermost last.
        unsure: how many branches and loops this code stands in.
        depth: how many functions this code stands in.
    """

    known: Mapping[str, Value]
    record: Record
    own: dict[str, Value] = field(default_factory=dict)
    local: frozenset[str] | None = None
    prefix: str = ""
    outer: "Scope | None" = None
    bare: list[dict[str, Value]] = field(default_factory=list)
    unsure: int = 0
    depth: int = 0
    statement: ast.AST | None = None

    def node(self, name: str) -> str:
        """How a name of this scope is written in links and changes."""
        return f"{self.prefix}{name}" if self.local is not None and name in self.local else name

    def look_up(self, name: str) -> Value | None:
        """What a name stands for; None for Python's own and unknown names."""
        for scope in reversed(self.bare):
            if name in scope:
                return scope[name]
        if self.local is not None and name not in self.local:
            return self._from_outside(name)
        value = self.own.get(name)
        if value is None and self.local is None:
            value = self.known.get(name)
        if value is None:
            return Value(shares=frozenset({self.node(name)})) if self.local is not None else None
        return _named(value, self.node(name))

    def _from_outside(self, name: str) -> Value | None:
        if self.outer is not None and self.outer.local is not None:
            found = self.outer.look_up(name)
            self.record.closes |= found.shares if found is not None else frozenset()
            return found
        notebook = self.outer if self.outer is not None else self
        self.record.reads.add(name)
        value = notebook.own.get(name) or notebook.known.get(name)
        if value is None:
            return None
        # Another cell may have bound it otherwise by the time the function runs; a call compares the summaries.
        if value.kind in ("module", "code"):
            if value.summary is not None:
                self.record.relies[name] = value.summary
            return _named(value, name)
        return Value(shares=frozenset({name}))

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value; where it may not come to that, it keeps the earlier one too."""
        node = self.node(name)
        if self.local is not None and name not in self.local:
            self.record.links |= _links(node, value)
            return
        before = self.own.get(name) or (self.known.get(name) if self.local is None else None)
        self.record.links |= _links(node, value)
        plainly = Value(value.kind, path=value.path, text=value.text, summary=value.summary)
        self.own[name] = joined((before, plainly)) if self.unsure and before else plainly

    def change(self, value: Value, level: Level, at: ast.AST) -> None:
        """Note that an object may change here."""
        if value.kind in ("plain", "module"):
            return
        shown = ast.unparse(self.statement if isinstance(self.statement, ast.stmt) else at)
        why = shown.splitlines()[0][:_SHOWN]
        line = getattr(at, "lineno", 1)
        self.record.changes |= {Change(name, level, line, why) for name in value.shares}
        if level == "element":
            self.record.changes |= {Change(name, level, line, why) for name in value.derives}

    def link(self, one: Value, other: Value, *, copied: bool = False) -> None:
        """Note that two values may lead to common objects."""
        if "plain" in (one.kind, other.kind):
            return
        for name in one.shares:
            self.record.links |= _links(name, copied_value(other) if copied else other)

    def touch(self, token: str, at: ast.AST) -> None:
        """Note that hidden state may change here."""
        self.record.touches.setdefault(token, getattr(at, "lineno", 1))

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """Code that may not run."""
        self.unsure += 1
        yield
        self.unsure -= 1


def copied_value(value: Value) -> Value:
    """The same value, of which only a copy is kept."""
    return Value(value.kind, frozenset(), value.shares | value.derives)


def _named(value: Value, node: str) -> Value:
    return Value(
        value.kind,
        frozenset({node}),
        path=value.path,
        text=value.text,
        summary=value.summary,
    )


def _links(name: str, value: Value) -> set[Link]:
    if value.kind in ("plain", "module"):
        return set()
    shared = {Link(name, other) for other in value.shares if other != name}
    return shared | {Link(name, other, copied=True) for other in value.derives if other != name}


@dataclass(frozen=True)
class CellFlow:
    """What a cell does, seen with what was known of the names that it uses.

    Attributes:
        values: what the names that it binds stand for afterwards.
        touches: (hidden state, line).
    """

    values: tuple[tuple[str, Value], ...]
    changes: frozenset[Change]
    links: frozenset[Link]
    touches: tuple[tuple[str, int], ...]
    outside: frozenset[Outside]
    summaries: tuple[tuple[str, Summary], ...]


def cell_flow(source: str, known: Mapping[str, Value]) -> CellFlow:
    """Read a cell, cached by its source and what is known of the names in it."""
    used = words(source) | {"class"}
    return _cell_flow(source, frozenset((name, known[name]) for name in used if name in known))


@lru_cache(maxsize=4096)
def words(source: str) -> frozenset[str]:
    """The names that a cell writes out anywhere."""
    cell = python_cell(source)
    if cell.tree is None:
        return frozenset(cell.interpolated)
    found = {node.id for node in ast.walk(cell.tree) if isinstance(node, ast.Name)}
    return frozenset(found | set(cell.interpolated))


@lru_cache(maxsize=4096)
def global_names(source: str) -> frozenset[str]:
    """The names that functions of a cell declare global."""
    tree = python_cell(source).tree
    nodes = ast.walk(tree) if tree is not None else ()
    return frozenset(n for node in nodes if isinstance(node, ast.Global) for n in node.names)


@lru_cache(maxsize=8192)
def _cell_flow(source: str, known: frozenset[tuple[str, Value]]) -> CellFlow:
    from jupyterlab_promote.dataflow.outside_calls import of_cell

    cell = python_cell(source)
    scope = Scope(dict(known), Record())
    if cell.tree is not None:
        read_body(cell.tree.body, scope)
    for name in cell.binds:
        scope.bind(name, Value())
    scope.record.outside |= of_cell(cell)
    record = scope.record
    return CellFlow(
        tuple(scope.own.items()),
        frozenset(record.changes),
        frozenset(record.links),
        tuple(record.touches.items()),
        frozenset(record.outside),
        tuple(record.summaries.items()),
    )


def forget() -> None:
    """Read every cell anew from now on; for measuring."""
    for cached in (words, global_names, _cell_flow):
        cached.cache_clear()


def read_body(statements: Iterable[ast.stmt], scope: Scope) -> None:
    """Read statements in order."""
    for statement in statements:
        reader = _STATEMENTS.get(type(statement))
        scope.statement = statement
        if reader is not None:
            reader(statement, scope)
        else:
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.expr):
                    value_of(child, scope)


def value_of(node: ast.expr | None, scope: Scope) -> Value:
    """The value of an expression; what its calls do is recorded."""
    from jupyterlab_promote.dataflow.expressions import value_of_expression

    return Value("plain") if node is None else value_of_expression(node, scope)


def assign(target: ast.expr, value: Value, scope: Scope) -> None:
    """Bind or store a value to a target."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        element = element_of(value)
        if element.kind not in ("plain", "frame"):
            # They may be parts of one thing, as a figure and its axes are.
            parts = frozenset(scope.node(name) for name in target_names(target))
            element = replace(element, shares=element.shares | parts)
        for part in target.elts:
            assign(part, element, scope)
    elif isinstance(target, ast.Starred):
        assign(target.value, holding("box", [value]), scope)
    elif isinstance(target, ast.Attribute | ast.Subscript):
        _store(target, value, scope)


def element_of(value: Value) -> Value:
    """One element of what is gone through or unpacked."""
    if value.kind in ("plain", "module"):
        return Value("plain")
    # Only frames made by one call come apart into frames; their rows may be anything.
    kind: Kind = "figure" if value.kind == "figure" else "any"
    if value.kind == "frame" and not value.shares:
        kind = "frame"
    return Value(kind, value.shares, value.derives)


def _store(target: ast.Attribute | ast.Subscript, value: Value, scope: Scope) -> None:
    held = value_of(target.value, scope)
    if isinstance(target, ast.Subscript):
        value_of(target.slice, scope)
    path = f"{held.path}.{target.attr}" if isinstance(target, ast.Attribute) else held.path
    for token, root in OPTION_STORES:
        if held.kind == "module" and path.startswith(root):
            scope.touch(token, target)
    level: Level = "object" if held.kind in ("box", "estimator", "figure") else "share"
    scope.change(held, level, target)
    scope.link(held, value, copied=held.kind == "frame")


def _assign(node: ast.Assign, scope: Scope) -> None:
    value = node.value
    if len(node.targets) > 1:
        _assign_to_all(node, scope)
        return
    for target in node.targets:
        pairs = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        if pairs and len(target.elts) == len(value.elts):  # type: ignore[attr-defined]
            continue
        assign(target, value_of(value, scope), scope)
    for target in node.targets:
        if (
            isinstance(target, ast.Tuple)
            and isinstance(value, ast.Tuple)
            and len(target.elts) == len(value.elts)
        ):
            values = [value_of(part, scope) for part in value.elts]
            for part, given in zip(target.elts, values, strict=True):
                assign(part, given, scope)


def _assign_to_all(node: ast.Assign, scope: Scope) -> None:
    """`a = b = value`: the targets are one object."""
    value = value_of(node.value, scope)
    names = frozenset(scope.node(n) for target in node.targets for n in target_names(target))
    together = value if value.kind == "plain" else replace(value, shares=value.shares | names)
    for target in node.targets:
        assign(target, together, scope)


def _annotated(node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        assign(node.target, value_of(node.value, scope), scope)


def _augmented(node: ast.AugAssign, scope: Scope) -> None:
    value = value_of(node.value, scope)
    if not isinstance(node.target, ast.Name):
        assign(node.target, value, scope)
        return
    before = value_of(ast.copy_location(ast.Name(node.target.id, ast.Load()), node), scope)
    level: Level = "object" if before.kind == "box" else "share"
    scope.change(before, level, node)
    kind = before.kind if before.kind in ("frame", "box", "plain") else "any"
    if kind == "plain" and value.kind != "plain":
        kind = "any"
    with scope.maybe():
        scope.bind(node.target.id, Value(kind, before.shares | value.shares, value.derives))


def _for(node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    element = element_of(value_of(node.iter, scope))
    with scope.maybe():
        for _ in range(2):
            assign(node.target, element, scope)
            read_body(node.body, scope)
        read_body(node.orelse, scope)


def _while(node: ast.While, scope: Scope) -> None:
    with scope.maybe():
        for _ in range(2):
            value_of(node.test, scope)
            read_body(node.body, scope)
        read_body(node.orelse, scope)


def _if(node: ast.If, scope: Scope) -> None:
    value_of(node.test, scope)
    with scope.maybe():
        read_body(node.body, scope)
        read_body(node.orelse, scope)


def _try(node: ast.Try, scope: Scope) -> None:
    with scope.maybe():
        read_body([*node.body, *node.orelse], scope)
        for handler in node.handlers:
            scope.bare.append({handler.name: Value()} if handler.name else {})
            read_body(handler.body, scope)
            scope.bare.pop()
    read_body(node.finalbody, scope)


def _with(node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for item in node.items:
        entered = value_of(item.context_expr, scope)
        if entered.kind == "any":
            scope.change(entered, "object", node)
        if item.optional_vars is not None:
            given = Value("any", entered.shares, entered.derives, text=entered.text)
            assign(item.optional_vars, given, scope)
    read_body(node.body, scope)


def _match(node: ast.Match, scope: Scope) -> None:
    subject = element_of(value_of(node.subject, scope))
    with scope.maybe():
        for case in node.cases:
            for name in pattern_names(case.pattern):
                scope.bind(name, subject)
            value_of(case.guard, scope)
            read_body(case.body, scope)


def _delete(node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if not isinstance(target, ast.Name):
            assign(target, Value("plain"), scope)


def _import(node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        scope.bind(name, Value("module", path=alias.name if alias.asname else name))


def _import_from(node: ast.ImportFrom, scope: Scope) -> None:
    from jupyterlab_promote.dataflow.library import star_names

    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            for name in star_names(module) or ():
                scope.bind(name, Value("module", path=f"{module}.{name}"))
        else:
            scope.bind(alias.asname or alias.name, Value("module", path=f"{module}.{alias.name}"))


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    decorators = [value_of(decorator, scope) for decorator in node.decorator_list]
    summary = summary_of(node.name, node.args, node.body, scope)
    shares = holding("box", _defaults(node.args, scope)).shares | summary.closes
    made = Value("code", shares, summary=summary)
    _define(node.name, made, decorators, node, scope)


def _define(name: str, made: Value, decorators: list[Value], node: ast.AST, scope: Scope) -> None:
    summary = made.summary
    if summary is not None:
        scope.record.summaries[scope.node(name)] = summary
    if not decorators:
        scope.bind(name, made)
        return
    if summary is not None:
        scope.record.summaries[scope.node(name)] = replace(summary, decorated=True)
    # What a decorator makes of it, and keeps of it, is anybody's guess.
    kept = Value(shares=frozenset({scope.node(name)}))
    for decorator in decorators:
        known = decorator.kind == "module"
        scope.change(decorator, "share", node)
        if not known:
            scope.link(decorator, kept)
            for read in decorator.summary.reads if decorator.summary else ():
                scope.link(Value(shares=frozenset({read})), kept)
    scope.bind(name, holding("any", [made, *decorators]))


def _class(node: ast.ClassDef, scope: Scope) -> None:
    decorators = [value_of(decorator, scope) for decorator in node.decorator_list]
    bases = [value_of(base, scope) for base in [*node.bases, *(k.value for k in node.keywords)]]
    inner = _inside(node.name, frozenset(bound_in(node.body)[0]), scope)
    read_body(node.body, inner)
    methods = [s for n, s in inner.record.summaries.items() if n.startswith(inner.prefix)]
    summary = _of_class(node.name, methods, inner)
    scope.record.links |= inner.record.links
    scope.record.changes |= {c for c in inner.record.changes if "." not in c.name}
    held = frozenset(root for root in _notebook_names(inner.record.links, inner.prefix))
    shares = holding("box", bases).shares | held
    _define(node.name, Value("code", shares, summary=summary), decorators, node, scope)


def _inside(name: str, local: frozenset[str], scope: Scope) -> Scope:
    return Scope(
        scope.known,
        Record(),
        local=local,
        prefix=f"{scope.prefix}{name}.",
        outer=scope,
        bare=list(scope.bare),
        depth=scope.depth + 1,
    )


def _notebook_names(links: Iterable[Link], prefix: str) -> Iterator[str]:
    for link in links:
        for one, other in ((link.one, link.other), (link.other, link.one)):
            if one.startswith(prefix) and "." not in other:
                yield other


def _of_class(name: str, methods: list[Summary], inner: Scope) -> Summary:
    """Making an instance may run any method; an argument that one changes may be any argument."""
    changes: set[Change] = {c for c in inner.record.changes if "." not in c.name}
    for method in methods:
        receiver = f".{method.parameters[0]}" if method.parameters else ""
        for change in method.changes:
            if change.name.startswith((".", "*")):
                changes |= {replace(change, name="*")} if change.name != receiver else set()
            else:
                changes.add(change)
    touched = {token for method in methods for token in method.touches}
    return Summary(
        name,
        eager=any(_changes_itself(method) for method in methods),
        changes=frozenset(changes),
        binds=frozenset().union(*(method.binds for method in methods)),
        reads=frozenset(inner.record.reads).union(*(method.reads for method in methods)),
        returns=Value(shares=frozenset({"*"})),
        touches=frozenset(touched | set(inner.record.touches)),
        outside=frozenset(inner.record.outside).union(*(method.outside for method in methods)),
        keeps_code=True,
        is_class=True,
        body=repr([method.body for method in methods]),
    )


_MAKING = frozenset(
    {"__init__", "__new__", "__setitem__", "__delitem__", "__setattr__", "__call__", "__enter__"}
    | {"__exit__", "__post_init__", "__next__"}
)


def _changes_itself(method: Summary) -> bool:
    """Whether looking at an instance may change it: operators, `str`, properties."""
    called = method.name.startswith("__") and method.name.endswith("__")
    if not (called or method.decorated) or method.name in _MAKING or not method.parameters:
        return False
    return any(change.name == f".{method.parameters[0]}" for change in method.changes)


def _defaults(arguments: ast.arguments, scope: Scope) -> list[Value]:
    given = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
    return [value_of(default, scope) for default in given]


def summary_of(name: str, arguments: ast.arguments, body: list[ast.stmt], scope: Scope) -> Summary:
    """What calling a function does; read again for arguments of known kinds when it is called."""
    text = "\n".join([ast.unparse(arguments), *(ast.unparse(statement) for statement in body)])
    made: dict[frozenset[tuple[str, Kind]], Summary] = {}

    def again(kinds: Mapping[str, Kind]) -> Summary:
        key = frozenset(kinds.items())
        if key not in made:
            # A function that calls itself meets what is known of it whatever it is given.
            made[key] = summary
            better, _ = _read_function(name, arguments, body, scope, kinds=kinds, text=text)
            made[key] = better
        return made[key]

    summary, inner = _read_function(name, arguments, body, scope, kinds={}, text=text)
    if scope.local is not None:
        _reach_outwards(summary, inner, scope)
    return replace(summary, again=again)


def _read_function(
    name: str,
    arguments: ast.arguments,
    body: list[ast.stmt],
    scope: Scope,
    *,
    kinds: Mapping[str, Kind],
    text: str,
) -> tuple[Summary, Scope]:
    from jupyterlab_promote.dataflow.summaries import summarise

    own, declared = bound_in(body)
    named = parameters(arguments)
    inner = _inside(name, frozenset((own | set(named)) - declared), scope)
    inner.statement = None
    for _ in range(2):
        for parameter in named:
            kind = kinds.get(parameter, "any")
            before = inner.own.get(parameter)
            given = Value(kind)
            inner.own[parameter] = joined((before, given)) if before is not None else given
        read_body(body, inner)
    return summarise(name, arguments, declared, inner, body=text), inner


def _reach_outwards(summary: Summary, inner: Scope, scope: Scope) -> None:
    """A function inside another: what it does counts as done by the outer one."""
    scope.record.reads |= summary.reads
    scope.record.changes |= {c for c in inner.record.changes if not c.name.startswith(inner.prefix)}
    scope.record.links |= inner.record.links
    scope.record.outside |= inner.record.outside
    for token, line in inner.record.touches.items():
        scope.record.touches.setdefault(token, line)


def _expression(node: ast.Expr, scope: Scope) -> None:
    before = dict(scope.record.touches)
    value_of(node.value, scope)
    if scope.local is not None or scope.unsure or not is_set_up(node.value):
        return
    for token in scope.record.touches.keys() - before.keys():
        scope.record.touches[SET_UP + token] = scope.record.touches.pop(token)


def is_set_up(node: ast.expr) -> bool:
    """Whether a statement sets a library up with plain values, so that it can run again in later steps."""
    if not isinstance(node, ast.Call) or dotted(node.func) not in SETTINGS_CALLS:
        return False
    return all(is_literal(a) for a in [*node.args, *(k.value for k in node.keywords)])


def _return(node: ast.Return, scope: Scope) -> None:
    scope.record.returned.append(value_of(node.value, scope))


_Reader = Callable[..., None]
_STATEMENTS: dict[type[ast.stmt], _Reader] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.If: _if,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.Delete: _delete,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Return: _return,
    ast.Expr: _expression,
}
SET_UP = "again:"
"""Marks hidden state that is set by a line which runs again in each later step."""

__all__ = ["CellFlow", "Record", "Scope", "Text", "assign", "cell_flow", "element_of", "read_body"]
