"""Hop 8: an Airflow task -> a Ray job, with exactly one live execution of each attempt.

The constructor records; `execute` works. What is done with attempts is in `step_attempts.py`, waiting in
`waiting.py`; here is what Airflow wants of them. Success is an outcome in the store, never a status of Ray.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowTaskTimeout, TaskDeferred

from jupyterlab_promote.airflow_provider.attempts import Recorded, settle
from jupyterlab_promote.airflow_provider.links import ExecutedNotebookLink
from jupyterlab_promote.airflow_provider.names import CONNECTION
from jupyterlab_promote.airflow_provider.progress import log_failure, printable
from jupyterlab_promote.airflow_provider.runner import open_runner
from jupyterlab_promote.airflow_provider.step_attempts import StepAttempts
from jupyterlab_promote.airflow_provider.step_run import StepRun
from jupyterlab_promote.airflow_provider.trigger import StepTrigger
from jupyterlab_promote.airflow_provider.waiting import DeferDue, Wait
from jupyterlab_promote.airflow_provider.wanted import ALIVE, state_in_airflow
from jupyterlab_promote.errors import InvalidInput, NotFound, PromoteError, StepFailed
from jupyterlab_promote.model.run import INFRASTRUCTURE_CAUSES, Cause, InputRef, Outcome
from jupyterlab_promote.store.store import open_store

INFRASTRUCTURE_RETRIES = 5
"""Tries on top of the user's, so that a step comes back after Airflow's own troubles."""

_RECORD = "attempt"
"""Key in the task's state store. Renaming it would orphan what is running."""


class StepOperator(BaseOperator):
    """Runs one step of a pipeline on Ray.

    Args:
        version: version of the pipeline, baked in so that a run stays on the code it began with.
        store_url: the store.
        user_retries: how often the user wants a failed step tried again.
        item: index of the element, for a mapped step.
        connection_id: Airflow Connection with Ray's address and token.
    """

    template_fields = ("item",)
    operator_extra_links = (ExecutedNotebookLink(),)
    ui_color = "#f3e5d8"

    def __init__(
        self,
        *,
        version: str,
        store_url: str,
        user_retries: int = 0,
        item: int | None = None,
        connection_id: str = CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.version = version
        self.store_url = store_url
        self.user_retries = user_retries
        self.item = item
        self.connection_id = connection_id
        self._killed = False
        self._opened: StepAttempts | None = None

    def execute(self, context: Any) -> Any:
        """Wait for the attempt on record, or make the next one."""
        self._open(context)
        recorded = self._recorded(context)
        try:
            self._attempts.run.record_run()
            return self._stopping_on_timeout(
                context, lambda: self._attach_or_start(recorded, context)
            )
        except (InvalidInput, NotFound) as error:
            raise self._final(error, self._attempts.following(recorded)) from error

    def resume(self, context: Any, event: Mapping[str, Any]) -> Any:
        """Go on where the trigger stopped waiting."""
        self._open(context)
        recorded = self._recorded(context)
        if recorded is None:
            return self._attach_or_start(None, context)
        return self._stopping_on_timeout(context, lambda: self._wait(recorded, context, told=event))

    def on_kill(self) -> None:
        """Leave a flag, which the loop sees within a second.

        Airflow calls this from a signal handler on the main thread, for every SIGTERM: a question to
        Airflow here can wait for ever for a lock that the same thread holds.
        """
        self._killed = True

    def _attach_or_start(self, recorded: Recorded | None, context: Any) -> Any:
        """What Airflow's `ResumableJobMixin` does, with half its round trips: ours is stored before it is submitted."""
        attempts = self._attempts
        due = attempts.due(recorded, user_retries=self.user_retries)
        if recorded is None or due not in ("attach", "take", "give_up"):
            recorded = attempts.made(recorded, due)
            inputs = self._inputs(recorded, context["ti"])
            self._remember(recorded, context)
            attempts.start(recorded, inputs)
        return self._wait(recorded, context)

    @property
    def _attempts(self) -> StepAttempts:
        assert self._opened is not None  # noqa: S101 - opened first thing in execute and resume
        return self._opened

    def _open(self, context: Any) -> None:
        store = open_store(self.store_url)
        run = StepRun.of(context, store=store, version=self.version, step=self.task_id)
        self._opened = StepAttempts(run, open_runner(self.connection_id), self.log)

    def _recorded(self, context: Any) -> Recorded | None:
        value = context["task_state_store"].get(_RECORD)
        return None if value is None else Recorded.model_validate(value)

    def _inputs(self, recorded: Recorded, instance: Any) -> tuple[InputRef, ...]:
        """The step's inputs; a missing one is missing at the next try as well."""
        try:
            return self._attempts.run.inputs(instance)
        except StepFailed as error:
            raise self._final(error, recorded) from error

    def _final(self, error: PromoteError, recorded: Recorded) -> AirflowFailException:
        """The failure that no further try can mend, said in the log and where the run is shown."""
        message = printable(str(error))
        self.log.error(message)
        self._attempts.end(recorded, Cause.INPUT_MISSING, message)
        return AirflowFailException(message)

    def _remember(self, recorded: Recorded, context: Any) -> None:
        """Before anything is sent to Ray, so that a crash in between cannot start a second one."""
        context["task_state_store"].set(_RECORD, recorded.model_dump(mode="json"))

    def _wait(
        self, recorded: Recorded, context: Any, *, told: Mapping[str, Any] = MappingProxyType({})
    ) -> Any:
        """Wait for the attempt's end; `told` is what the trigger knew."""
        wait = Wait(
            step_run=self._attempts.run,
            recorded=recorded,
            settings=self._attempts.settings,
            log=self.log,
            after=int(told.get("after", -1)),
            queued_since=told.get("queued_since"),
            is_killed=lambda: self._killed,
        )
        try:
            outcome = wait.for_outcome()
        except DeferDue as due:
            outcome = None
            if state_in_airflow(context["ti"]) in (None, *ALIVE):
                self._defer(recorded, due)
        if outcome is None:
            return self._on_killed(recorded, context)
        return self._result(recorded, outcome, context)

    def _defer(self, recorded: Recorded, due: DeferDue) -> NoReturn:
        """Free the worker slot of a long step; Airflow ends `execute` here."""
        self.log.info("Still running; the step frees its worker slot and is watched from now on.")
        trigger = StepTrigger.of(
            self._attempts.run,
            recorded,
            connection_id=self.connection_id,
            after=due.after,
            queued_since=due.queued_since,
        )
        raise TaskDeferred(trigger=trigger, method_name="resume")

    def _result(self, recorded: Recorded, outcome: Outcome, context: Any) -> Any:
        if outcome.ok:
            if outcome.cached_from is not None:
                said = "Step %s did not run again: run %s has its result."
                self.log.info(said, outcome.step, outcome.cached_from)
            else:
                self.log.info("Step %s succeeded in %.1f s.", outcome.step, outcome.seconds)
            return self._attempts.run.reference(outcome)
        log_failure(self.log, self._attempts.run.store, outcome)
        settled = settle(recorded, outcome)
        self._remember(settled, context)
        message = printable(outcome.message) or f"The step ended: {outcome.cause}."
        if outcome.cause not in INFRASTRUCTURE_CAUSES and (
            outcome.cause == Cause.CANCELLED or len(settled.failed) > self.user_retries
        ):
            raise AirflowFailException(message)
        raise StepFailed(outcome.step, outcome.cause, message, cell=outcome.cell)

    def _on_killed(self, recorded: Recorded, context: Any) -> Any:
        """SIGTERM came: stop the job if Airflow no longer wants the step, else leave it alone."""
        state = state_in_airflow(context["ti"])
        if state is not None and state not in ALIVE:
            self.log.info("Airflow has the step as %s: the Ray job is stopped.", state)
            self._cancel(recorded, Cause.CANCELLED)
        raise PromoteError(
            "The Airflow process of this step was asked to end.",
            hint="A later try attaches to the step on Ray, if Airflow still wants it.",
            code="terminated",
        )

    def _stopping_on_timeout(self, context: Any, work: Any) -> Any:
        """Airflow's execution timeout must not leave the job behind."""
        try:
            return work()
        except AirflowTaskTimeout:
            recorded = self._recorded(context)
            if recorded is not None:
                self._cancel(recorded, Cause.STEP_TIMEOUT)
            raise

    def _cancel(self, recorded: Recorded, cause: Cause) -> None:
        outcome = self._attempts.cancel(recorded, cause=cause)
        log_failure(self.log, self._attempts.run.store, outcome)
