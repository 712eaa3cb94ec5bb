"""A cell in newer Python syntax as the same cell in the syntax of Python 3.11, line for line.

Run as a script by the kernel's own Python, which alone can parse the cell: its source is a JSON text on stdin, the
reply a JSON object on stdout. So it needs nothing but the standard library, and no other module of this package. It
parses and never runs what it is given. Who starts it, and what is done with the reply, is none of its business.

What is written otherwise says the same about names: which are read, which are bound, and what is read late only.
f-strings become `"...".format(...)`; type parameters vanish, and what uses them reads their bounds instead;
`type X = T` binds a function that reads `T` when it is called.
"""

import ast
import json
import sys
import warnings
from collections.abc import Iterator
from typing import Any

_HEADS = {"FunctionDef", "AsyncFunctionDef", "ClassDef"}
_FIELDS = ("FormattedValue", "Interpolation")


class _Source:
    """The text of a cell, the places in it, and what stands there instead."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.edits: list[tuple[int, int, ast.AST | str]] = []

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends."""
        at = vars(node)
        return (
            self._starts[at["lineno"] - 1] + at["col_offset"],
            self._starts[at["end_lineno"] - 1] + at["end_col_offset"],
        )

    def text(self, start: int, end: int) -> str:
        """What the user wrote there."""
        return self._bytes[start:end].decode()

    def rewritten(self, start: int, end: int, *, within: ast.AST | None = None) -> str:
        """A part of the text with the edits in it."""
        made, at = "", start
        for first, last, edit in sorted(self.edits, key=lambda one: (one[0], -one[1])):
            if first < at or last > end or edit is within:
                continue
            made += self.text(at, first)
            made += edit if isinstance(edit, str) else self._fields(edit, first, last)
            at = last
        return made + self.text(at, end)

    def _fields(self, node: ast.AST, start: int, end: int) -> str:
        """An f-string as a call of `format`, over as many lines; a t-string as the tuple of its values."""
        values = [f"({self.rewritten(*self.span(v), within=node)})" for v in _values(node)]
        if type(node).__name__ == "TemplateStr":
            made = f"({', '.join(values)},)" if values else "()"
        else:
            made = f"{_template(node)!r}.format({', '.join(values)})"
        lost = self.text(start, end).count("\n") - made.count("\n")
        return f"({made}" + "\n" * lost + ")"


def _values(string: ast.AST) -> Iterator[ast.expr]:
    """What an f-string formats, in the order in which `format` counts."""
    for part in _part(string, "values"):
        if type(part).__name__ in _FIELDS:
            yield _part(part, "value")
            if _part(part, "format_spec") is not None:
                yield from _values(_part(part, "format_spec"))


def _template(string: ast.AST) -> str:
    made = ""
    for part in _part(string, "values"):
        if isinstance(part, ast.Constant):
            made += str(part.value).replace("{", "{{").replace("}", "}}")
            continue
        how = _part(part, "conversion")
        spec = _part(part, "format_spec")
        made += "{" + (f"!{chr(how)}" if how > 0 else "")
        made += (f":{_spec(spec)}" if spec is not None else "") + "}"
    return made


def _spec(string: ast.AST) -> str:
    parts = _part(string, "values")
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)


def _part(node: ast.AST, name: str) -> Any:
    return vars(node).get(name)


def _edit(source: _Source, tree: ast.AST) -> None:
    nested: set[int] = set()
    for node in ast.walk(tree):
        kind = type(node).__name__
        if kind in ("JoinedStr", "TemplateStr") and id(node) not in nested:
            specs = (_part(part, "format_spec") for part in _part(node, "values"))
            nested |= {id(spec) for spec in specs if spec is not None}
            source.edits.append((*source.span(node), node))
        elif kind in _HEADS and _part(node, "type_params"):
            _without_parameters(source, node, kind)
        elif kind == "TypeAlias":
            _alias(source, node)
        elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
            start, end = source.span(node.type)
            if source.text(start, start + 1) != "(":
                source.edits += [(start, start, "("), (end, end, ")")]


def _without_parameters(source: _Source, node: ast.AST, kind: str) -> None:
    """`def f[T](x: T)` and `class A[T]:` without the brackets; a class with several lines of them keeps its lines."""
    start, end = _brackets(source, node)
    lines = "\n" * source.text(start, end).count("\n")
    opened = source.text(end, end + 1) == "("
    if lines and opened:
        source.edits.append((start, end + 1, "(" + lines))
    else:
        source.edits.append((start, end, f"({lines})" if kind == "ClassDef" and lines else ""))
    _use_bounds(source, node)


def _alias(source: _Source, node: ast.AST) -> None:
    start, _ = source.span(node)
    first, last = source.span(_part(node, "value"))
    name = _part(node, "name").id
    lines = "\n" * source.text(start, first).count("\n")
    source.edits += [(start, first, f"{name} = lambda: ({lines}"), (last, last, ")")]
    _use_bounds(source, node)


def _brackets(source: _Source, node: ast.AST) -> tuple[int, int]:
    parameters = _part(node, "type_params")
    start, _ = source.span(parameters[0])
    _, end = source.span(parameters[-1])
    while source.text(start, start + 1) != "[":
        start -= 1
    while source.text(end - 1, end) != "]":
        end += 1
    return start, end


def _use_bounds(source: _Source, node: ast.AST) -> None:
    """A type parameter is read as what its bound and default read, late as Python reads them."""
    stands_for: dict[str, str] = {}
    for parameter in _part(node, "type_params") or ():
        asked = [_part(parameter, "bound"), _part(parameter, "default_value")]
        texts = [ast.unparse(one) for one in asked if one is not None]
        text = f"(lambda: ({', '.join(texts)},))" if texts else "object"
        stands_for[_part(parameter, "name")] = text.replace("\n", " ")
    for used in ast.walk(node):
        if isinstance(used, ast.Name) and used.id in stands_for:
            source.edits.append((*source.span(used), stands_for[used.id]))


def rewritten(python: str) -> str:
    """The same in older syntax, each line where it stands. Raises SyntaxError for what this Python cannot parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree: ast.Module = compile(python, "<cell>", "exec", flags, dont_inherit=True)
    source = _Source(python)
    _edit(source, tree)
    return source.rewritten(0, len(python.encode()))


def reply(python: str) -> dict[str, object]:
    """What the script says: its `version`, and `python`, or the `error` with its line."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        return {"version": version, "python": rewritten(python)}
    except SyntaxError as error:
        return {
            "version": version,
            "error": error.msg or "invalid syntax",
            "line": error.lineno or 1,
        }
    except (ValueError, RecursionError, MemoryError) as error:
        return {"version": version, "error": str(error) or type(error).__name__, "line": 1}


if __name__ == "__main__":
    json.dump(reply(json.load(sys.stdin)), sys.stdout)
