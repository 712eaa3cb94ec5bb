"""What one code cell binds and reads, in order. Knows nothing of other cells.

The reading is flow-sensitive where it matters: a name counts as bound for certain only when every way through the
cell binds it, so that `if flag: v = 2` still needs the `v` of before.
"""

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from jupyterlab_promote.dataflow.library import FORMULAS, SETTINGS_CALLS
from jupyterlab_promote.dataflow.names import (
    bound_in,
    dotted,
    is_setting,
    parameters,
    pattern_names,
    target_names,
)
from jupyterlab_promote.notebook.source import PythonCell, measured, python_cell


@dataclass
class CellNames:
    """The names of a cell.

    Attributes:
        reads: name -> line, looked up while the cell runs and not bound for certain before in the cell.
        guarded: of `reads` and `late`, those that need not be there: inside a `try` that catches NameError, or words
            of a text that may name columns.
        late: name -> line, looked up when a function or method defined here runs.
        definite: names bound on every way through the cell.
        binds: name -> line of the first binding, certain or not.
        deletes: name -> line.
        imports: name -> the statement that binds it, for imports at the top level of the cell.
        conditional_imports: names bound by an import that may not run.
        stars: modules of `from m import *`, with the line.
        calls: (dotted path, line, call) of each call, in order.
        opaque: (reason, line) when the names used cannot be known.
        magics: lines that set a library or the interpreter up, as Python or as magics.
        stores: (dotted path of the object, line) of each store to an attribute.
        modules: imported top-level modules with the line.
        classes: the classes that the cell defines, nested ones too.
    """

    reads: dict[str, int] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    late: dict[str, int] = field(default_factory=dict)
    definite: set[str] = field(default_factory=set)
    binds: dict[str, int] = field(default_factory=dict)
    deletes: dict[str, int] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    conditional_imports: set[str] = field(default_factory=set)
    stars: dict[str, int] = field(default_factory=dict)
    calls: list[tuple[str, int, ast.Call]] = field(default_factory=list)
    opaque: tuple[str, int] | None = None
    magics: tuple[str, ...] = ()
    stores: list[tuple[str, int]] = field(default_factory=list)
    modules: dict[str, int] = field(default_factory=dict)
    classes: list[ast.ClassDef] = field(default_factory=list)


@lru_cache(maxsize=4096)
def cell_names(source: str) -> tuple[PythonCell, CellNames]:
    """The names of a cell, cached by its source. Never raises on user code."""
    cell = python_cell(source)
    visitor = _Visitor()
    if cell.tree is not None:
        visitor.body(cell.tree.body)
    names = visitor.names
    for name in cell.interpolated:
        if name not in names.definite:
            names.guarded.add(name) if name not in names.reads else None
            names.reads.setdefault(name, 1)
    for name in cell.binds:
        names.binds.setdefault(name, 1)
        names.definite.add(name)
    if cell.opaque and names.opaque is None:
        names.opaque = (cell.opaque, 1)
    names.definite -= set(names.deletes)
    return cell, names


_LEADS_TO_ALL = frozenset({"user_ns", "user_global_ns", "f_globals", "f_locals", "f_back"})
"""Attributes through which any name of the notebook can be read and bound."""
_BINDS_ANY = frozenset({"push", "ex", "run_cell", "drop_by_id", "reset"})
"""What is asked of IPython's shell that may bind any name."""
_OPAQUE_CALLS = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__"})
_OPAQUE_MAGICS = frozenset({"run", "store", "pylab", "load", "rerun", "recall", "macro", "reset"})
_SETUP_MAGICS = frozenset({"matplotlib", "load_ext", "config", "autoreload", "precision"})
_PYTHON_MAGICS = frozenset({"time", "timeit", "prun", "memit", "lprun", "mprun"})


class _Visitor:
    """Walks a cell in the order in which it runs."""

    def __init__(self) -> None:
        self.names = CellNames()
        self.locals: list[set[str]] = []
        self.in_function = 0
        self.conditional = 0
        self.guarding = 0

    # -- names

    def _is_local(self, name: str) -> bool:
        return any(name in scope for scope in self.locals)

    def _read(self, name: str, line: int) -> None:
        if self._is_local(name):
            return
        if self.in_function:
            self.names.late.setdefault(name, line)
        elif name not in self.names.definite:
            self.names.reads.setdefault(name, line)
            if self.guarding:
                self.names.guarded.add(name)

    def _bind(self, name: str, line: int) -> None:
        if self._is_local(name):
            return
        self.names.binds.setdefault(name, line)
        if self.in_function:
            return
        self.names.imports.pop(name, None)
        self.names.definite.add(name)
        if not self.conditional:
            self.names.deletes.pop(name, None)

    @contextmanager
    def _scope(self, names: Iterable[str]) -> Iterator[None]:
        self.locals.append(set(names))
        yield
        self.locals.pop()

    # -- statements

    def body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    def visit(self, node: ast.AST) -> None:
        handler = getattr(self, "_" + type(node).__name__.lower(), None)
        if handler is not None:
            handler(node)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def _branches(self, *bodies: Iterable[ast.stmt]) -> None:
        """Code of which one way runs: bound for certain is what every way binds."""
        before = set(self.names.definite)
        ends: list[set[str]] = []
        self.conditional += 1
        for body in bodies:
            self.names.definite = set(before)
            self.body(body)
            ends.append(self.names.definite)
        self.conditional -= 1
        self.names.definite = set.intersection(*ends) if ends else before

    def _if(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches(node.body, node.orelse)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        before = set(self.names.definite)
        self.conditional += 1
        self._target(node.target)
        self.body(node.body)
        self.names.definite = before
        self.body(node.orelse)
        self.conditional -= 1
        self.names.definite = before

    _asyncfor = _for

    def _while(self, node: ast.While) -> None:
        self.visit(node.test)
        self._branches(node.body, ())
        self._branches(node.orelse, ())

    def _try(self, node: ast.Try) -> None:
        catches = any(_catches_name_error(handler) for handler in node.handlers)
        before = set(self.names.definite)
        self.guarding += catches
        self.conditional += 1
        self.body(node.body)
        self.guarding -= catches
        self.body(node.orelse)
        ends = [self.names.definite]
        for handler in node.handlers:
            self.names.definite = set(before)
            self._handler(handler)
            ends.append(self.names.definite)
        self.conditional -= 1
        self.names.definite = set.intersection(*ends) if node.handlers else ends[0]
        self.body(node.finalbody)

    _trystar = _try

    def _handler(self, handler: ast.ExceptHandler) -> None:
        if handler.type is not None:
            self.visit(handler.type)
        with self._scope([handler.name] if handler.name else []):
            self.body(handler.body)

    def _match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        before = set(self.names.definite)
        self.conditional += 1
        for case in node.cases:
            self.names.definite = set(before)
            for name in pattern_names(case.pattern):
                self._bind(name, case.pattern.lineno)
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.expr):
                    self.visit(part)
            if case.guard is not None:
                self.visit(case.guard)
            self.body(case.body)
        self.conditional -= 1
        self.names.definite = before

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._target(item.optional_vars)
        self.body(node.body)

    _asyncwith = _with

    def _assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._target(target)

    def _annassign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._target(node.target)

    def _augassign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id, node.lineno)
        self.visit(node.value)
        self._target(node.target)

    def _namedexpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        held = self.locals
        self.locals = [s for s in held if not isinstance(s, _Comprehension)]
        self._bind(node.target.id, node.lineno)
        self.locals = held

    def _target(self, target: ast.expr) -> None:
        for name in target_names(target):
            self._bind(name, target.lineno)
        for part in _inner_targets(target):
            if isinstance(part, ast.Attribute):
                self.names.stores.append((_store_path(part.value), part.lineno))
            self.visit(part.value)
            if isinstance(part, ast.Subscript):
                self.visit(part.slice)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and not self._is_local(target.id):
                self._read(target.id, node.lineno)
                if not self.in_function:
                    self.names.deletes[target.id] = node.lineno
                    self.names.definite.discard(target.id)
            elif not isinstance(target, ast.Name):
                self._target(target)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.names.modules.setdefault(alias.name.partition(".")[0], node.lineno)
            self._imported(name, ast.unparse(ast.Import([alias])), node.lineno)

    def _importfrom(self, node: ast.ImportFrom) -> None:
        top = (node.module or "").partition(".")[0]
        if node.level == 0 and top:
            self.names.modules.setdefault(top, node.lineno)
        for alias in node.names:
            if alias.name == "*":
                self.names.stars.setdefault(node.module or "", node.lineno)
            else:
                line = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
                self._imported(alias.asname or alias.name, line, node.lineno)

    def _imported(self, name: str, line: str, lineno: int) -> None:
        known = self.names.imports.get(name)
        self._bind(name, lineno)
        if self.in_function or self.locals:
            return
        if self.conditional:
            self.names.conditional_imports.add(name)
        else:
            self.names.imports[name] = line if known in (None, line) else f"{known}\n{line}"

    def _global(self, node: ast.Global) -> None:
        for scope in self.locals:
            scope.difference_update(node.names)
        for name in node.names:
            self.names.late.setdefault(name, node.lineno)
            self.names.binds.setdefault(name, node.lineno)

    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._signature(node.args)
        if node.returns is not None:
            self.visit(node.returns)
        self._bind(node.name, node.lineno)
        self._function_body(node.args, node.body)

    _asyncfunctiondef = _functiondef

    def _lambda(self, node: ast.Lambda) -> None:
        self._signature(node.args)
        self._function_body(node.args, [ast.Expr(node.body, lineno=node.lineno, col_offset=0)])

    def _signature(self, arguments: ast.arguments) -> None:
        for default in [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]:
            self.visit(default)
        for argument in ast.walk(arguments):
            if isinstance(argument, ast.arg) and argument.annotation is not None:
                self.visit(argument.annotation)

    def _function_body(self, arguments: ast.arguments, body: list[ast.stmt]) -> None:
        own, declared = bound_in(body)
        self.in_function += 1
        with self._scope((own | set(parameters(arguments))) - declared):
            self.body(body)
        self.in_function -= 1

    def _classdef(self, node: ast.ClassDef) -> None:
        self.names.classes.append(node)
        for part in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
            self.visit(part)
        self._bind(node.name, node.lineno)
        own, _ = bound_in(node.body)
        own_scope = set(own)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                with self._scope(own_scope):
                    for decorator in statement.decorator_list:
                        self.visit(decorator)
                    self._signature(statement.args)
                self._function_body(statement.args, statement.body)
            else:
                with self._scope(own_scope):
                    self.visit(statement)

    def _expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and not self.in_function and not self.conditional:
            call = node.value
            arguments = [*call.args, *(k.value for k in call.keywords)]
            if dotted(call.func) in SETTINGS_CALLS and all(is_setting(a) for a in arguments):
                self.names.magics = (*self.names.magics, ast.unparse(node))
        self.visit(node.value)

    # -- expressions

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id, node.lineno)

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        scopes: list[set[str]] = []
        for generator in node.generators:
            self.visit(generator.iter)
            scope = _Comprehension(target_names(generator.target))
            self.locals.append(scope)
            scopes.append(scope)
            for condition in generator.ifs:
                self.visit(condition)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        del self.locals[len(self.locals) - len(scopes) :]

    _setcomp = _listcomp
    _generatorexp = _listcomp
    _dictcomp = _listcomp

    def _call(self, node: ast.Call) -> None:
        path = dotted(node.func)
        if path == "" and _is_ipython(node.func) and not _binds_through_the_shell(node.func):
            self._magic(node)
            return
        self.names.calls.append((path, node.lineno, node))
        self.visit(node.func)
        for argument in [*node.args, *(k.value for k in node.keywords)]:
            self.visit(argument)
        word = path.rpartition(".")[2] or getattr(node.func, "attr", "")
        if path in _OPAQUE_CALLS and not self._is_local(path):
            self._opaque_call(path, node)
        elif _binds_through_the_shell(node.func):
            self._hide(f"{path or word}()", node.lineno)
        elif word.lower() in FORMULAS:
            self._formula(node)

    def _opaque_call(self, path: str, node: ast.Call) -> None:
        if path == "vars" and node.args:
            return
        literal = node.args[0] if node.args else None
        if path in ("exec", "eval") and len(node.args) == 1 and isinstance(literal, ast.Constant):
            try:
                self.body(ast.parse(str(literal.value)).body)
            except SyntaxError:
                pass
            else:
                return
        self._hide(f"{path}()", node.lineno)

    def _hide(self, reason: str, line: int) -> None:
        """Note that from here on any name may be used."""
        if self.names.opaque is None:
            self.names.opaque = (reason, line)

    def _subscript(self, node: ast.Subscript) -> None:
        main = isinstance(node.slice, ast.Constant) and node.slice.value == "__main__"
        if main and dotted(node.value) == "sys.modules":
            self._hide("sys.modules['__main__']", node.lineno)
        for part in ast.iter_child_nodes(node):
            self.visit(part)

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr in _LEADS_TO_ALL or dotted(node).startswith("sys.modules."):
            self._hide(f".{node.attr}", node.lineno)
        self.visit(node.value)

    def _formula(self, node: ast.Call) -> None:
        """Texts such as `df.query('a > @t')` and `'y ~ center(x)'` name variables of the notebook."""
        for argument in [*node.args, *(k.value for k in node.keywords)]:
            for part in ast.walk(argument):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    self._mention(part.value, node.lineno)

    def _mention(self, text: str, line: int) -> None:
        """A text that may name variables of the notebook, or may not."""
        for word in _words(text):
            if word not in self.names.reads and word not in self.names.late:
                self.names.guarded.add(word)
            self._read(word, line)

    def _magic(self, node: ast.Call) -> None:
        kind = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        if kind != "run_line_magic" or len(texts) != 2:
            for argument in node.args:
                self.visit(argument)
            return
        name, line = str(texts[0]), str(texts[1])
        if name in _PYTHON_MAGICS:
            inner = python_cell(measured(line))
            if inner.tree is not None:
                self.body(inner.tree.body)
        elif name in _SETUP_MAGICS:
            self.names.magics = (*self.names.magics, f"%{name} {line}".rstrip())
        elif name in _OPAQUE_MAGICS and self.names.opaque is None:
            self.names.opaque = (f"%{name}", node.lineno)
        else:
            self._mention(line, node.lineno)


class _Comprehension(set[str]):
    """The scope of a comprehension, through which a walrus binds outside."""


def _store_path(node: ast.expr) -> str:
    """`a.b` of an attribute chain; `a.b()` where it begins with a call."""
    path = dotted(node)
    return path or (f"{dotted(node.func)}()" if isinstance(node, ast.Call) else "")


def _is_ipython(func: ast.expr) -> bool:
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Call)
        and isinstance(func.value.func, ast.Name)
        and func.value.func.id == "get_ipython"
    )


def _binds_through_the_shell(func: ast.expr) -> bool:
    return _is_ipython(func) and isinstance(func, ast.Attribute) and func.attr in _BINDS_ANY


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


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text + " ":
        if character.isalnum() or character == "_":
            word += character
        else:
            if word and not word[0].isdigit():
                yield word
            word = ""
