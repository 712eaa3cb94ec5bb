"""Waiting for an attempt: its outcome, its progress, Airflow's wish to end, Ray's word that it is gone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jupyterlab_promote.airflow_provider.attempts import Recorded
from jupyterlab_promote.airflow_provider.cancelling import (
    SILENT_SECONDS,
    end,
    ended_silently,
    may_be_ended,
)
from jupyterlab_promote.airflow_provider.progress import ProgressLog, printable
from jupyterlab_promote.airflow_provider.ray_jobs import JobStatus
from jupyterlab_promote.airflow_provider.runner import RunnerSettings
from jupyterlab_promote.airflow_provider.step_run import StepRun
from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.store.runs import AttemptRef, note_waiting, read_outcome

_EAGER = 5.0
"""Seconds in which the outcome is looked for often: most steps of a test are short."""

_OFTEN = 0.1
_SELDOM = 0.5
_ASK_RAY = 1.0
_HELD = 0.5
"""Seconds that an answer of Ray may take to come when the step ends meanwhile; a SIGTERM waits as long."""
_WAITS = "Waits for resources on Ray."
_STARTING = 3.0
"""Seconds in which Ray calls a job pending that is only starting."""


class DeferDue(Exception):
    """The step is long: the worker slot is to be freed.

    Attributes:
        after: number of the last event that is in the log.
        queued_since: Unix time since which it waits for resources; None when it runs.
    """

    def __init__(self, after: int, queued_since: float | None) -> None:
        super().__init__("the step is long")
        self.after = after
        self.queued_since = queued_since


@dataclass(kw_only=True)
class Wait:
    """One waiting for one attempt, on the main thread of the Airflow task.

    Attributes:
        after: number of the last event that is in the log.
        is_killed: whether a SIGTERM came; looked at at least once a second.
        queued_since: Unix time since which the step waits for resources, as far as it is known.
    """

    step_run: StepRun
    recorded: Recorded
    settings: RunnerSettings
    log: Any
    is_killed: Callable[[], bool]
    after: int = -1
    queued_since: float | None = None
    _began: float = field(default_factory=time.monotonic)
    _asked: float = -1e9
    _over_since: float | None = None
    _unknown: bool = False
    _held: bool = False
    _waits_for: str = ""

    def for_outcome(self) -> Outcome | None:
        """The attempt's outcome, or None when a SIGTERM came first.

        Raises:
            DeferDue: after the time that the Connection sets.
            Unavailable: the store cannot be read.
        """
        run, ref = self.step_run, self.step_run.ref(self.recorded.attempt)
        progress = ProgressLog(self.log, store=run.store, ref=ref, after=self.after)
        while not self.is_killed():
            outcome = read_outcome(run.store, ref) or self._ask_ray(ref)
            if time.monotonic() - self._asked < _OFTEN or outcome is not None:
                progress.catch_up()
            if outcome is not None:
                return outcome
            if time.monotonic() - self._began > self.settings.defer_after:
                raise DeferDue(progress.after, self.queued_since)
            if not self._held:
                time.sleep(_OFTEN if time.monotonic() - self._began < _EAGER else _SELDOM)
        return None

    def _ask_ray(self, ref: AttemptRef) -> Outcome | None:
        """Once a second: an outcome of ours, when Ray says that the execution is over or never begins.

        A gateway holds its answer until the step ends, which is sooner than looking for the outcome would be; it is
        asked again at once.
        """
        began = time.monotonic()
        if not self._held and began - self._asked < _ASK_RAY:
            return None
        status = self.settings.runner.status(self.recorded.job_id, wait=_HELD)
        self._asked = time.monotonic()
        self._held = status.live and self._asked - began > _HELD / 2
        self._tell_unknown(status)
        if status.state == "PENDING":
            return self._queued_too_long(ref, status.message)
        if status.state == "RUNNING":
            self.queued_since = None
        if status.live:
            self._over_since = None
            return None
        return self._ended_on_ray(ref, status)

    def _ended_on_ray(self, ref: AttemptRef, status: JobStatus) -> Outcome | None:
        """The worker's own outcome; ours only when it cannot come any more."""
        if self._over_since is None:
            self._over_since = time.monotonic()
        outcome = read_outcome(self.step_run.store, ref)
        if outcome is not None:
            return outcome
        silent = time.monotonic() - self._over_since > SILENT_SECONDS
        if silent or may_be_ended(self.step_run.store, ref, job_id=self.recorded.job_id):
            return self._end(*ended_silently(status))
        return None

    def _tell_unknown(self, status: JobStatus) -> None:
        unknown = status.state == "UNKNOWN"
        if unknown and not self._unknown:
            self.log.warning("Ray gives no answer, so the step is waited for: %s", status.message)
        elif self._unknown and not unknown:
            self.log.info("Ray answers again.")
        self._unknown = unknown

    def _queued_too_long(self, ref: AttemptRef, waits_for: str) -> Outcome | None:
        if self.queued_since is None:
            self.queued_since = time.time()
        waited = time.time() - self.queued_since
        settings = self.step_run.step.settings
        if waited > _STARTING:
            known = waits_for or self.settings.runner.waits_for(settings.resources)
            self._tell_waiting(ref, known or _WAITS)
        limit = settings.queue_timeout
        if limit is None or waited < limit:
            return None
        store = self.step_run.store
        if not may_be_ended(store, ref, job_id=self.recorded.job_id):
            return None
        self.settings.runner.stop(self.recorded.job_id)
        last = f" {self._waits_for}" if self._waits_for not in ("", _WAITS) else ""
        said = f"The step waited {limit:g} s for resources and got none.{last}"
        return self._end(Cause.QUEUE_TIMEOUT, said)

    def _tell_waiting(self, ref: AttemptRef, waits_for: str) -> None:
        """In the log and for who looks at the run, whenever it is something else."""
        if waits_for != self._waits_for:
            self._waits_for = waits_for
            self.log.info(printable(waits_for))
            note_waiting(self.step_run.store, ref, waits_for)

    def _end(self, cause: Cause, message: str) -> Outcome:
        ref = self.step_run.ref(self.recorded.attempt)
        version = self.recorded.version
        return end(self.step_run.store, ref, version=version, cause=cause, message=message)
