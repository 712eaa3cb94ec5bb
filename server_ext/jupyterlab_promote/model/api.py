"""What crosses between the browser (or the command line) and the Jupyter server's use cases.

Only views and requests: what is stored lies in the other modules. On the wire the names are camelCase, the
documents inside keep theirs.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, JsonValue

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.document import Document
from jupyterlab_promote.model.registration import PluginProblem
from jupyterlab_promote.model.review import TrialResult
from jupyterlab_promote.model.run import Learned, ShownState
from jupyterlab_promote.model.settings import Published, Schedule
from jupyterlab_promote.model.view import View

ConnectionState = Literal[
    "not_set_up", "starting", "connected", "sign_in", "read_only", "unreachable"
]


class Connection(View):
    """Where Airflow stands, with the one thing that can be done about it.

    Attributes:
        message: one sentence.
        action: label of the one action; empty when there is none.
        url: Airflow's own pages.
        embedded: runs only while this computer is on.
        since: when it was first found unreachable.
    """

    state: ConnectionState
    message: str
    action: str = ""
    user: str = ""
    url: str = ""
    embedded: bool = False
    since: datetime | None = None


class Stage(View):
    """One stage of an operation."""

    name: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    message: str = ""


class PublishResult(View):
    """What a publish did.

    Attributes:
        number: v1, v2, ... as shown to people.
        created: the content was new to the store.
        seconds: from activating until Airflow showed the version.
        paused_by: who paused the schedule, where it was kept paused.
        notes: what a person should know, such as that the identity was found again.
        further: the further schedule of the notebook that it is; empty for its own pipeline.
    """

    dag_id: str
    uid: str
    version: str
    number: int
    revision: int
    created: bool
    seconds: float
    paused: bool
    paused_by: str = ""
    next_run: datetime | None = None
    notes: tuple[str, ...] = ()
    further: str = ""

    @property
    def published(self) -> Published:
        """The identity that belongs into the notebook."""
        return Published(
            uid=self.uid, dag_id=self.dag_id, version=self.version, revision=self.revision
        )


class Operation(View):
    """Work that the server does whether or not anybody watches.

    Attributes:
        owner: process id of the server; another one's running operation was interrupted.
        published: the identity that a finished publish gave the notebook.
        published_as: the identities that it gave to further schedules, by their names.
        results: all pipelines that it published, the notebook's own first.
    """

    id: str
    kind: Literal["publish", "start_stack", "stop_stack", "test_run", "verify"]
    path: str = ""
    state: Literal["running", "done", "failed", "cancelled", "interrupted"] = "running"
    stages: tuple[Stage, ...] = ()
    published: Published | None = None
    published_as: dict[str, Published] = Field(default_factory=dict)
    result: PublishResult | None = None
    results: tuple[PublishResult, ...] = ()
    trial: TrialResult | None = None
    problem: PluginProblem | None = None
    started: datetime
    owner: int = 0


class NotebookRequest(View):
    """A notebook as it is in the browser now, with its path in Jupyter."""

    path: str
    notebook: dict[str, Any]


class SchedulePreviewRequest(View):
    """A schedule to be explained."""

    cron: str
    timezone: str = "UTC"
    count: int = Field(5, ge=1, le=50)
    after: datetime | None = None


class SchedulePreview(View):
    """A schedule in words and moments.

    Attributes:
        field, error: which field cannot be used, and why; empty for a good schedule.
        runs: the next moments, in the schedule's timezone.
    """

    sentence: str = ""
    runs: tuple[datetime, ...] = ()
    field: Literal["", "cron", "timezone"] = ""
    error: str = ""


class PublishRequest(View):
    """Publish the saved notebook at `path`.

    Attributes:
        moved: it is the same pipeline, from another path than before.
        as_new: forget the identity in the file and publish a new pipeline.
        expected_revision: overwrite this revision, after its difference was shown.
        paused: switch the schedule off or on; None keeps it, and a first publish switches it on.
        further: publish only the further schedule of that name; else the notebook's own pipeline and all.
    """

    path: str
    further: str = Field("", max_length=100)
    message: str = Field("", max_length=2000)
    moved: bool = False
    as_new: bool = False
    expected_revision: int | None = None
    paused: bool | None = None


PublishedState = Literal[
    "never_published",
    "up_to_date",
    "ahead",
    "behind",
    "diverged",
    "moved",
    "name_taken",
    "retired",
]


class ScheduleChange(View):
    """What publishing would do to the schedule, in words: as it serves, as the notebook has it."""

    before: str
    after: str


class FurtherState(View):
    """A further schedule of the notebook beside what is published of it as `<id>__<name>`.

    Attributes:
        wanted: the notebook still has it; else it was taken out of the notebook but is registered.
        sentence: the schedule of the notebook in words.
        values: what takes the place of the defaults of parameters.
    """

    name: str
    dag_id: str
    wanted: bool
    state: PublishedState
    message: str = ""
    sentence: str = ""
    schedule: Schedule = Schedule()
    values: dict[str, JsonValue] = Field(default_factory=dict)
    schedule_change: ScheduleChange | None = None
    number: int | None = None
    revision: int | None = None
    paused: bool = False
    paused_by: str = ""
    next_run: datetime | None = None
    changes: tuple[str, ...] = ()


class PublishState(View):
    """The notebook beside what is published of it.

    Attributes:
        schedule: the one that serves.
        schedule_change: only where publishing would change the schedule.
        further: the notebook's further schedules.
    """

    state: PublishedState
    message: str = ""
    number: int | None = None
    revision: int | None = None
    by: str = ""
    at: datetime | None = None
    path: str = ""
    paused: bool = False
    paused_by: str = ""
    next_run: datetime | None = None
    schedule: Schedule | None = None
    schedule_change: ScheduleChange | None = None
    changes: tuple[str, ...] = ()
    further: tuple[FurtherState, ...] = ()


class CellOf(View):
    """Running cell k of n, with the last that it printed."""

    k: int
    n: int
    output: str = ""


class StepRun(View):
    """One step of a run; `notebook` is a path of the read-only drive, empty before there is one."""

    step: str
    map_index: int = UNMAPPED
    state: ShownState
    attempt: int = 0
    attempts: int = 0
    try_number: int = 0
    started: datetime | None = None
    seconds: float | None = None
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


class RollbackRequest(Document):
    """Let an earlier version serve again, if nobody changed the pipeline since."""

    version: str
    expected_revision: int
    message: str = ""
    code_only: bool = False


class UnpublishRequest(Document):
    """No new runs; None takes the current revision."""

    expected_revision: int | None = None


class Forgotten(Document):
    """A pipeline that is no longer known; others may have its id."""

    dag_id: str


class CellChange(View):
    """A cell that differs between two versions; `diff` is a unified diff of its source."""

    cell: str
    kind: Literal["added", "removed", "changed"]
    diff: str


class VersionDiff(View):
    """What changed between two versions.

    Attributes:
        settings: those of the changes that are no code: schedule, resources, name, bindings of parameters.
    """

    older: str
    newer: str
    changes: tuple[str, ...]
    settings: tuple[str, ...] = Field(default_factory=tuple)
    cells: tuple[CellChange, ...]


class LogText(View):
    """Airflow's log of one try of a step."""

    text: str


class ClusterOffer(View):
    """The largest node; None where it cannot be known."""

    cpus: float | None = None
    memory: int | None = None
    gpus: float | None = None
    accelerator: str = ""


class SettingsView(View):
    """What the browser may know of the server's settings; no token, no password."""

    airflow_url: str
    embedded: bool
    sign_in: Literal["stack", "user", "token", "command", "hook", "none"]


class Done(View):
    """It is done and there is nothing to tell."""

    done: bool = True
