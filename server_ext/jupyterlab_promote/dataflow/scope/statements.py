"""What statements bind and read: one small function for each form."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.library import SETTINGS_ROOTS
from jupyterlab_promote.dataflow.names import dotted, is_setting, pattern_names, target_names
from jupyterlab_promote.dataflow.scope.idle import is_plain
from jupyterlab_promote.dataflow.scope.walk import Comprehension, Handlers, Walk
from jupyterlab_promote.dataflow.written import Written


def _if(walk: Walk, node: ast.If) -> None:
    walk.visit(node.test)
    walk.branches(node.body, node.orelse)


def _for(walk: Walk, node: ast.For | ast.AsyncFor) -> None:
    walk.visit(node.iter)
    before = set(walk.names.definite)
    walk.conditional += 1
    _store(walk, node.target)
    walk.body(node.body)
    walk.names.definite = before
    walk.body(node.orelse)
    walk.conditional -= 1
    walk.names.definite = before


def _while(walk: Walk, node: ast.While) -> None:
    walk.visit(node.test)
    walk.branches(node.body, ())
    walk.branches(node.orelse, ())


def _try(walk: Walk, node: ast.Try) -> None:
    catches = any(_catches_name_error(handler) for handler in node.handlers)
    before = set(walk.names.definite)
    walk.guarding += catches
    walk.conditional += 1
    walk.body(node.body)
    walk.guarding -= catches
    walk.body(node.orelse)
    ends = [walk.names.definite]
    for handler in node.handlers:
        walk.names.definite = set(before)
        _handler(walk, handler)
        ends.append(walk.names.definite)
    walk.conditional -= 1
    walk.names.definite = set.intersection(*ends) if node.handlers else ends[0]
    walk.body(node.finalbody)


def _handler(walk: Walk, handler: ast.ExceptHandler) -> None:
    if handler.type is not None:
        walk.visit(handler.type)
    with walk.within([handler.name] if handler.name else []):
        walk.body(handler.body)


def _match(walk: Walk, node: ast.Match) -> None:
    walk.visit(node.subject)
    before = set(walk.names.definite)
    walk.conditional += 1
    for case in node.cases:
        walk.names.definite = set(before)
        for name in pattern_names(case.pattern):
            walk.bind(name, case.pattern.lineno)
        for part in ast.walk(case.pattern):
            if isinstance(part, ast.expr):
                walk.visit(part)
        if case.guard is not None:
            walk.visit(case.guard)
        walk.body(case.body)
    walk.conditional -= 1
    walk.names.definite = before


def _with(walk: Walk, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        walk.visit(item.context_expr)
        if item.optional_vars is not None:
            _store(walk, item.optional_vars)
    walk.body(node.body)


def _assign(walk: Walk, node: ast.Assign) -> None:
    walk.visit(node.value)
    target = node.targets[0]
    if isinstance(target, ast.Attribute) and len(node.targets) == 1:
        _note_attribute(walk, target, node)
    elif isinstance(target, ast.Subscript) and len(node.targets) == 1:
        held = target.value
        if isinstance(held, ast.Attribute) and dotted(held):
            note_setting(walk, Written((target,)), node, [target.slice, node.value])
    for target in node.targets:
        _store(walk, target)


def _note_attribute(walk: Walk, target: ast.Attribute, node: ast.Assign) -> None:
    """`lib.option = 3`, and `warnings.warn = ignore` with a function that does nothing, which needs no name."""
    value = node.value
    idle = walk.idle.get(value.id) if isinstance(value, ast.Name) else value
    if isinstance(idle, ast.Lambda):
        plain = isinstance(idle.body, ast.Constant) and is_plain(idle.args)
        note_setting(
            walk,
            dotted(target),
            ast.copy_location(ast.Assign([target], idle), node),
            [] if plain else [idle],
        )
    else:
        note_setting(walk, dotted(target), node, [value])


def note_setting(walk: Walk, path: str | Written, node: ast.stmt, given: list[ast.expr]) -> None:
    """Note `lib.option = 3`, `lib.options["a"] = 3` or `lib.options.update(a=3)`, which can run again.

    It does so wherever the library is imported.
    """
    if walk.in_function or walk.conditional or walk.locals or not all(map(is_setting, given)):
        return
    written = str(path)
    # Each run of a line that gives a seed begins its numbers anew.
    if written and not written.startswith(_TRAVELS) and not written.endswith(SEEDED):
        walk.names.settings[written] = (ast.unparse(node), node.lineno)


_TRAVELS = (*SETTINGS_ROOTS, "sys.path", "os.environ", "sys.modules")
SEEDED = ".random_state"
"""What scipy's distributions draw from."""


def _annotated(walk: Walk, node: ast.AnnAssign) -> None:
    walk.visit(node.annotation)
    if node.value is not None:
        walk.visit(node.value)
        _store(walk, node.target)


def _augmented(walk: Walk, node: ast.AugAssign) -> None:
    if isinstance(node.target, ast.Name):
        walk.read(node.target.id, node.lineno)
    walk.visit(node.value)
    _store(walk, node.target)


def _walrus(walk: Walk, node: ast.NamedExpr) -> None:
    walk.visit(node.value)
    held = walk.locals
    walk.locals = [s for s in held if not isinstance(s, Comprehension)]
    walk.bind(node.target.id, node.lineno)
    walk.locals = held


def _store(walk: Walk, target: ast.expr) -> None:
    if isinstance(target, ast.Name):
        walk.bind(target.id, target.lineno)
        return
    for name in target_names(target):
        walk.bind(name, target.lineno)
    for part in _inner_targets(target):
        if isinstance(part, ast.Attribute):
            walk.names.stores.append((_store_path(part.value), part.attr, part.lineno))
        walk.visit(part.value)
        if isinstance(part, ast.Subscript):
            walk.visit(part.slice)


def _delete(walk: Walk, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name) and not walk.is_local(target.id):
            walk.read(target.id, node.lineno)
            if not walk.in_function:
                walk.names.deletes[target.id] = node.lineno
                walk.names.definite.discard(target.id)
        elif not isinstance(target, ast.Name):
            _store(walk, target)


def _import(walk: Walk, node: ast.Import) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        walk.names.modules.setdefault(alias.name.partition(".")[0], node.lineno)
        line = _import_line(None, alias.name, alias.asname, 0)
        _imported(walk, name, line, node.lineno)


def _import_from(walk: Walk, node: ast.ImportFrom) -> None:
    top = (node.module or "").partition(".")[0]
    if node.level == 0 and top:
        walk.names.modules.setdefault(top, node.lineno)
    for alias in node.names:
        if alias.name == "*":
            walk.names.stars.setdefault(node.module or "", node.lineno)
        else:
            line = _import_line(node.module or "", alias.name, alias.asname, node.level)
            _imported(walk, alias.asname or alias.name, line, node.lineno)


@lru_cache(maxsize=4096)
def _import_line(module: str | None, name: str, called: str | None, level: int) -> str:
    """The import of one name; of a whole module where `module` is None."""
    alias = ast.alias(name, called)
    if module is None:
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(module, [alias], level))


def _imported(walk: Walk, name: str, line: str, lineno: int) -> None:
    known = walk.names.imports.get(name)
    walk.bind(name, lineno)
    if walk.in_function or walk.locals:
        return
    if walk.conditional:
        walk.names.conditional_imports.add(name)
    else:
        walk.names.imports[name] = line if known in (None, line) else f"{known}\n{line}"


def _global(walk: Walk, node: ast.Global) -> None:
    for scope in walk.locals:
        scope.difference_update(node.names)
    for name in node.names:
        walk.names.late.setdefault(name, node.lineno)
        walk.names.binds.setdefault(name, node.lineno)


def _store_path(node: ast.expr) -> str:
    """`a.b` of an attribute chain; `a.b()` where it begins with a call."""
    path = dotted(node)
    return path or (f"{dotted(node.func)}()" if isinstance(node, ast.Call) else "")


def _inner_targets(target: ast.expr) -> Iterator[ast.Attribute | ast.Subscript]:
    if isinstance(target, ast.Attribute | ast.Subscript):
        yield target
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _inner_targets(part)
    elif isinstance(target, ast.Starred):
        yield from _inner_targets(target.value)


def _catches_name_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(
        isinstance(n, ast.Name) and n.id in ("NameError", "Exception", "BaseException")
        for n in ast.walk(handler.type)
    )


STATEMENTS: Handlers = {
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _walrus,
    ast.Delete: _delete,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
}
