"""Steps of a kernel that is not Python: they run one after another, and hand over files only."""

from itertools import pairwise

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Edge, Step
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.layout import Layout
from jupyterlab_promote.notebook.settings import step_settings


def foreign_steps(
    nb: Notebook, laid: Layout, settings: NotebookSettings
) -> tuple[tuple[Step, ...], tuple[Edge, ...], tuple[Finding, ...]]:
    """The steps, the edges that keep their order, and PRM403."""
    prelude = tuple(cell.id for cell in laid.prelude)
    steps = tuple(
        Step(
            name=group.name,
            cells=tuple(cell.id for cell in group.cells),
            replay=prelude,
            settings=step_settings(settings, group.name),
        )
        for group in laid.groups
    )
    edges = tuple(
        Edge(source=a.name, target=b.name, reason="steps run in the notebook's order")
        for a, b in pairwise(steps)
    )
    notice = Finding(
        code="PRM403",
        severity="warning" if len(steps) > 1 else "info",
        message=f"The kernel `{nb.kernel}` runs {nb.language}: steps hand over files, but no variables.",
        fix="Write what later steps need to files, and read it there; or keep everything in one step.",
    )
    return steps, edges, (notice,)
