"""The names of one cell, as the walk over it finds them. No walking here."""

import ast
from dataclasses import dataclass, field


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
        stores: (dotted path of the object, attribute, line) of each store to an attribute.
        settings: dotted path -> (statement, line) of each attribute that a line gives a plain value.
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
    stores: list[tuple[str, str, int]] = field(default_factory=list)
    settings: dict[str, tuple[str, int]] = field(default_factory=dict)
    modules: dict[str, int] = field(default_factory=dict)
    classes: list[ast.ClassDef] = field(default_factory=list)
