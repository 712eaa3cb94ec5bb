"""Runs as Airflow has them at the moment they are asked for, which our plugin tells. Not how people see them."""

from datetime import datetime

from pydantic import Field, JsonValue

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.document import Document


class TaskState(Document):
    """A task instance: one step of a run, or one item of it; `state` is Airflow's, None before it has one."""

    task_id: str
    map_index: int = UNMAPPED
    state: str | None = None
    try_number: int = 0
    started: datetime | None = None
    seconds: float | None = None


class RunState(Document):
    """A run; `state` and `kind` are Airflow's words.

    Attributes:
        cancelled: whether it failed because somebody ended it.
        by: who started it by hand.
        due: the moment that runs are ordered by.
        started: when it began at first, which no repair changes; when it was queued before it has begun.
        resumed: when it began again after the last repair.
        bundle_version: what served when it began; empty where Airflow does not say.
    """

    dag_id: str
    run_id: str
    state: str
    cancelled: bool = False
    kind: str = "manual"
    by: str = ""
    due: datetime
    logical_date: datetime | None = None
    started: datetime | None = None
    resumed: datetime | None = None
    ended: datetime | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    bundle_version: str = ""
    tasks: tuple[TaskState, ...] = ()


class RunStates(Document):
    """A page of a pipeline's runs, newest first, and how many there are."""

    runs: tuple[RunState, ...]
    total: int


class RecentRun(Document):
    """A run in the list of the newest of all pipelines; seconds of its last try, once it has ended."""

    dag_id: str
    run_id: str
    state: str
    cancelled: bool = False
    started: datetime | None = None
    seconds: float | None = None


class FailedRun(Document):
    """A run that failed, and that nobody cancelled; `name` is the pipeline's."""

    dag_id: str
    name: str
    run_id: str
    ended: datetime
