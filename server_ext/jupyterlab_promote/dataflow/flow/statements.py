"""What a statement does: one small function for each kind, in the order in which they run, loops twice."""

import ast
from collections.abc import Callable, Iterable, Mapping

from jupyterlab_promote.dataflow.flow.behaviour import OPTION_STORES, SET_UP
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import PLAIN, Kind, Level, Value, holding
from jupyterlab_promote.dataflow.library import sets_up, star_names
from jupyterlab_promote.dataflow.names import is_literal, is_setting, pattern_names, target_names


def read_body(statements: Iterable[ast.stmt], scope: Scope) -> None:
    """Read statements in order."""
    for statement in statements:
        reader = scope.forms.statements.get(statement.__class__)
        scope.statement = statement
        if reader is not None:
            reader(statement, scope)
        else:
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.expr):
                    value_of(child, scope)


def value_of(node: ast.expr | None, scope: Scope) -> Value:
    """The value of an expression; what its calls do is recorded in the scope."""
    if node is None:
        return PLAIN
    reader = scope.forms.expressions.get(node.__class__)
    if reader is not None:
        return reader(node, scope)
    parts = [c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
    return holding("any", [value_of(part, scope) for part in parts])


def assign(target: ast.expr, value: Value, scope: Scope) -> None:
    """Bind or store a value to a target."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        element = element_of(value)
        if element.kind not in ("plain", "frame"):
            # They may be parts of one thing, as a figure and its axes are.
            parts = frozenset(scope.node(name) for name in target_names(target))
            element = element._replace(shares=element.shares | parts)
        for part in target.elts:
            assign(part, element, scope)
    elif isinstance(target, ast.Starred):
        assign(target.value, holding("box", [value]), scope)
    elif isinstance(target, ast.Attribute | ast.Subscript):
        _store(target, value, scope)


def element_of(value: Value) -> Value:
    """One element of what is gone through or unpacked."""
    if value.kind in ("plain", "module"):
        return PLAIN
    # Only frames made by one call come apart into frames; their rows may be anything.
    kind: Kind = "figure" if value.kind == "figure" else "any"
    if value.kind == "frame" and not value.shares:
        kind = "frame"
    if value.path == "itertools.tee":
        kind = "iterator"
    return Value(kind, value.shares, value.derives)


_OF_LOGGERS = frozenset({"propagate", "disabled"})
"""Attributes that say whether a logger passes on what it is told."""


def _store(target: ast.Attribute | ast.Subscript, value: Value, scope: Scope) -> None:
    held = value_of(target.value, scope)
    if isinstance(target, ast.Subscript):
        value_of(target.slice, scope)
    path = f"{held.path}.{target.attr}" if isinstance(target, ast.Attribute) else held.path
    if isinstance(target, ast.Attribute) and target.attr in _OF_LOGGERS:
        scope.touch("options:handlers", target)
    for token, root in OPTION_STORES:
        if held.kind == "module" and path.startswith(root):
            scope.touch(token, target)
    if isinstance(target, ast.Attribute) and not _runs_again(target, scope):
        held = scope.of_module(held)
    level: Level = "object" if held.kind in ("box", "estimator", "figure") else "share"
    if held.kind == "any" and isinstance(target.value, ast.Subscript):
        # An element, which copies of the container hold as well.
        level = "element"
    scope.change(held, level, target)
    scope.link(held, value, copied=held.kind == "frame")


def _runs_again(target: ast.expr, scope: Scope) -> bool:
    """Whether a line gives a plain value, as later steps do again (`chain.preamble`)."""
    line = scope.statement
    inside = scope.local is not None or scope.unsure or scope.looping or scope.bare
    plainly = isinstance(line, ast.Assign) and line.targets == [target] and is_setting(line.value)
    return plainly and not inside


def _assign(node: ast.Assign, scope: Scope) -> None:
    value = node.value
    if len(node.targets) > 1:
        _assign_to_all(node, scope)
        return
    [target] = node.targets
    if (
        isinstance(target, ast.Tuple)
        and isinstance(value, ast.Tuple)
        and len(target.elts) == len(value.elts)
    ):
        values = [value_of(part, scope) for part in value.elts]
        for part, given in zip(target.elts, values, strict=True):
            assign(part, given, scope)
    else:
        assign(target, value_of(value, scope), scope)


def _assign_to_all(node: ast.Assign, scope: Scope) -> None:
    """`a = b = value`: the targets are one object."""
    value = value_of(node.value, scope)
    names = frozenset(scope.node(n) for target in node.targets for n in target_names(target))
    together = value if value.kind == "plain" else value._replace(shares=value.shares | names)
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
        for _ in scope.rounds():
            assign(node.target, element, scope)
            read_body(node.body, scope)
        read_body(node.orelse, scope)


def _while(node: ast.While, scope: Scope) -> None:
    with scope.maybe():
        for _ in scope.rounds():
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
        caught = _caught(node.body, scope)
        for handler in node.handlers:
            scope.bare.append({handler.name: caught} if handler.name else {})
            read_body(handler.body, scope)
            scope.bare.pop()
    read_body(node.finalbody, scope)


def _caught(body: list[ast.stmt], scope: Scope) -> Value:
    """An exception may hold whatever the code that raised it had at hand."""
    names = {n.id for part in body for n in ast.walk(part) if isinstance(n, ast.Name)}
    found = [value for name in sorted(names) if (value := scope.look_up(name)) is not None]
    held = [value for value in found if value.kind not in ("plain", "module")]
    read = {name for value in held if value.summary is not None for name in value.summary.reads}
    return Value(shares=holding("any", held).shares | read)


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
            assign(target, PLAIN, scope)


def _import(node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        scope.imports(alias.name, node)
        name = alias.asname or alias.name.partition(".")[0]
        scope.bind(name, Value("module", path=alias.name if alias.asname else name))


def _import_from(node: ast.ImportFrom, scope: Scope) -> None:
    module = "." * node.level + (node.module or "")
    inside = module if module.endswith(".") else f"{module}."
    scope.imports(module, node)
    for alias in node.names:
        if alias.name == "*":
            _import_star(module, scope)
        else:
            scope.bind(alias.asname or alias.name, Value("module", path=f"{inside}{alias.name}"))


def _import_star(module: str, scope: Scope) -> None:
    own = scope.modules.star(module, scope.within) if scope.modules is not None else None
    for name, said in (own or dict.fromkeys(star_names(module) or (), "")).items():
        if said:
            read_body(ast.parse(said).body, scope)
        else:
            scope.bind(name, Value("module", path=f"{module}.{name}"))


def _expression(node: ast.Expr, scope: Scope) -> None:
    before = dict(scope.record.touches)
    value_of(node.value, scope)
    if scope.local is not None or scope.unsure or not is_set_up(node.value):
        return
    for token in scope.record.touches.keys() - before.keys():
        scope.record.touches[SET_UP + token] = scope.record.touches.pop(token)


def is_set_up(node: ast.expr) -> bool:
    """Whether a statement sets a library up with plain values, so that it can run again in later steps."""
    if not isinstance(node, ast.Call) or not sets_up(node):
        return False
    return all(is_literal(a) for a in [*node.args, *(k.value for k in node.keywords)])


def _return(node: ast.Return, scope: Scope) -> None:
    scope.record.returned.append(value_of(node.value, scope))


STATEMENTS: Mapping[type[ast.stmt], Callable[..., None]] = {
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
    ast.Return: _return,
    ast.Expr: _expression,
}
