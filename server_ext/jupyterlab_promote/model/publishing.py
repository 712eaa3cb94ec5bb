"""What the Lab and the command line ask and see of publishing: schedules, states, versions and their differences.

Only views and requests: what is stored lies in `version.py` and `settings.py`.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from jupyterlab_promote.model.document import Document
from jupyterlab_promote.model.settings import Published, Schedule
from jupyterlab_promote.model.view import View


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
    """Publish the notebook at `path`.

    Attributes:
        notebook: as it is shown; None takes it as it is saved, which is later where others edit it too.
        moved: it is the same pipeline, from another path than before.
        as_new: forget the identity in the file and publish a new pipeline.
        expected_revision: overwrite this revision, after its difference was shown.
        paused: switch the schedule off or on; None keeps it, and a first publish switches it on.
        further: publish only the further schedule of that name; else the notebook's own pipeline and all.
    """

    path: str
    notebook: dict[str, JsonValue] | None = None
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
    settings: tuple[str, ...]
    cells: tuple[CellChange, ...]
