"""What expressions look up, and the calls through which code uses names that it does not write out."""

import ast
import re
from collections.abc import Iterable

from jupyterlab_promote.dataflow.library import FORMULAS, sets_up
from jupyterlab_promote.dataflow.names import dotted, is_setting, last_word
from jupyterlab_promote.dataflow.scope.magics import is_of_ipython, read_magic
from jupyterlab_promote.dataflow.scope.statements import note_setting
from jupyterlab_promote.dataflow.scope.walk import Handlers, Walk
from jupyterlab_promote.dataflow.written import Written
from jupyterlab_promote.notebook.nodes import nodes_under

_LEADS_TO_ALL = frozenset(
    {"user_ns", "user_global_ns", "f_globals", "f_locals", "f_back", "__globals__"}
)
"""Attributes through which any name of the notebook can be read and bound."""
SHELL_BINDS = frozenset({"push", "ex", "run_cell", "drop_by_id", "reset"})
"""What is asked of IPython's shell that may bind any name."""
_FILLS = frozenset({"add", "append", "appendleft", "extend", "insert", "setdefault", "update"})
"""Methods that fill a list or dict of a library."""
_BINDS_MANY = frozenset({"init_session"})
"""Functions of libraries that bind names in the notebook, by their last word."""
_OF_SYMPY = frozenset({"sym.var", "symp.var", "sympy.var", "smp.var"})
_MAKES_SYMBOLS = _OF_SYMPY | {"var", "S.var", "sp.var", "sy.var"}
"""Names that sympy's `var` has; the first are nothing else, `sp` may be scipy."""
_OPAQUE_CALLS = frozenset(
    {"exec", "eval", "globals", "locals", "vars", "__import__", "doctest.testmod", "unittest.main"}
)
"""What may look any name up: Python's own, and those that look for tests in the notebook."""


def _expression(walk: Walk, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Call) and not walk.in_function and not walk.conditional:
        call = node.value
        arguments = [*call.args, *(k.value for k in call.keywords)]
        if sets_up(call) and all(is_setting(a) for a in arguments):
            walk.names.magics = (*walk.names.magics, ast.unparse(node))
        elif isinstance(call.func, ast.Attribute) and call.func.attr in _FILLS:
            held = call.func.value
            if isinstance(held, ast.Attribute) and dotted(held):
                note_setting(walk, Written((call,)), node, arguments)
    walk.visit(node.value)


def _name(walk: Walk, node: ast.Name) -> None:
    if isinstance(node.ctx, ast.Load):
        walk.read(node.id, node.lineno)


def _call(walk: Walk, node: ast.Call) -> None:
    path = dotted(node.func)
    of_shell = path == "" and is_of_ipython(node.func)
    hides = of_shell and getattr(node.func, "attr", "") in SHELL_BINDS
    if of_shell and not hides:
        read_magic(walk, node)
        return
    walk.names.calls.append((path, node.lineno, node))
    walk.visit(node.func)
    for argument in node.args:
        walk.visit(argument)
    for keyword in node.keywords:
        walk.visit(keyword.value)
    word = last_word(node.func)
    if path in _OPAQUE_CALLS and not walk.is_local(path):
        _opaque_call(walk, path, node)
    elif hides or word in _BINDS_MANY:
        walk.hide(f"{path or word}()", node.lineno)
    elif word.lower() in FORMULAS:
        _formula(walk, node)
    elif path in _MAKES_SYMBOLS and not walk.in_function:
        _symbols(walk, node)
    elif word in _IMPORTS:
        _import_by_name(walk, node)


_IMPORTS = frozenset({"import_module", "__import__"})


def _import_by_name(walk: Walk, node: ast.Call) -> None:
    """`importlib.import_module("src.utils")` needs the module as an `import` does."""
    given = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if isinstance(given, str) and (module := given.partition(".")[0]):
        walk.names.modules.setdefault(module, node.lineno)


def _symbols(walk: Walk, node: ast.Call) -> None:
    """`var('x y')`, `var(['x', 'y'])` and `var('x0:3')` of sympy bind the names that they are given."""
    given = node.args[0] if node.args else None
    parts = given.elts if isinstance(given, ast.List | ast.Tuple | ast.Set) else [given]
    texts = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    if len(texts) == len(parts):
        words = re.split(r"[\s,]+", " ".join(texts).strip(" ,\t\n"))
        names = [name for word in words for name in _numbered(word)]
        if all(name.isidentifier() for name in names):
            for name in names:
                walk.bind(name, node.lineno)
            return
    if dotted(node.func) in _OF_SYMPY:
        walk.hide(f"{dotted(node.func)}()", node.lineno)


def _numbered(word: str) -> Iterable[str]:
    """`x0:3` of sympy's symbols are `x0`, `x1` and `x2`; the name itself where nothing is counted."""
    counted = re.fullmatch(r"(\w*?)\(?(\d*):(\d{1,3})\)?", word)
    if counted is None:
        return (word,)
    prefix, start, stop = counted.groups()
    return (f"{prefix}{number}" for number in range(int(start or 0), int(stop)))


def _opaque_call(walk: Walk, path: str, node: ast.Call) -> None:
    if (path == "vars" and node.args) or (path in ("exec", "eval") and _own_namespace(node)):
        return
    literal = node.args[0] if node.args else None
    if path in ("exec", "eval") and len(node.args) == 1 and isinstance(literal, ast.Constant):
        try:
            walk.body(ast.parse(str(literal.value)).body)
        except SyntaxError:
            pass
        else:
            return
    walk.hide(f"{path}()", node.lineno)


def _own_namespace(node: ast.Call) -> bool:
    """Whether code runs with names of its own: `exec(text, {})`; which dict a name holds, `globals()` would tell."""
    given = node.args[1:3]
    return bool(given) and all(isinstance(one, ast.Name | ast.Dict) for one in given)


def _subscript(walk: Walk, node: ast.Subscript) -> None:
    main = isinstance(node.slice, ast.Constant) and node.slice.value == "__main__"
    if (main or dotted(node.slice) == "__name__") and dotted(node.value) == "sys.modules":
        walk.hide("sys.modules['__main__']", node.lineno)
    for part in nodes_under(node):
        walk.visit(part)


def _attribute(walk: Walk, node: ast.Attribute) -> None:
    held = node.value
    of_modules = isinstance(held, ast.Attribute) and dotted(node).startswith("sys.modules.")
    if of_modules or node.attr in _LEADS_TO_ALL:
        walk.hide(f".{node.attr}", node.lineno)
    walk.visit(held)


def _formula(walk: Walk, node: ast.Call) -> None:
    """Texts such as `df.query('a > @t')` and `'y ~ center(x)'` name variables of the notebook."""
    for argument in [*node.args, *(k.value for k in node.keywords)]:
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                walk.mention(part.value, node.lineno)


EXPRESSIONS: Handlers = {
    ast.Expr: _expression,
    ast.Name: _name,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
}
