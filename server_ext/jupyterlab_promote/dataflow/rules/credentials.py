"""Credentials that stand in the code, known by the form that a service gives them; a variable's name says nothing."""

import re
from collections.abc import Iterator, Mapping

from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell

_SHAPES: Mapping[str, str] = {
    "An access key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "A token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})",
    "A token of GitLab": r"\bglpat-[\w-]{20}",
    "A token of Slack": r"\bxox[abprs]-[\w-]{10}",
    "A token of Hugging Face": r"\bhf_[A-Za-z0-9]{30}",
    "An API key of Google": r"\bAIza[\w-]{35}\b",
    "An API key": r"\bsk-(?:[a-z]+-)*[A-Za-z0-9_]{32}",
    "A private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
}
_CREDENTIAL = re.compile("|".join(f"({shape})" for shape in _SHAPES.values()))


def credentials_in_code(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM415: a key or a token that whoever may see a version or a run can read; each cell's first of a kind."""
    kinds = tuple(_SHAPES)
    for cell in cells:
        told: set[str] = set()
        for found in _CREDENTIAL.finditer(cell.source):
            kind = kinds[(found.lastindex or 1) - 1]
            if kind in told:
                continue
            told.add(kind)
            yield located(
                cell,
                cell.source.count("\n", 0, found.start()) + 1,
                code="PRM415",
                severity="warning",
                name="",
                message=f"{kind} stands in the code: it travels with the version, and each executed notebook shows it.",
                fix="Read it from an environment variable that is a secret of the step, and make it invalid where "
                "it came from.",
                actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
            )
