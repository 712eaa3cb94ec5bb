"""Watching a long step without a worker slot. All of a triggerer's steps share one question to Ray.

The trigger decides nothing: it waits for the outcome, or for Ray's word that the execution is over, and
the operator goes on from there.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from jupyterlab_promote.airflow_provider.attempts import Recorded
from jupyterlab_promote.airflow_provider.cancelling import cancel
from jupyterlab_promote.airflow_provider.progress import ProgressLog, log_failure
from jupyterlab_promote.airflow_provider.runner import open_runner
from jupyterlab_promote.airflow_provider.step_run import StepRun
from jupyterlab_promote.store.runs import AttemptRef, read_outcome, read_request
from jupyterlab_promote.store.store import open_store

_LOOK = 1.0
_ASK_RAY = 10.0


class StepTrigger(BaseTrigger):
    """Waits for the end of one attempt.

    Args:
        after: number of the last event that is in the task's log.
        queued_since: Unix time since which the step waits for resources; None when it runs.
        queue_timeout: seconds after which it is to be given up while it waits; None for never.
    """

    def __init__(
        self,
        *,
        store_url: str,
        attempt: dict[str, Any],
        job_id: str,
        connection_id: str,
        after: int,
        queued_since: float | None = None,
        queue_timeout: float | None = None,
    ) -> None:
        super().__init__()
        self.store_url = store_url
        self.attempt = attempt
        self.job_id = job_id
        self.connection_id = connection_id
        self.after = after
        self.queued_since = queued_since
        self.queue_timeout = queue_timeout

    @classmethod
    def of(
        cls,
        step_run: StepRun,
        recorded: Recorded,
        *,
        connection_id: str,
        after: int,
        queued_since: float | None,
    ) -> "StepTrigger":
        """The trigger for an attempt of a step run."""
        ref = step_run.ref(recorded.attempt)
        names = ("dag_id", "run_id", "step", "map_index", "attempt")
        return cls(
            store_url=step_run.store.url,
            attempt={name: getattr(ref, name) for name in names},
            job_id=recorded.job_id,
            connection_id=connection_id,
            after=after,
            queued_since=queued_since,
            queue_timeout=step_run.step.settings.queue_timeout,
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What Airflow keeps of it: no token, no value of the user's."""
        names = (
            *("store_url", "attempt", "job_id", "connection_id"),
            *("after", "queued_since", "queue_timeout"),
        )
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look at the store each second, at Ray now and then."""
        store = await asyncio.to_thread(open_store, self.store_url)
        ref = AttemptRef(**self.attempt)
        progress = ProgressLog(self.log, store=store, ref=ref, after=self.after)
        asked = time.monotonic()
        while True:
            await asyncio.to_thread(progress.catch_up)
            if await asyncio.to_thread(read_outcome, store, ref) is not None:
                break
            if time.monotonic() - asked > _ASK_RAY or self._waited_enough():
                asked = time.monotonic()
                if not await asyncio.to_thread(self._live):
                    break
            await asyncio.sleep(_LOOK)
        yield TriggerEvent({"after": progress.after, "queued_since": self.queued_since})

    async def on_kill(self) -> None:
        """The user ended the step: only then is the job stopped, never in `cleanup`."""
        await asyncio.to_thread(self._stop)

    def _live(self) -> bool:
        """Whether there is something to wait for: a step that waits too long itself is given up by the operator."""
        status = open_runner(self.connection_id).runner.status(self.job_id, wait=0)
        if status.state == "RUNNING":
            self.queued_since = None
        if status.state == "PENDING":
            self.queued_since = self.queued_since or time.time()
            return not self._waited_enough()
        return status.live

    def _waited_enough(self) -> bool:
        """Whether the step may not wait for resources any longer, if it still does."""
        limit, since = self.queue_timeout, self.queued_since
        return limit is not None and since is not None and time.time() - since >= limit

    def _stop(self) -> None:
        store, ref = open_store(self.store_url), AttemptRef(**self.attempt)
        version = read_request(store, ref).version
        runner = open_runner(self.connection_id).runner
        outcome = cancel(store, ref, version=version, job_id=self.job_id, runner=runner)
        log_failure(self.log, store, outcome)
