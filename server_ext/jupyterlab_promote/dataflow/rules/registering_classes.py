"""Classes whose making runs code of the notebook."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding


def classes_that_register(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM211: making a subclass runs code of the notebook, which would run again in each later step."""
    for step, cell in steps_with(_has_classes, steps[:-1]):
        read, own = cell_names(cell.source)
        for node in own.classes:
            if _registers(node):
                yield located(
                    cell,
                    node.lineno + read.line_offset,
                    code="PRM211",
                    severity="error",
                    name=node.name,
                    steps=(step.name,),
                    message=f"Making a subclass of `{node.name}` runs code, which would run again in later steps.",
                    fix=f"Put `{node.name}` into a module beside the notebook, or merge the steps that use it.",
                )


@lru_cache(maxsize=4096)
def _has_classes(source: str) -> bool:
    return bool(cell_names(source)[1].classes)


def _registers(node: ast.ClassDef) -> bool:
    metaclass = any(isinstance(base, ast.Name) and base.id == "type" for base in node.bases)
    methods = {f.name for f in node.body if isinstance(f, ast.FunctionDef)}
    return "__init_subclass__" in methods or (metaclass and bool(methods & {"__new__", "__init__"}))
