"""The names of executed notebooks in the read-only drive `promote:`; nothing else knows them.

<pipeline>/<run id, percent-encoded>/whole.ipynb
<pipeline>/<run id>/<step>.ipynb            the latest attempt of a step
<pipeline>/<run id>/<step>.3.a2.ipynb       attempt 2 of item 3
-trials/<operation>/whole.ipynb             a test run on this computer; no pipeline's id begins with a dash

A tab shows the last part of a path. So the browser may write `<pipeline> · <when>.ipynb` for the whole notebook and
`<step> · <pipeline> · <when>.ipynb` for a step's: only the first of three parts says what is meant.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from jupyterlab_promote.ids import UNMAPPED, is_dag_id

WHOLE = "whole"
TRIALS = "-trials"
_TRIAL = re.compile(rf"{TRIALS}/([0-9a-f]+)/([^/]+)")
_BETWEEN = " · "
_NOTEBOOK = re.compile(r"([a-z_][a-z0-9_-]{0,79})(?:\.([0-9]+))?(?:\.a([0-9]+))?\.ipynb")


@dataclass(frozen=True)
class RunPath:
    """A place in the drive; what is empty was not named."""

    dag_id: str = ""
    run_id: str = ""
    step: str = ""
    map_index: int = UNMAPPED
    attempt: int | None = None


def trial_of(path: str) -> str | None:
    """The operation whose test run a path names."""
    match = _TRIAL.fullmatch(path.strip("/"))
    # The notebook of which the tab shows the name may have any name.
    return match[1] if match and (_BETWEEN in match[2] or match[2] == f"{WHOLE}.ipynb") else None


def parse(path: str) -> RunPath | None:
    """The place that a path names; None for a path of another form."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return RunPath()
    if len(parts) > 3 or not is_dag_id(parts[0]):
        return None
    run_id = unquote(parts[1]) if len(parts) > 1 else ""
    if len(parts) < 3:
        return RunPath(parts[0], run_id)
    match = _NOTEBOOK.fullmatch(_file(parts[2]))
    if match is None:
        return None
    index = int(match[2]) if match[2] else UNMAPPED
    return RunPath(parts[0], run_id, match[1], index, int(match[3]) if match[3] else None)


def _file(name: str) -> str:
    """The name without what only a tab shows."""
    words = name.split(_BETWEEN)
    if len(words) == 1:
        return name
    return f"{WHOLE if len(words) == 2 else words[0]}.ipynb"


def run_folder(dag_id: str, run_id: str) -> str:
    """The folder of a run."""
    return f"{dag_id}/{quote(run_id, safe='')}"


def whole(dag_id: str, run_id: str) -> str:
    """The whole notebook of a run."""
    return f"{run_folder(dag_id, run_id)}/{WHOLE}.ipynb"


def step_notebook(dag_id: str, run_id: str, step: str, map_index: int = UNMAPPED) -> str:
    """The executed notebook of a step's latest attempt."""
    index = "" if map_index == UNMAPPED else f".{map_index}"
    return f"{run_folder(dag_id, run_id)}/{step}{index}.ipynb"
