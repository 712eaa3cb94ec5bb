"""IPython's history, which is another one in each kernel."""

from collections.abc import Iterator

from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.library import is_history
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Finding


def history(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM203: IPython's history, which numbers and keeps cells of one kernel only."""
    for step in steps:
        earlier_code = False
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            for name, line in {**own.late, **own.reads}.items():
                if not is_history(name) or name in own.binds or name in step.binds:
                    continue
                if name == "_" and earlier_code:
                    continue
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM203",
                    severity="error",
                    name=name,
                    steps=(step.name,),
                    message=f"`{name}` is IPython's history, which is another one in the kernel of a step.",
                    fix="Give the value a name where it is made, and use that name here.",
                )
            earlier_code = True
