"""The value of an expression: one small function for each form."""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.behaviour import FRAME_ELEMENTS
from jupyterlab_promote.dataflow.flow.calls import looking_changes, value_of_call
from jupyterlab_promote.dataflow.flow.functions import summary_of
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.statements import assign, element_of, value_of
from jupyterlab_promote.dataflow.flow.values import (
    PLAIN,
    Kind,
    Text,
    Value,
    copy_of,
    holding,
    joined,
)


def _constant(node: ast.Constant, scope: Scope) -> Value:
    del scope
    return _said(node.value) if isinstance(node.value, str) else PLAIN


@lru_cache(maxsize=4096)
def _said(text: str) -> Value:
    return Value("plain", text=Text(text))


def _name(node: ast.Name, scope: Scope) -> Value:
    value = scope.look_up(node.id)
    if value is None:
        return Value(shares=frozenset({node.id}))
    if scope.modules is not None:
        value = scope.meant(value, node)
    if value.kind == "iterator":
        scope.change(value, "object", node)
    elif value.kind == "any" and looking_changes(scope):
        scope.change(value, "share", node)
    return value


def _attribute(node: ast.Attribute, scope: Scope) -> Value:
    held = value_of(node.value, scope)
    if held.kind == "module":
        return scope.meant(Value("module", path=f"{held.path}.{node.attr}"), node)
    if held.kind == "plain" or (held.kind == "frame" and node.attr in FRAME_ELEMENTS):
        return PLAIN
    kind: Kind = held.kind if held.kind in ("frame", "figure") else "any"
    if held.kind == "frame" and node.attr == "style":
        kind = "figure"
    return Value(kind, held.shares, held.derives)


def _subscript(node: ast.Subscript, scope: Scope) -> Value:
    held = value_of(node.value, scope)
    key = value_of(node.slice, scope)
    if held.kind in ("plain", "module"):
        return PLAIN if held.kind == "plain" else Value()
    if held.kind != "frame":
        kind: Kind = "box" if held.kind == "box" and isinstance(node.slice, ast.Slice) else "any"
        if held.kind == "figure":
            kind = "figure"
        return Value(kind, held.shares, held.derives)
    if _picks(node.slice, key):
        return copy_of("frame", [held])
    column = isinstance(node.slice, ast.Slice) or (
        isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    )
    return Value("frame" if column else "any", held.shares, held.derives)


def _picks(index: ast.expr, key: Value) -> bool:
    """Whether an index is a mask or a list, which give a copy; a number, also a computed one, gives a view."""
    if key.kind == "frame" or isinstance(index, ast.Compare | ast.List):
        return True
    if isinstance(index, ast.UnaryOp):
        return isinstance(index.op, ast.Invert)
    if not isinstance(index, ast.BinOp) or key.kind == "plain":
        return False
    return not any(isinstance(side, ast.Constant) for side in (index.left, index.right))


def _collection(node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    held = [v for v in [value_of(part, scope) for part in node.elts] if v.kind != "plain"]
    if held:
        return holding("box", held)
    return PLAIN if node.__class__ is ast.Tuple else _PLAIN_BOX


_PLAIN_BOX = Value("box")


def _dict(node: ast.Dict, scope: Scope) -> Value:
    parts = [part for part in [*node.keys, *node.values] if part is not None]
    return holding("box", [value_of(part, scope) for part in parts])


def _binary(node: ast.BinOp, scope: Scope) -> Value:
    values = [value_of(part, scope) for part in (node.left, node.right)]
    kinds = {value.kind for value in values}
    if kinds == {"plain"}:
        return Value("plain", text=_added(node, values))
    if "frame" in kinds:
        return copy_of("frame", values)
    return holding("box" if kinds == {"box"} else "any", values)


def _added(node: ast.BinOp, values: list[Value]) -> Text | None:
    one, other = (value.text for value in values)
    if isinstance(node.op, ast.Div) and one is not None and other is not None:
        return Text(f"{one.begins}/{other.begins}", other.ends, one.whole and other.whole)
    if not isinstance(node.op, ast.Add):
        return None
    return beside(one, other)


def beside(one: Text | None, other: Text | None) -> Text | None:
    """What is known of two texts written after one another."""
    if one is None and other is None:
        return None
    first = one or Text("", whole=False)
    second = other or Text("", whole=False)
    if first.whole:
        return Text(first.begins + second.begins, second.ends, second.whole)
    ends = second.begins if second.whole else second.ends
    return Text(first.begins, ends, whole=False)


def _unary(node: ast.UnaryOp, scope: Scope) -> Value:
    value = value_of(node.operand, scope)
    return PLAIN if isinstance(node.op, ast.Not) else copy_of(_computed(value), [value])


def _computed(value: Value) -> Kind:
    return value.kind if value.kind in ("plain", "frame") else "any"


def _compare(node: ast.Compare, scope: Scope) -> Value:
    values = [value_of(part, scope) for part in (node.left, *node.comparators)]
    if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
        _keep_identity(node, values, scope)
        return PLAIN
    if all(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        return PLAIN
    plain = all(value.kind == "plain" for value in values)
    return copy_of("plain" if plain else "frame" if _framed(values) else "any", values)


def _keep_identity(node: ast.Compare, values: list[Value], scope: Scope) -> None:
    """Whether two names are one object can only be asked where both came together."""
    named = [value for value in values if value.shares and value.kind not in ("plain", "module")]
    if len(named) > 1:
        for value in named:
            scope.change(value, "share", node)


def _framed(values: list[Value]) -> bool:
    return any(value.kind == "frame" for value in values)


def _boolean(node: ast.BoolOp, scope: Scope) -> Value:
    return joined(value_of(part, scope) for part in node.values)


def _either(node: ast.IfExp, scope: Scope) -> Value:
    value_of(node.test, scope)
    return joined(value_of(part, scope) for part in (node.body, node.orelse))


def _text(node: ast.JoinedStr, scope: Scope) -> Value:
    known: Text | None = Text("")
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = value_of(part.value, scope)
            plainly = part.format_spec is None and part.conversion == -1
            known = beside(known, value.text if plainly else None) or Text("", whole=False)
            if value.text is None or not plainly:
                known = Text(known.begins, "", whole=False)
        elif isinstance(part, ast.Constant):
            known = beside(known, Text(str(part.value)))
    return Value("plain", text=known)


def _walrus(node: ast.NamedExpr, scope: Scope) -> Value:
    value = value_of(node.value, scope)
    bare, scope.bare = scope.bare, []
    assign(node.target, value, scope)
    scope.bare = bare
    return value


def _comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
) -> Value:
    depth = len(scope.bare)
    for generator in node.generators:
        element = element_of(value_of(generator.iter, scope))
        names = [n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)]
        scope.bare.append(dict.fromkeys(names, element))
        for condition in generator.ifs:
            value_of(condition, scope)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    values = [value_of(part, scope) for part in parts]
    del scope.bare[depth:]
    lazy = isinstance(node, ast.GeneratorExp)
    return holding("iterator" if lazy else "box", [v for v in values if v.kind != "plain"])


def _lambda(node: ast.Lambda, scope: Scope) -> Value:
    name = f"<lambda {node.lineno}:{node.col_offset}>"
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.body), node)]
    summary = summary_of(name, node.args, body, scope)
    defaults = [value_of(d, scope) for d in [*node.args.defaults, *node.args.kw_defaults] if d]
    scope.record.summaries[scope.node(name)] = summary
    shares = holding("box", defaults).shares | summary.closes | {scope.node(name)}
    return Value("code", shares, summary=summary)


def _yield(node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    scope.record.lazy = True
    if node.value is not None:
        value_of(node.value, scope)
    return Value()


def _await(node: ast.Await, scope: Scope) -> Value:
    return value_of(node.value, scope)


def _starred(node: ast.Starred, scope: Scope) -> Value:
    return value_of(node.value, scope)


EXPRESSIONS: Mapping[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.List: _collection,
    ast.Tuple: _collection,
    ast.Set: _collection,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _either,
    ast.JoinedStr: _text,
    ast.NamedExpr: _walrus,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Lambda: _lambda,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
    ast.Starred: _starred,
    ast.Call: value_of_call,
}
