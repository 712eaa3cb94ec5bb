"""What the button of a finding needs to know, as the argument of its action. The findings are in `rules/`."""

import ast
from collections.abc import Collection, Mapping

from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.document import Notebook

_DEFAULTS: Mapping[str, str | int | float | bool] = {"str": "", "int": 0, "float": 0.0}


def acceptable(
    finding: Finding, source_hash: str | None, accepted: Collection[tuple[str, str, str]]
) -> Finding:
    """A warning of a cell with the button to accept it for the cell's text; without it once it was.

    Args:
        source_hash: of the finding's cell.
        accepted: (code, cell, hash) of what the user accepted.
    """
    if finding.severity != "warning" or finding.cell is None or source_hash is None:
        return finding
    others = tuple(a for a in finding.actions if a.kind is not FixAction.ACCEPT)
    if (finding.code, finding.cell, source_hash) in accepted:
        return finding.model_copy(update={"accepted": True, "actions": others})
    accept = Action(kind=FixAction.ACCEPT, label="Accept", argument=source_hash)
    return finding.model_copy(update={"actions": (*others, accept)})


def with_offers(
    findings: tuple[Finding, ...], settings: NotebookSettings, nb: Notebook
) -> tuple[Finding, ...]:
    """The findings, with warnings marked that the user accepted for a cell as it stands; the others can be accepted.

    Args:
        nb: as it is written, which is what the user accepts.
    """
    said = {finding.cell for finding in findings}
    hashes = {cell.id: cell.source_hash for cell in nb.cells if cell.id in said}
    accepted = {(a.code, a.cell, a.source_hash) for a in settings.accepted}
    return tuple(
        acceptable(finding, hashes.get(finding.cell or ""), accepted) for finding in findings
    )


def parameter_offer(path: str, tree: ast.Module | None, call: ast.Call) -> tuple[Action, ...]:
    """The button that makes a parameter of what a call asks for.

    Args:
        path: of the function that is called.
    """
    line = _declaration(tree, call) if path == "input" else ""
    return (Action(kind=FixAction.MAKE_PARAMETER, label="Make it a parameter", argument=line),)


def _declaration(tree: ast.Module | None, call: ast.Call) -> str:
    """The line of a parameters cell for a line that only asks for a value; empty for any other line."""
    for statement in tree.body if tree is not None else ():
        if not isinstance(statement, ast.Assign) or statement.lineno != statement.end_lineno:
            continue
        kind, asked = _converted(statement.value, call)
        match statement.targets:
            case [ast.Name(id=name)] if asked and kind in _DEFAULTS:
                target = ast.Name(id=name, ctx=ast.Store())
                typed = ast.Name(id=kind, ctx=ast.Load())
                default = ast.Constant(value=_DEFAULTS[kind])
                return ast.unparse(ast.AnnAssign(target, typed, default, simple=1))
    return ""


def _converted(value: ast.expr, call: ast.Call) -> tuple[str, bool]:
    """(type, whether it is the call), for the call itself or for the call in `int(...)`."""
    match value:
        case ast.Call(func=ast.Name(id=kind), args=[inner], keywords=[]) if inner is call:
            return kind, True
    return "str", value is call
