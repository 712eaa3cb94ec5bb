"""What the Lab shows of runs beyond the runs themselves: failures, comparisons, debug notebooks, trials.

Only views and requests, as in `api.py`; `publishing.py` and `run_views.py` have theirs.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, JsonValue

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.view import View


class Failure(View):
    """A failed run of one of the user's own pipelines, with what happened.

    Attributes:
        cell_index: 0-based place of the failing cell in the notebook.
        whole: path in the read-only drive.
    """

    dag_id: str
    name: str
    run_id: str
    at: datetime
    step: str = ""
    map_index: int = UNMAPPED
    cell_index: int | None = None
    message: str = ""
    hint: str = ""
    whole: str = ""


class ComparedSide(View):
    """One of two notebooks beside each other: a run, or the source as it is saved now.

    Attributes:
        past_date: that the run was started for afterwards.
    """

    kind: Literal["run", "source"]
    run_id: str = ""
    version: int | None = None
    state: str = ""
    started: datetime | None = None
    past_date: datetime | None = None
    path: str = ""


class ComparedCell(View):
    """A cell that differs; the diffs are unified and empty where that part is equal.

    Attributes:
        index: 0-based place in the notebook of the run that is looked at; the other's for a removed cell.
        picture, other_picture: base64 of PNG, of the first picture that differs.
    """

    cell: str
    index: int
    step: str = ""
    kind: Literal["added", "removed", "changed"]
    source: str = ""
    outputs: str = ""
    picture: str = ""
    other_picture: str = ""


class Comparison(View):
    """A run beside another run or its source; `equal` counts the code cells without a difference."""

    this: ComparedSide
    other: ComparedSide
    equal: int
    cells: tuple[ComparedCell, ...]
    changes: tuple[str, ...] = ()


class DebugRequest(View):
    """Open a step of a run in a kernel with its inputs; without `confirm` it is only said what that means."""

    map_index: int = UNMAPPED
    attempt: int | None = None
    confirm: bool = False


class FileRequest(View):
    """A file that a step wrote, by its path in the step's working directory."""

    path: str
    map_index: int = UNMAPPED
    attempt: int | None = None


class CopiedFile(View):
    """Where the copy of a file lies in Jupyter."""

    path: str


class DebugInput(View):
    """Values that are loaded from an earlier step, and how many bytes that reads."""

    step: str
    names: tuple[str, ...]
    bytes: int


class DebugPlan(View):
    """What a debug notebook loads.

    Attributes:
        path: in Jupyter; it is there once it was confirmed.
        written: it is there.
        by: whose values they are.
        own: the user's, who started the run of code that the user published.
        warnings: what differs here from where the step ran, one sentence each.
    """

    path: str
    written: bool
    step: str
    by: str
    own: bool = False
    bytes: int
    inputs: tuple[DebugInput, ...]
    warnings: tuple[str, ...] = ()


class TrialRequest(View):
    """Try a notebook here before it is published.

    Attributes:
        notebook: as it is in the browser now; None for what the file holds.
        kind: `test_run` runs it step by step; `verify` also runs it from top to bottom and compares.
        until: the last step to run; empty for all.
    """

    path: str
    kind: Literal["test_run", "verify"]
    notebook: dict[str, Any] | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    until: str = ""


class TrialCell(View):
    """A cell that says something else in the split run."""

    index: int
    step: str
    verdict: str
    linear: str = ""
    split: str = ""


class TrialResult(View):
    """How a trial ended.

    Attributes:
        notebook: where the whole notebook lies on this computer; empty for `verify`.
    """

    ok: bool
    message: str
    hint: str = ""
    step: str = ""
    cell_index: int | None = None
    notebook: str = ""
    cells: tuple[TrialCell, ...] = ()
