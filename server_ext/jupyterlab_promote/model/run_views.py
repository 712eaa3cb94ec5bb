"""What the Lab and the command line ask and see of runs: their pages, what begins, ends or repeats them.

Only views and requests: what a run leaves lies in `run.py`.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.run import Learned, ShownState
from jupyterlab_promote.model.view import View


class CellOf(View):
    """Running cell k of n, with the last that it printed."""

    k: int
    n: int
    output: str = ""


class StepRun(View):
    """One step of a run; `notebook` is a path of the read-only drive, empty before there is one.

    Attributes:
        possible: how many attempts there may be at most, with those that an infrastructure's fault cost; None
            where it is not known, as in a repaired run, which may take as many anew.
        queued_seconds: from when it was given to Ray until it ran, where that is known.
    """

    step: str
    map_index: int = UNMAPPED
    state: ShownState
    attempt: int = 0
    attempts: int = 0
    possible: int | None = None
    try_number: int = 0
    started: datetime | None = None
    seconds: float | None = None
    queued_seconds: float | None = None
    cell: CellOf | None = None
    failed_cell: str | None = None
    failed_cell_index: int | None = None
    message: str = ""
    hint: str = ""
    learned: Learned | None = None
    peak_memory: int | None = None
    handoff_bytes: int = 0
    metrics: dict[str, float] = Field(default_factory=dict)
    notebook: str = ""


class Run(View):
    """A run; `whole` is a path of the read-only drive, empty before there is one.

    Attributes:
        started: when it began at first.
        resumed: when it began again, after the last repair.
        edges: the structure of the version that it ran: which step waits for which.
        ray_url: Ray's dashboard; empty where it is not known.
    """

    dag_id: str
    run_id: str
    state: ShownState
    version: int | None = None
    version_id: str = ""
    kind: str = "manual"
    started_by: str = ""
    logical_date: datetime | None = None
    started: datetime | None = None
    resumed: datetime | None = None
    ended: datetime | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    steps: tuple[StepRun, ...] = ()
    edges: tuple[tuple[str, str], ...] = Field(default_factory=tuple)
    whole: str = ""
    url: str = ""
    ray_url: str = ""


class RunPage(View):
    """A page of runs, newest first."""

    runs: tuple[Run, ...]
    total: int


class RunMark(View):
    """One run in the row of a pipeline's last results."""

    run_id: str
    state: ShownState
    started: datetime | None = None
    seconds: float | None = None


class PipelineRow(View):
    """One pipeline in the list of all; a source that is gone stops nothing.

    Attributes:
        last_runs: newest first; only where the list was asked for with them.
    """

    dag_id: str
    name: str
    number: int
    revision: int
    by: str
    at: datetime
    path: str
    retired: bool
    source_found: bool
    paused: bool | None = None
    schedule: str = ""
    next_run: datetime | None = None
    last_runs: tuple[RunMark, ...] = ()


class TriggerRequest(View):
    """Start a run; parameters that are not given keep their defaults."""

    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    note: str = ""


class PauseRequest(View):
    """Switch the schedule off or on."""

    paused: bool


class RepairRequest(View):
    """Run again what failed and what depends on it.

    Attributes:
        version: `same`, or the `latest` published code for what runs again.
        step: begin at this step instead of at the failed ones.
        everything: run all steps again, also finished ones.
    """

    version: Literal["same", "latest"] = "same"
    step: str | None = None
    everything: bool = False


class Repaired(View):
    """The steps that run again."""

    steps: tuple[str, ...]


class BackfillRequest(View):
    """Run past dates, both ends included; without `confirm` nothing is started."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    confirm: bool = False
    backwards: bool = False
    parallel: int = Field(4, ge=1, le=100)
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class Backfill(View):
    """The dates that a backfill runs, or would run."""

    id: int | None = None
    dates: tuple[datetime, ...]
    steps: int
    mean_seconds: float | None = None


class LogText(View):
    """Airflow's log of one try of a step."""

    text: str
