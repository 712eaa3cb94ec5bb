"""What changed in the cells of a step between two versions, in words. Values in, values out."""

import ast
import functools
from collections.abc import Callable, Mapping
from typing import Any

from jupyterlab_promote.model.pipeline import Parameter, Step
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.notebook.tags import PARAMETERS

Notebook = Mapping[str, Any]
Sources = Callable[[], tuple[Notebook, Notebook]]
"""Gives the two notebooks, the older one first."""


class StepChanges:
    """Tells the steps of two versions apart whose step notebooks are not the same.

    Args:
        sources: asked at most once, and only for such a step; without it, what changed counts as the code.
    """

    def __init__(self, older: Manifest, newer: Manifest, sources: Sources | None) -> None:
        self._declared = (older.parameters, newer.parameters)
        self._sources = functools.cache(sources) if sources is not None else None
        self._asked = False

    def of(self, before: Step, after: Step) -> list[str]:
        """One sentence for each thing; none where only the parameters or the pipeline's name changed."""
        if self._sources is None:
            return [f"Step {after.name}: the code changed."]
        self._asked = True
        was, now = (
            _Cells(step, nb) for step, nb in zip((before, after), self._sources(), strict=True)
        )
        if was.code != now.code:
            return [f"Step {after.name}: the code changed."]
        found = _travel_changes(before, after) if _travel(before) != _travel(after) else []
        if was.text != now.text:
            found.append(f"Step {after.name}: the text between its code changed.")
        if was.tags != now.tags:
            found.append(f"Step {after.name}: tags of its cells changed.")
        return found

    def of_parameters(self) -> list[str]:
        """What changed in the parameters' cell apart from the parameters; asks for nothing by itself."""
        if self._sources is None or not self._asked:
            return []
        texts = [_parameters_cell(nb) for nb in self._sources()]
        rests = [_besides(t, names) for t, names in zip(texts, self._declared, strict=True)]
        return ["The parameters' cell changed."] if rests[0] != rests[1] else []


class _Cells:
    """What a step runs of a notebook; ids are left out, since git filters renumber cells."""

    def __init__(self, step: Step, notebook: Notebook) -> None:
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        mine = [cells[cell] for cell in (*step.replay, *step.cells) if cell in cells]
        mine = [cell for cell in mine if not PARAMETERS.intersection(_tags(cell))]
        code = [cell for cell in mine if cell["cell_type"] == "code"]
        self.code = step.preamble, [_source(cell) for cell in code]
        self.text = [_source(cell) for cell in mine if cell["cell_type"] != "code"]
        self.tags = [sorted(_tags(cell)) for cell in code]


def _tags(cell: Mapping[str, Any]) -> list[str]:
    tags = (cell.get("metadata") or {}).get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _parameters_cell(notebook: Notebook) -> str:
    return "\n".join(
        _source(cell) for cell in notebook["cells"] if PARAMETERS.intersection(_tags(cell))
    )


def _besides(code: str, parameters: tuple[Parameter, ...]) -> str:
    """The code without the statements that say what the parameters are, which are told by themselves."""
    names = {parameter.name for parameter in parameters}
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return code
    return "\n".join(ast.unparse(each) for each in tree.body if not _binds(each, names))


def _binds(statement: ast.stmt, names: set[str]) -> bool:
    if isinstance(statement, ast.AnnAssign):
        targets: list[ast.expr] = [statement.target]
    elif isinstance(statement, ast.Assign):
        targets = statement.targets
    else:
        return False
    return all(isinstance(target, ast.Name) and target.id in names for target in targets)


def _travel(step: Step) -> tuple[object, ...]:
    return step.inputs, step.outputs, step.readonly


def _travel_changes(before: Step, after: Step) -> list[str]:
    leaves = [{name for group in step.outputs for name in group} for step in (before, after)]
    loads = [{name for given in step.inputs for name in given.names} for step in (before, after)]
    found = [
        f"Step {after.name}: {words} {', '.join(sorted(names))}."
        for words, names in (
            ("now also leaves", leaves[1] - leaves[0]),
            ("no longer leaves", leaves[0] - leaves[1]),
            ("now also loads", loads[1] - loads[0]),
            ("no longer loads", loads[0] - loads[1]),
        )
        if names
    ]
    return found or [f"Step {after.name}: its values travel in another way."]
