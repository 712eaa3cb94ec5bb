"""The attempts of one step run: which is due, giving one to Ray, ending one that nobody wants or that fell silent.

What Airflow wants of a step is the operator's; the decisions are in `attempts.py`, waiting is in `waiting.py`.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jupyterlab_promote.airflow_provider.attempts import (
    Decision,
    Recorded,
    decide,
    following,
    settle,
)
from jupyterlab_promote.airflow_provider.cancelling import cancel, end, end_silent
from jupyterlab_promote.airflow_provider.runner import Impossible, RunnerSettings
from jupyterlab_promote.airflow_provider.step_run import StepRun
from jupyterlab_promote.model.run import Cause, InputRef, Outcome
from jupyterlab_promote.store.runs import read_claim, read_outcome


@dataclass(frozen=True)
class StepAttempts:
    """What can be done with the attempts of a step run.

    Attributes:
        settings: how to reach Ray.
        log: the task's log.
    """

    run: StepRun
    settings: RunnerSettings
    log: logging.Logger

    def due(self, recorded: Recorded | None, *, user_retries: int) -> Decision:
        """What is to be done with the attempt on record."""
        if recorded is None:
            return "next"
        run, ref = self.run, self.run.ref(recorded.attempt)
        job = self.settings.runner.status(recorded.job_id, wait=0)
        return decide(
            recorded,
            version=run.version,
            clear_number=run.clear_number,
            user_retries=user_retries,
            job=job,
            claimed=read_claim(run.store, ref) is not None,
            outcome=read_outcome(run.store, ref),
        )

    def made(self, recorded: Recorded | None, due: Decision) -> Recorded:
        """The attempt that is to be given to Ray: the one on record, which never got there, or the next."""
        if due == "submit_again" and recorded is not None:
            return recorded
        if recorded is not None:
            recorded = self._put_away(recorded, replace=due == "replace")
        return self.following(recorded)

    def following(self, recorded: Recorded | None) -> Recorded:
        """The attempt after the one on record; nothing is written."""
        run = self.run
        found = following(
            recorded,
            version=run.version,
            clear_number=run.clear_number,
            taken=run.attempts_on_disk(),
        )
        about = {"job_id": run.job_id(found.attempt), "asked": datetime.now(UTC)}
        return found.model_copy(update=about)

    def start(self, recorded: Recorded, inputs: tuple[InputRef, ...]) -> None:
        """Give an attempt to Ray, unless no node can run it."""
        run, secrets = self.run, self.settings.secrets
        sealed = secrets.sealed(run.step.settings.environment, job_id=recorded.job_id)
        request = run.write_request(recorded, inputs, sealed=sealed)
        try:
            said = self.settings.runner.submit(request, uri=run.request_uri(recorded.attempt))
        except Impossible as error:
            self.end(recorded, Cause.IMPOSSIBLE_RESOURCES, error.message)
            return
        self.log.info("Attempt %s of step %s. %s", recorded.attempt, run.step_name, said)

    def cancel(self, recorded: Recorded, *, cause: Cause = Cause.CANCELLED) -> Outcome:
        """Stop an attempt on Ray; its outcome."""
        runner = self.settings.runner
        return cancel(
            self.run.store,
            self.run.ref(recorded.attempt),
            runner=runner,
            cause=cause,
            **_about(recorded),
        )

    def end(self, recorded: Recorded, cause: Cause, message: str) -> Outcome:
        """Write the outcome of an attempt that left none."""
        ref = self.run.ref(recorded.attempt)
        return end(self.run.store, ref, version=recorded.version, cause=cause, message=message)

    def _put_away(self, recorded: Recorded, *, replace: bool) -> Recorded:
        """See to it that the attempt on record is over, and count it."""
        store, ref = self.run.store, self.run.ref(recorded.attempt)
        outcome = read_outcome(store, ref)
        if outcome is None and replace:
            self.log.info("Attempt %s is replaced; its job is stopped.", recorded.attempt)
            outcome = self.cancel(recorded)
        if outcome is None:
            status = self.settings.runner.status(recorded.job_id, wait=0)
            outcome = end_silent(store, ref, status=status, **_about(recorded))
        return settle(recorded, outcome)


def _about(recorded: Recorded) -> dict[str, Any]:
    return {"version": recorded.version, "job_id": recorded.job_id}
