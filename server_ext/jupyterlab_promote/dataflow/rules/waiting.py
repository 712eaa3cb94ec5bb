"""Calls that wait for a person, under whatever name the notebook has them."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.library import INTERACTIVE
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.rules.offers import parameter_offer
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.scope.magics import is_of_ipython
from jupyterlab_promote.model.finding import Action, Finding
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like

_TYPES = "waits for somebody to type"
_OTHERWISE_NAMED = frozenset(path.rpartition(".")[2] for path in INTERACTIVE)

_MAY_WAIT = _OTHERWISE_NAMED | {"eval", "exec", "run_line_magic"}
"""The last words of calls that wait, or of those that run code which may."""


def interactive(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM401: a call that waits for a person."""
    named: dict[str, str] = {}
    for cell in cells_with(_named, cells):
        named |= _named(cell.source)
    meant = frozenset(named.items())
    for cell in cells_with(_waiting, cells, meant):
        for path, what, line, offer in _waiting(meant, cell.source):
            typed = what == _TYPES
            yield located(
                cell,
                line,
                code="PRM401",
                severity="error",
                name=path.removesuffix("()"),
                message=f"`{path}` {what}; a scheduled run has nobody there.",
                fix="Make the value a parameter, or read it from a secret."
                if typed
                else "Take the line out.",
                actions=offer if typed else (),
            )


@lru_cache(maxsize=4096)
def _named(source: str) -> dict[str, str]:
    """The names by which a cell has what waits, or its module: `gp` for `getpass.getpass`."""
    if not any(map(source.__contains__, (*_OTHERWISE_NAMED, "pdb", "code"))):
        return {}
    found: dict[str, str] = {}
    for plain in nodes_like(source, ast.Import):
        for alias in plain.names:
            if any(path.startswith(f"{alias.name}.") for path in INTERACTIVE):
                found[alias.asname or alias.name] = alias.name
    for node in nodes_like(source, ast.ImportFrom):
        for alias in node.names:
            path = f"{node.module}.{alias.name}"
            if any(known == path or known.startswith(f"{path}.") for known in INTERACTIVE):
                found[alias.asname or alias.name] = path
    for bound in nodes_like(source, ast.Assign):
        path = _in_full(dotted(bound.value), found)
        if path in INTERACTIVE:
            found |= {t.id: path for t in bound.targets if isinstance(t, ast.Name)}
    return found


def _in_full(path: str, named: dict[str, str]) -> str:
    root, _, rest = path.partition(".")
    return ".".join(filter(None, (named.get(root, root), rest)))


@lru_cache(maxsize=4096)
def _waiting(
    meant: frozenset[tuple[str, str]], source: str
) -> tuple[tuple[str, str, int, tuple[Action, ...]], ...]:
    """(how it is written, what it does, line, what the button needs) of the calls of a cell that wait."""
    if not meant and called_words(source).isdisjoint(_MAY_WAIT):
        return ()
    read, own = cell_names(source)
    named = dict(meant)
    found = []
    for path, line, call in own.calls:
        root = path.partition(".")[0]
        if root in own.binds and root not in named:
            continue
        full = _in_full(path, named)
        if full in INTERACTIVE:
            offer = parameter_offer(full, read.tree, call)
            found.append((f"{path}()", INTERACTIVE[full], line + read.line_offset, offer))
    for call in nodes_like(source, ast.Call):
        if not is_of_ipython(call.func):
            continue
        words = [a.value for a in call.args if isinstance(a, ast.Constant)]
        if words[:1] == ["debug"]:
            found.append(("%debug", "stops in a debugger", call.lineno + read.line_offset, ()))
    return tuple(found)
