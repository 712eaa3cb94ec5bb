"""Going through a cell in the order in which it runs: what is bound by now, and for certain.

What each form of Python does with names stands in the modules beside this one; here is only the state they share.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from jupyterlab_promote.dataflow.scope.found import CellNames
from jupyterlab_promote.notebook.nodes import nodes_under

Handlers = Mapping[type[ast.AST], Callable[..., None]]
"""What to do at each form: `handler(walk, node)`. A form without one is gone into."""


class Comprehension(set[str]):
    """The scope of a comprehension, through which a walrus binds outside."""


class Walk:
    """Where the walk over a cell stands.

    Attributes:
        locals: names of the functions, classes and comprehensions around, innermost last.
        in_function: how many functions this code stands in; it runs later than the cell.
        conditional: how many branches and loops this code stands in.
        guarding: how many `try` statements around catch NameError.
        idle: functions of the cell that do nothing, by name, as expressions.
    """

    def __init__(self, handlers: Handlers) -> None:
        self.handlers = handlers
        self.names = CellNames()
        self.locals: list[set[str]] = []
        self.in_function = 0
        self.conditional = 0
        self.guarding = 0
        self.idle: dict[str, ast.Lambda] = {}

    def is_local(self, name: str) -> bool:
        """Whether a name belongs to a function, class or comprehension around."""
        return bool(self.locals) and any(name in scope for scope in self.locals)

    def read(self, name: str, line: int) -> None:
        """A name is looked up here."""
        if self.locals and self.is_local(name):
            return
        if self.in_function:
            self.names.late.setdefault(name, line)
        elif name not in self.names.definite:
            self.names.reads.setdefault(name, line)
            if self.guarding:
                self.names.guarded.add(name)

    def bind(self, name: str, line: int) -> None:
        """A name is bound here."""
        if self.locals and self.is_local(name):
            return
        self.names.binds.setdefault(name, line)
        self.idle.pop(name, None)
        if self.in_function:
            return
        self.names.imports.pop(name, None)
        self.names.definite.add(name)
        if not self.conditional:
            self.names.deletes.pop(name, None)

    @contextmanager
    def within(self, names: Iterable[str]) -> Iterator[None]:
        """The code inside has these names for itself."""
        self.locals.append(set(names))
        yield
        self.locals.pop()

    def body(self, statements: Iterable[ast.stmt]) -> None:
        """Go through statements in order."""
        for statement in statements:
            self.visit(statement)

    def visit(self, node: ast.AST) -> None:
        """Go into an expression or statement."""
        kind = node.__class__
        handler = self.handlers.get(kind)
        if handler is not None:
            handler(self, node)
        elif kind is not ast.Constant:
            for child in nodes_under(node):
                self.visit(child)

    def branches(self, *bodies: Iterable[ast.stmt]) -> None:
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

    def hide(self, reason: str, line: int) -> None:
        """Note that from here on any name may be used."""
        if self.names.opaque is None:
            self.names.opaque = (reason, line)

    def mention(self, text: str, line: int) -> None:
        """A text that may name variables of the notebook, or may not."""
        for word in _words(text):
            if word not in self.names.reads and word not in self.names.late:
                self.names.guarded.add(word)
            self.read(word, line)


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text + " ":
        if character.isalnum() or character == "_":
            word += character
        else:
            if word and not word[0].isdigit():
                yield word
            word = ""
