"""Steps that cannot be apart run as one where the user said `fuse: auto`, as if their cells were tagged alike."""

from collections.abc import Callable, Iterator

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.finding import Finding, FixAction
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.retag import merge_steps


def fused(nb: Notebook, analyse: Callable[[Notebook], Analysis]) -> Analysis:
    """The analysis once no value is left that cannot travel between two steps.

    Args:
        analyse: derives everything from a notebook as it is tagged.
    """
    found = analyse(nb)
    told: list[Finding] = []
    for _ in found.steps:
        reason = next(_cannot_travel(found), None)
        if reason is None:
            break
        try:
            nb = read_notebook(merge_steps(nb, reason.steps))
        except PromoteError:
            break
        told.append(_said(reason))
        found = analyse(nb)
    return found.model_copy(update={"findings": (*found.findings, *told)})


def _cannot_travel(found: Analysis) -> Iterator[Finding]:
    for finding in found.findings:
        offered = {action.kind for action in finding.actions}
        if finding.severity == "error" and FixAction.MERGE in offered and len(finding.steps) > 1:
            yield finding


def _said(reason: Finding) -> Finding:
    first, *others = reason.steps
    listed = ", ".join(f"`{name}`" for name in others)
    return reason.model_copy(
        update={
            "code": "PRM212",
            "severity": "info",
            "steps": (first,),
            "message": f"{listed} runs in the kernel of `{first}`, with its settings: {reason.message}",
            "fix": "Nothing is to be done; the notebook's `fuse` setting asks for it.",
            "actions": (),
        }
    )
