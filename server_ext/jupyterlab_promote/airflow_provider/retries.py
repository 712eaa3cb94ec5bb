"""When Airflow tries a step again: the user's own delay for the user's own failures.

Faults of the infrastructure come back after the operator's 5 s, to attach to what still runs.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

from jupyterlab_promote.errors import StepFailed
from jupyterlab_promote.model.run import INFRASTRUCTURE_CAUSES


class StepRetryPolicy(RetryPolicy):
    """Chooses the delay by what ended the attempt; how often is the operator's decision."""

    def __init__(self, *, user_delay: float) -> None:
        self.user_delay = user_delay

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,  # noqa: ARG002 - Airflow passes it by name
        max_tries: int,  # noqa: ARG002 - Airflow passes it by name
        context: Any = None,  # noqa: ARG002 - Airflow passes it by name
    ) -> RetryDecision:
        """Airflow asks this in the worker when the step has failed."""
        if (
            isinstance(exception, StepFailed)
            and exception.fields["cause"] not in INFRASTRUCTURE_CAUSES
        ):
            return RetryDecision.retry(timedelta(seconds=self.user_delay), "the user's retries")
        return RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        """The form in which Airflow keeps it."""
        return {"user_delay": self.user_delay}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> "StepRetryPolicy":
        """The policy that `serialize` described."""
        return cls(user_delay=float(data["user_delay"]))
