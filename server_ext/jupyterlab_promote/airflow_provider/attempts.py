"""Which execution a try of an Airflow task stands for: pure decisions, no I/O.

Airflow's try number counts Airflow's own troubles as well, so attempts are numbered by us and kept in the
task's state store, which survives retries and clears. Attempts that are not named there are never taken over.
"""

from datetime import datetime
from typing import Literal

from jupyterlab_promote.airflow_provider.ray_jobs import JobStatus
from jupyterlab_promote.model.document import Document
from jupyterlab_promote.model.run import INFRASTRUCTURE_CAUSES, Cause, Outcome

Decision = Literal["attach", "take", "submit_again", "next", "replace", "give_up"]
"""What to do with the attempt on record.

attach: it lives (or may live): wait for it. take: it has succeeded. submit_again: it was recorded but never
reached Ray. next: it ended, and another attempt is due. replace: the user wants it done anew, so a live one
is stopped first. give_up: it ended and the user's retries are used up.
"""


class Recorded(Document):
    """What the task's state store holds of the latest attempt.

    Attributes:
        clear_number: how often the run was cleared when the attempt was made.
        failed: attempts since then that the user's code failed.
        asked: when the attempt was made; a crash until it is given to Ray counts as waiting.
    """

    attempt: int
    job_id: str
    version: str
    clear_number: int
    failed: tuple[int, ...] = ()
    asked: datetime | None = None


def decide(
    recorded: Recorded,
    *,
    version: str,
    clear_number: int,
    user_retries: int,
    job: JobStatus,
    claimed: bool,
    outcome: Outcome | None,
) -> Decision:
    """What a new try does with the attempt on record.

    Args:
        job: what Ray says of the attempt's job.
        claimed: a worker has begun, or the operator has given the attempt up.
        outcome: the attempt's outcome, read after `job`.
    """
    if (recorded.version, recorded.clear_number) != (version, clear_number):
        return "replace"
    if outcome is not None:
        return _after(outcome, settle(recorded, outcome), user_retries=user_retries)
    if job.live:
        return "attach"
    return "submit_again" if job.state == "LOST" and not claimed else "next"


def _after(outcome: Outcome, settled: Recorded, *, user_retries: int) -> Decision:
    if outcome.ok:
        return "take"
    if outcome.cause == Cause.CANCELLED or len(settled.failed) > user_retries:
        return "give_up"
    return "next"


def settle(recorded: Recorded, outcome: Outcome) -> Recorded:
    """Count the attempt against the user's retries, once, if it was the user's code that failed."""
    counted = outcome.ok or outcome.cause in INFRASTRUCTURE_CAUSES
    if counted or recorded.attempt in recorded.failed:
        return recorded
    return recorded.model_copy(update={"failed": (*recorded.failed, recorded.attempt)})


def following(
    recorded: Recorded | None, *, version: str, clear_number: int, taken: tuple[int, ...]
) -> Recorded:
    """The record of the next attempt, numbered above everything that was ever there; no job id yet.

    Args:
        taken: attempts whose folders exist; the state store may have forgotten them.
    """
    highest = max((0 if recorded is None else recorded.attempt, *taken))
    same = recorded is not None and (recorded.version, recorded.clear_number) == (
        version,
        clear_number,
    )
    failed = recorded.failed if recorded is not None and same else ()
    return Recorded(
        attempt=highest + 1, job_id="", version=version, clear_number=clear_number, failed=failed
    )
