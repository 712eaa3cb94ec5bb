"""Credentials that stand in the code, known by the form that a service gives them; a variable's name says nothing."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.located import located
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
_BEGINNINGS = (
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "hf_", "AIza", "sk-",
    "-----BEGIN",
)  # fmt: skip
"""What the shapes begin with; where none of it stands, which is quickly seen, there is no credential."""


def credentials_in_code(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM415: a key or a token that whoever may see a version or a run can read; each cell's first of a kind."""
    for cell in cells_with(_credentials, cells):
        for kind, line in _credentials(cell.source):
            yield located(
                cell,
                line,
                code="PRM415",
                severity="warning",
                name="",
                message=f"{kind} stands in the code: it travels with the version, and each executed notebook shows it.",
                fix="Read it from an environment variable that is a secret of the step, and make it invalid where "
                "it came from.",
                actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
            )


@lru_cache(maxsize=4096)
def _credentials(source: str) -> tuple[tuple[str, int], ...]:
    """(kind, line) of the first credential of each kind in a cell."""
    if not any(map(source.__contains__, _BEGINNINGS)):
        return ()
    kinds = tuple(_SHAPES)
    lines: dict[str, int] = {}
    for found in _CREDENTIAL.finditer(source):
        kind = kinds[(found.lastindex or 1) - 1]
        lines.setdefault(kind, source.count("\n", 0, found.start()) + 1)
    return tuple(lines.items())
