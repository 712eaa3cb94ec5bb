"""Functions and classes of the notebook: their bodies are read where they are defined, and again for what they get."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from jupyterlab_promote.dataflow.controls import draws_controls
from jupyterlab_promote.dataflow.flow.behaviour import PLAIN_BUILTINS
from jupyterlab_promote.dataflow.flow.class_state import MAKES, changes_in_use, shared_names
from jupyterlab_promote.dataflow.flow.reading import Record, Scope
from jupyterlab_promote.dataflow.flow.statements import read_body, value_of
from jupyterlab_promote.dataflow.flow.summaries import summarise
from jupyterlab_promote.dataflow.flow.values import (
    Change,
    Kind,
    Link,
    Summary,
    Value,
    holding,
    of_notebook,
)
from jupyterlab_promote.dataflow.names import bound_in, dotted, parameters
from jupyterlab_promote.dataflow.written import Written


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    values = [(one, value_of(one, scope)) for one in node.decorator_list]
    decorators = [value for one, value in values if not draws_controls(one)]
    for annotation in _annotations(node):
        value_of(annotation, scope)
    summary = summary_of(node.name, node.args, node.body, scope)
    shares = holding("box", _defaults(node.args, scope)).shares | summary.closes
    made = Value("code", shares, summary=summary)
    _define(node.name, made, decorators, node, scope)


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """What is looked up when the function is defined: inside another one, whenever that runs."""
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    yield from (one.annotation for one in given if one.annotation is not None)
    if node.returns is not None:
        yield node.returns


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
    reads = summary.reads - PLAIN_BUILTINS if summary is not None else frozenset()
    for read in sorted(reads):
        scope.link(Value(shares=frozenset({read})), kept)
    for decorator in decorators:
        known = decorator.kind == "module"
        scope.change(decorator, "share", node)
        if not known:
            scope.link(decorator, kept)
            for read in _joined(decorator.summary):
                scope.link(Value(shares=frozenset({read})), kept)
    scope.bind(name, holding("any", [made, *decorators]))


def _joined(decorator: Summary | None) -> frozenset[str]:
    """The names that a decorator looks up, or joins with what it is given."""
    if decorator is None:
        return frozenset()
    ends = {end for link in decorator.links for end in (link.one, link.other)}
    return decorator.reads | {end for end in ends if of_notebook(end)}


def _class(node: ast.ClassDef, scope: Scope) -> None:
    decorators = [value_of(decorator, scope) for decorator in node.decorator_list]
    bases = [value_of(base, scope) for base in [*node.bases, *(k.value for k in node.keywords)]]
    inner = _inside(node.name, bound_in(node.body)[0], scope)
    read_body(node.body, inner)
    methods = [s for n, s in inner.record.summaries.items() if n.startswith(inner.prefix)]
    summary = _with_state(_of_class(node.name, methods, inner), node, bases, scope)
    if any(_remembers(decorator) for decorator in _decorators(node)):
        summary = replace(summary, eager=True)
    scope.record.links |= inner.record.links
    scope.record.changes |= {c: None for c in inner.record.changes if "." not in c.name}
    held = frozenset(root for root in _notebook_names(inner.record.links, inner.prefix))
    shares = holding("box", bases).shares | held
    _define(node.name, Value("code", shares, summary=summary), decorators, node, scope)


def _decorators(node: ast.ClassDef) -> Iterator[ast.expr]:
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from inner.decorator_list


def _remembers(decorator: ast.expr) -> bool:
    """Whether looking at an attribute keeps its value in the instance."""
    return dotted(decorator).rpartition(".")[2] == "cached_property"


def _inside(name: str, local: frozenset[str], scope: Scope) -> Scope:
    return Scope(
        scope.forms,
        scope.known,
        Record(),
        local=local,
        prefix=f"{scope.prefix}{name}.",
        outer=scope,
        bare=list(scope.bare),
        depth=scope.depth + 1,
        modules=scope.modules,
        within=scope.within,
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
                changes |= {change._replace(name="*")} if change.name != receiver else set()
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
        body=tuple([method.body for method in methods]),
    )


def _with_state(summary: Summary, node: ast.ClassDef, bases: list[Value], scope: Scope) -> Summary:
    """Counters and registries that belong to the class change with each instance."""
    above = [base.summary.shared for base in bases if base.summary is not None]
    shared = shared_names(node).union(*above)
    made = any(MAKES in names for names in above)
    line = node.lineno if made else changes_in_use(node, shared)
    if line is None or scope.local is not None:
        return replace(summary, shared=shared)
    change = Change(node.name, "share", line, f"{node.name}(...)")
    return replace(summary, shared=shared, changes=summary.changes | {change})


_MAKING = frozenset(
    {"__init__", "__new__", "__setitem__", "__delitem__", "__setattr__", "__call__", "__enter__"}
    | {"__exit__", "__post_init__"}
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
    text = Written((arguments, *body))
    declared = bound_in(body)[1]
    made: dict[frozenset[tuple[str, Kind]], Summary] = {}

    def again(kinds: Mapping[str, Kind]) -> Summary:
        key = frozenset(item for item in kinds.items() if item[1] != "any")
        if not key:
            return summary
        if key not in made:
            # A function that calls itself meets what is known of it whatever it is given.
            made[key] = summary
            inner = _read_function(name, arguments, body, scope, kinds)
            made[key] = summarise(name, arguments, declared, inner, body=text)
        return made[key]

    inner = _read_function(name, arguments, body, scope, {})
    summary = summarise(name, arguments, declared, inner, body=text, again=again)
    if scope.local is not None:
        _reach_outwards(summary, inner, scope)
    return summary


def _read_function(
    name: str,
    arguments: ast.arguments,
    body: list[ast.stmt],
    scope: Scope,
    kinds: Mapping[str, Kind],
) -> Scope:
    """The scope of the function, with what was seen in its body."""
    own, declared = bound_in(body)
    named = parameters(arguments)
    inner = _inside(name, own.union(named) - declared, scope)
    inner.statement = None
    inner.own |= {parameter: Value(kinds.get(parameter, "any")) for parameter in named}
    read_body(body, inner)
    return inner


def _reach_outwards(summary: Summary, inner: Scope, scope: Scope) -> None:
    """A function inside another: what it does counts as done by the outer one."""
    scope.record.reads |= summary.reads
    own = inner.prefix
    scope.record.changes |= {c: None for c in inner.record.changes if not c.name.startswith(own)}
    scope.record.links |= inner.record.links
    scope.record.outside |= inner.record.outside
    for token, line in inner.record.touches.items():
        scope.record.touches.setdefault(token, line)


DEFINITIONS: Mapping[type[ast.stmt], Callable[..., None]] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}
