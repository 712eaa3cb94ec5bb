"""What methods give and change, by the kind of the value that they belong to."""

import ast
from collections.abc import Callable

from jupyterlab_promote.dataflow.flow import behaviour as known
from jupyterlab_promote.dataflow.flow.arguments import (
    Arguments,
    call_back,
    change_named,
    change_written,
    zones_of_dates,
)
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import (
    PLAIN,
    USER_CLASSES,
    Kind,
    Text,
    Value,
    copy_of,
    holding,
)

_HARMLESS_OF_FRAMES = known.HARMLESS_METHODS | known.FRAME_READS
_HARMLESS_OF_BOXES = known.HARMLESS_METHODS | {"count", "get", "index"}
_HARMLESS_OF_ANY = known.HARMLESS_METHODS - known.DRAWN_WITH


def value_of_method_call(node: ast.Call, held: Value, given: Arguments, scope: Scope) -> Value:
    """What a method gives; what it changes is recorded."""
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - only methods come here
    name = node.func.attr
    if held.kind == "plain":
        return _of_plain(name, held, given)
    change_named(node, given, scope)
    change_written(node, name, given, scope)
    if name in known.CALLS_BACK or held.kind == "iterator":
        call_back(node, given, scope, held)
    reader = _METHODS.get(held.kind, _of_any)
    return reader(node, name, held, given, scope)


def _of_plain(name: str, held: Value, given: Arguments) -> Value:
    if name in known.TEXT_LISTS:
        return Value("box")
    if name in ("joinpath", "with_suffix", "with_name"):
        parts = [value.text for value in given.positional]
        if name == "joinpath" and held.text and all(p is not None and p.whole for p in parts):
            return Value(
                "plain", text=Text("/".join([held.text.begins, *(p.begins for p in parts if p)]))
            )
        return PLAIN
    if zones := zones_of_dates(name, given):
        return holding("any", zones)
    if name in ("open", "iterdir", "glob", "rglob"):
        return Value("any", text=held.text)
    return PLAIN


def _of_frame(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    if name in ("plot", "hist", "boxplot"):
        return holding("figure", [v for w, v in given.named.items() if w == "ax"])
    if given.in_place or name in known.FRAME_CHANGES:
        scope.change(held, "element" if name in known.BOX_CHANGES else "share", node)
        for value in given.every:
            scope.link(held, value)
        return holding("any", [held, *given.every])
    if name in ("tolist", "to_list", "to_dict"):
        return copy_of("box", [held])
    if name in known.FRAME_COPIES and name not in ("pipe", "astype"):
        return copy_of("frame", [held, *given.every])
    if name not in _HARMLESS_OF_FRAMES:
        scope.change(held, "share", node)
        return holding("any", [held, *given.every])
    rows = name in ("items", "iterrows", "itertuples", "pipe", "groupby", "group_by", "get_group")
    return holding("any" if rows else "frame", [held, *given.every])


def _of_box(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    if name in known.BOX_CHANGES or name not in _HARMLESS_OF_BOXES:
        scope.change(held, "object", node)
        call_back(node, given, scope, held)
        for value in given.every:
            scope.link(held, value)
        return holding("any", [held, *given.every])
    return holding("box" if name == "copy" else "any", [held, *given.every])


def _of_estimator(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    if name in known.HARMLESS_METHODS and name not in known.FIT:
        if name.startswith(("predict", "transform", "score")):
            return copy_of("frame", [held, *given.every])
        return holding("any", [held, *given.every])
    scope.change(held, "object", node)
    for value in given.every:
        scope.link(held, value)
    if name in ("fit", "partial_fit", "set_params"):
        return holding("estimator", [held, *given.every])
    if name in known.FIT:
        return copy_of("frame", [held, *given.every])
    return holding("any", [held, *given.every])


def _of_figure(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    scope.change(held, "object", node)
    taken = known.TAKES_IN.fullmatch(name)
    for value in given.positional[:1] if taken else ():
        scope.change(value, "object", node)
    for value in given.every if taken or name in known.CONNECTS else ():
        scope.link(held, value)
    # A formatter or a style calls its function whenever the figure is drawn.
    called = [value for value in given.every if value.kind == "code"]
    drawn = [value for value in given.every if value.kind == "figure"]
    for value in (*called, *drawn) if _is_figure(node.func, scope) else ():
        scope.link(held, value)
    return holding("figure", [held, *called])


def _is_figure(node: ast.expr, scope: Scope) -> bool:
    """Whether what a method belongs to is a part of a figure that has a name; `df.style` is none of the table `df`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    found = scope.look_up(node.id) if isinstance(node, ast.Name) else None
    return found is not None and found.kind == "figure"


def _takes_out(name: str, node: ast.Call) -> bool:
    """Whether it is the `get` of a queue, which takes no key: `queue.get()`, `queue.get(False)`."""
    first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    return name == "get" and (not node.args or isinstance(first, bool))


def _of_any(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    values = [held, *given.every]
    of_a_class = USER_CLASSES in scope.known
    harmless = name in _HARMLESS_OF_ANY and not _takes_out(name, node)
    if harmless and not given.in_place and not of_a_class:
        return holding("any", values)
    # Through what has no name, nothing joins the arguments.
    told = bool(of_a_class or held.summary is not None or not held.shares)
    changed = values if told else [held]
    for value in changed:
        scope.change(value, "share", node)
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - only methods come here
    if name in known.BOX_CHANGES or isinstance(node.func.value, ast.Subscript):
        # An element, which copies of the container hold as well.
        scope.change(held, "element", node)
    for value in given.every:
        scope.link(held, value)
    scope.touch("rng:numpy", node)
    scope.touch("rng:random", node)
    return holding("any", values)


_METHODS: dict[Kind, Callable[..., Value]] = {
    "frame": _of_frame,
    "box": _of_box,
    "estimator": _of_estimator,
    "figure": _of_figure,
}
