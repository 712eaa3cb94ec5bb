"""A run: the request of an attempt, what it reports while it runs, and its outcome."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.document import SCHEMA_VERSION, Document, former_keys
from jupyterlab_promote.model.settings import Environment, Resources


class Cause(StrEnum):
    """Every way in which an attempt can end; a closed list."""

    OK = "ok"
    CELL_ERROR = "cell_error"
    EXITED = "exited"
    KERNEL_DIED = "kernel_died"
    OUT_OF_MEMORY = "out_of_memory"
    STEP_TIMEOUT = "step_timeout"
    QUEUE_TIMEOUT = "queue_timeout"
    IMPOSSIBLE_RESOURCES = "impossible_resources"
    NODE_LOST = "node_lost"
    RAY_RESTARTED = "ray_restarted"
    CANCELLED = "cancelled"
    STORE_FULL = "store_full"
    STORE_ERROR = "store_error"
    INPUT_MISSING = "input_missing"
    INPUT_CORRUPT = "input_corrupt"
    NOT_PICKLABLE = "not_picklable"
    CHANGED_UNSEEN = "changed_unseen"
    KERNEL_MISSING = "kernel_missing"
    ENVIRONMENT = "environment"
    INFRASTRUCTURE = "infrastructure"


INFRASTRUCTURE_CAUSES = frozenset(
    {Cause.NODE_LOST, Cause.RAY_RESTARTED, Cause.INFRASTRUCTURE, Cause.STORE_ERROR}
)
"""Causes that are not the user's: tried again without counting against the user's retries."""


class InputRef(Document):
    """One finished attempt whose handoff is an input; never looked up by "latest"."""

    step: str
    map_index: int = UNMAPPED
    attempt: int
    version: str
    run_id: str | None = None
    outcome_sha256: str


class StepRequest(Document):
    """`request.json`: all that a worker needs to run one attempt of a step.

    Attributes:
        store: URL of the store.
        parameters: values of the parameters that the step reads.
        inputs: finished attempts, by reference; mapped providers are listed once for each item.
        item_index: which element of the mapped list this attempt handles; UNMAPPED for none.
        timeout, queue_timeout: seconds, None for none.
        sealed_secrets: secrets of Airflow, by variable, which only a worker can open.
        cache: an earlier outcome with the same key may be used; not when `fresh`, which only leaves a new one.
        asked: when the attempt was given to Ray, by the clock of who gave it; None where nobody waits for resources.
    """

    schema_version: int = SCHEMA_VERSION
    store: str
    dag_id: str
    version: str
    run_id: str
    step: str
    map_index: int = UNMAPPED
    attempt: int
    job_id: str
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    inputs: tuple[InputRef, ...] = ()
    resources: Resources = Resources()
    environment: Environment = Environment()
    sealed_secrets: dict[str, str] = Field(default_factory=dict)
    timeout: float | None = None
    queue_timeout: float | None = None
    cache: bool = False
    fresh: bool = False
    logical_date: datetime | None = None
    asked: datetime | None = None

    _former = former_keys("test")


class Claim(Document):
    """`claim.json`: the worker writes `started`, the operator `abandoned`; who creates it first wins."""

    state: Literal["started", "abandoned"]
    by: str
    at: datetime


class Event(Document):
    """One line of `events/<seq>.jsonl`.

    Attributes:
        seq: counts from 0 within the attempt.
        at: wall clock of the worker; for showing only, no decision is made by it.
        cell: id of the user's cell; k of n counts code cells of the step notebook from 1.
        text: for `output`, the latest output, clipped.
    """

    seq: int
    at: datetime
    kind: Literal["started", "cell_start", "cell_end", "output", "waiting", "warning", "finished"]
    cell: str | None = None
    k: int | None = None
    n: int | None = None
    seconds: float | None = None
    state: str | None = None
    text: str = ""


class CellTime(Document):
    """How long a cell ran; `state` is completed, failed, running (interrupted) or pending."""

    cell: str
    state: Literal["completed", "failed", "running", "pending", "skipped"]
    seconds: float | None = None


class StoredFile(Document):
    """A file of an attempt that the outcome names; a reader believes nothing else."""

    path: str
    size: int
    sha256: str


class WorkingFile(Document):
    """A change in the working directory; `sha256` is None for a deletion, and `path/` is an empty folder.

    Attributes:
        mode: who may read, write and start it; None for what is usual where it comes to.
        modified: when it was written, in nanoseconds; None for when it comes to a working directory.
        link: where it leads, for a symbolic link; one to a folder is `path/`.
    """

    path: str
    size: int = 0
    sha256: str | None = None
    mode: int | None = None
    modified: int | None = None
    link: str = ""


class Learned(Document):
    """What a failed step found out of the notebook's values, which its settings can say from now on.

    Attributes:
        kind: the step changes `names`; or `names` lead to one object.
    """

    kind: Literal["changes", "shared"]
    names: tuple[str, ...]

    def command(self, step: str) -> str:
        """The command line that writes it into the settings of the notebook `NB`, for a step."""
        named = " ".join((step, *self.names) if self.kind == "changes" else self.names)
        return f"jupyter promote learn NB --{self.kind} {named}"


class Outcome(Document):
    """`outcome.json`: the commit marker of an attempt. Create-only and written last.

    Attributes:
        message: one sentence for a person; the same in Airflow's log, the CLI and the Lab.
        hint: what to do next.
        cell: id of the failing or running cell; `cell_index` its 0-based place in the source notebook.
        seconds: from the claim to the outcome.
        queued_seconds: from when it was given to Ray to the claim, as far as the clocks of both machines agree.
        peak_memory: highest PSS of the kernel's process tree, bytes.
        files: what the attempt stored: `notebook.ipynb`, `handoff/...`.
        changes: what it changed in its working directory.
        learned: with the cause `changed_unseen`, what the notebook's settings can say of it.
        cached_from: the run whose outcome was used, when `cause` is ok and the step was cached.
    """

    schema_version: int = SCHEMA_VERSION
    dag_id: str
    version: str
    run_id: str
    step: str
    map_index: int = UNMAPPED
    attempt: int
    state: Literal["success", "failed", "cancelled", "skipped"]
    cause: Cause
    message: str = ""
    hint: str = ""
    cell: str | None = None
    cell_index: int | None = None
    line: int | None = None
    ename: str | None = None
    evalue: str | None = None
    name: str | None = None
    seconds: float = 0.0
    queued_seconds: float | None = None
    peak_memory: int | None = None
    handoff_bytes: int = 0
    cells: tuple[CellTime, ...] = ()
    files: tuple[StoredFile, ...] = ()
    changes: tuple[WorkingFile, ...] = ()
    metrics: dict[str, float] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    learned: Learned | None = None
    cached_from: str | None = None
    node: str | None = None

    @property
    def ok(self) -> bool:
        """Whether later steps may use it."""
        return self.state == "success"


class RunRecord(Document):
    """`run.json`: the real run id and what the run was started with."""

    schema_version: int = SCHEMA_VERSION
    dag_id: str
    run_id: str
    version: str
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    started: datetime | None = None


class Preview(Document):
    """What a value looks like, written by the step as JSON, so that nobody unpickles to look.

    Attributes:
        kind: frame, array, figure, number, text, other.
        summary: one line, such as `1200 x 8 frame`.
        columns, head: for frames, the column names with dtypes and the first rows as text.
        png: base64 of a small picture, for figures.
    """

    name: str
    type: str
    kind: Literal["frame", "series", "array", "figure", "number", "text", "collection", "other"]
    summary: str = ""
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    head: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    png: str | None = None
    bytes: int = 0


class HandoffGroup(Document):
    """Values of a handoff that are loaded together, because they may share objects."""

    names: tuple[str, ...]
    bytes: int


class AttemptInfo(Document):
    """One attempt as a reader sees it: the folder's documents, none of which is waited for."""

    step: str
    map_index: int = UNMAPPED
    attempt: int
    claimed: bool = False
    outcome: Outcome | None = None
    progress: Event | None = None


ShownState = Literal[
    "queued",
    "waiting",
    "running",
    "cached",
    "success",
    "failed",
    "cancelled",
    "skipped",
    "upstream_failed",
]


def shown_state(
    airflow_state: str | None, cause: str | None, *, cached: bool = False
) -> ShownState:
    """The state that people see: one table from (Airflow's state, the outcome's cause)."""
    if airflow_state == "success":
        return "cached" if cached else "success"
    if airflow_state == "failed":
        return "cancelled" if cause == Cause.CANCELLED else "failed"
    if airflow_state in ("running", "deferred", "restarting"):
        return "running" if cause is None else "waiting" if cause == "waiting" else "running"
    if airflow_state in ("skipped", "removed"):
        return "skipped"
    if airflow_state == "upstream_failed":
        return "upstream_failed"
    return "queued"
