"""Scopes: which names a function body binds, and dotted paths. No judgement of what the names mean."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.notebook.nodes import nodes_in, nodes_under


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain on a name, else the empty text."""
    path = ""
    while isinstance(node, ast.Attribute):
        path = f".{node.attr}{path}"
        node = node.value
    return node.id + path if isinstance(node, ast.Name) else ""


def last_word(called: ast.expr) -> str:
    """`c` of `a.b.c` and of `f().c`; empty where nothing says it."""
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def target_names(target: ast.expr) -> Iterator[str]:
    """The plain names that an assignment target binds."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from target_names(part)
    elif isinstance(target, ast.Starred):
        yield from target_names(target.value)


def pattern_names(pattern: ast.pattern) -> Iterator[str]:
    """The names that a `case` pattern binds."""
    for node in ast.walk(pattern):
        if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def bound_in(body: list[ast.stmt]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a scope binds itself, and those that it declares `global`.

    Bodies of nested functions and classes are scopes of their own; a walrus in a comprehension binds here.
    """
    return _bound_in(tuple(body))


@lru_cache(maxsize=4096)
def _bound_in(body: tuple[ast.stmt, ...]) -> tuple[frozenset[str], frozenset[str]]:
    bound: set[str] = set()
    declared: set[str] = set()
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        kind = node.__class__
        if isinstance(node, ast.Name):
            if node.ctx.__class__ is not ast.Load:
                bound.add(node.id)
        elif kind in _COMPREHENSIONS:
            bound |= {w.target.id for w in nodes_in(node) if isinstance(w, ast.NamedExpr)}
        elif kind in _SAY_NAMES:
            _collect(node, bound, declared)
            pending += nodes_under(node) if kind not in _SCOPES else ()
        elif kind is not ast.Lambda:
            pending += nodes_under(node)
    return frozenset(bound - declared), frozenset(declared)


_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})
_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_SAY_NAMES = _SCOPES | {
    *(ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.Global, ast.Nonlocal),
    *ast.pattern.__subclasses__(),
}
"""What names are bound or declared by, besides names themselves."""


def _collect(node: ast.AST, bound: set[str], declared: set[str]) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        bound.add(node.name)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        bound.update((a.asname or a.name).partition(".")[0] for a in node.names if a.name != "*")
    elif isinstance(node, ast.ExceptHandler) and node.name:
        bound.add(node.name)
    elif isinstance(node, ast.pattern):
        bound.update(pattern_names(node))
    elif isinstance(node, ast.Global):
        declared.update(node.names)
    elif isinstance(node, ast.Nonlocal):
        bound.difference_update(node.names)


def parameters(arguments: ast.arguments) -> tuple[str, ...]:
    """All parameter names in call order; the ones that take the rest come last."""
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return tuple(a.arg for a in [*named, *rest])


def is_literal(node: ast.expr) -> bool:
    """Whether an expression is a plain value."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


_SAME_EVERYWHERE = frozenset({"sys.stdout", "sys.stderr", "os.pardir", "os.curdir", "os.sep"})
_OF_THE_FOLDER = frozenset(
    {
        "Path", "Path.cwd", "os.getcwd", "os.path.abspath", "os.path.dirname", "os.path.expanduser", "os.path.join",
        "os.path.normpath", "os.path.realpath", "pathlib.Path", "pathlib.Path.cwd", "str",
    }
)  # fmt: skip


def is_setting(node: ast.expr) -> bool:
    """Whether an expression is the same in each kernel: a plain value, a level of logging, a stream, a folder."""
    if is_literal(node):
        return True
    if isinstance(node, ast.Attribute):
        path = dotted(node)
        level = path.startswith(("logging.", "locale.")) and node.attr.isupper()
        return level or path in _SAME_EVERYWHERE
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
        return is_setting(node.left) and is_setting(node.right)
    if isinstance(node, ast.List):
        return all(is_setting(part) for part in node.elts)
    if not isinstance(node, ast.Call) or dotted(node.func) not in _OF_THE_FOLDER:
        return False
    return not node.keywords and all(is_setting(part) for part in node.args)
