"""One Airflow task instance of a step as our documents see it: its attempts, inputs, request.

Reads and writes the store; knows nothing of Ray.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pydantic import JsonValue, ValidationError

from jupyterlab_promote.airflow_provider.attempts import Recorded
from jupyterlab_promote.airflow_provider.names import ITEMS_TASK
from jupyterlab_promote.airflow_provider.parameters import values_for_run
from jupyterlab_promote.errors import StepFailed
from jupyterlab_promote.ids import UNMAPPED, job_id, job_stem
from jupyterlab_promote.model.document import Document
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import Cause, InputRef, Outcome, RunRecord, StepRequest
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.notebook.values import check_names
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import (
    AttemptRef,
    outcome_sha256,
    ref_of,
    write_request,
    write_run,
)
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_manifest

log = logging.getLogger(__name__)


class Reference(Document):
    """A step's XCom, all of it: which finished attempt later steps build on."""

    attempt: int
    version: str
    outcome_sha256: str


@dataclass(frozen=True)
class StepRun:
    """A step of a run, as the version in its DAG says.

    Attributes:
        version: the version baked into the DAG, which is the one that the run is pinned to.
        clear_number: how often the run was cleared.
        moments: the run's dates, by the names that parameters bind to.
        given: Airflow's validated params.
    """

    store: Store
    dag_id: str
    run_id: str
    step_name: str
    map_index: int
    version: str
    clear_number: int
    moments: Mapping[str, datetime | None]
    given: Mapping[str, JsonValue]

    @classmethod
    def of(cls, context: Any, *, store: Store, version: str, step: str) -> "StepRun":
        """The step run that Airflow's context describes."""
        instance, run = context["ti"], context["dag_run"]
        names = ("logical_date", "data_interval_start", "data_interval_end", "run_after")
        return cls(
            store=store,
            dag_id=instance.dag_id,
            run_id=instance.run_id,
            step_name=step,
            map_index=UNMAPPED if instance.map_index is None else instance.map_index,
            version=version,
            clear_number=run.clear_number or 0,
            moments={name: getattr(run, name) for name in names},
            given=dict(context["params"]),
        )

    @cached_property
    def manifest(self) -> Manifest:
        """What the version is made of."""
        return get_manifest(self.store, self.dag_id, self.version)

    @property
    def step(self) -> Step:
        """The step in its version."""
        return self.manifest.step(self.step_name)

    def ref(self, attempt: int) -> AttemptRef:
        """The place of one attempt."""
        return AttemptRef(
            dag_id=self.dag_id,
            run_id=self.run_id,
            step=self.step_name,
            map_index=self.map_index,
            attempt=attempt,
        )

    def ref_of_input(self, given: InputRef) -> AttemptRef:
        """The place of an attempt of this run that the step builds on."""
        return AttemptRef(
            dag_id=self.dag_id,
            run_id=self.run_id,
            step=given.step,
            map_index=given.map_index,
            attempt=given.attempt,
        )

    def job_id(self, attempt: int) -> str:
        """The Ray job of one attempt."""
        stem = job_stem(self.store.uid, self.dag_id, self.run_id, self.step_name, self.map_index)
        return job_id(stem, attempt)

    def attempts_on_disk(self) -> tuple[int, ...]:
        """Numbers of the attempts whose folders exist."""
        folder = layout.step_run(self.dag_id, self.run_id, self.step_name, self.map_index)
        names = self.store.list(folder)
        return tuple(int(n[1:]) for n in names if n.startswith("a") and n[1:].isdecimal())

    def request_uri(self, attempt: int) -> str:
        """What the worker is started with."""
        return f"{self.store.url.rstrip('/')}/{self.ref(attempt).path(layout.REQUEST)}"

    def parameters(self) -> dict[str, JsonValue]:
        """The values of the run's parameters.

        Airflow takes any name from who triggers a run through its own API. Who cleared a run wanted its
        steps to run: by then the notebook may have a parameter less.

        Raises:
            InvalidInput: a required one is missing, or the run was given one that does not exist.
        """
        if self.clear_number == 0:
            check_names(self.manifest.parameters, self.given, of=self.dag_id)
        return values_for_run(
            self.manifest.parameters, given=self.given, run_id=self.run_id, moments=self.moments
        )

    def record_run(self) -> None:
        """Leave `run.json`, once for the run."""
        write_run(
            self.store,
            RunRecord(
                dag_id=self.dag_id,
                run_id=self.run_id,
                version=self.version,
                parameters=self.parameters(),
                started=datetime.now(UTC),
            ),
        )

    def write_request(
        self, recorded: Recorded, inputs: tuple[InputRef, ...], *, sealed: Mapping[str, str]
    ) -> StepRequest:
        """Leave `request.json` of an attempt; writing the same again is harmless.

        Args:
            sealed: the step's secrets that Airflow has, which only a worker can open.
        """
        settings = self.step.settings
        values = self.parameters()
        request = StepRequest(
            store=self.store.url,
            dag_id=self.dag_id,
            version=self.version,
            run_id=self.run_id,
            step=self.step_name,
            map_index=self.map_index,
            attempt=recorded.attempt,
            job_id=recorded.job_id,
            parameters={name: values[name] for name in self.step.reads_parameters},
            inputs=inputs,
            resources=settings.resources,
            environment=settings.environment,
            sealed_secrets=dict(sealed),
            timeout=settings.timeout,
            queue_timeout=settings.queue_timeout,
            cache=settings.cache,
            # Who clears a run wants its steps to run.
            fresh=self.clear_number > 0,
            logical_date=self.moments["logical_date"] or self.moments["run_after"],
            asked=recorded.asked,
        )
        write_request(self.store, request)
        return request

    def reference(self, outcome: Outcome) -> dict[str, JsonValue]:
        """The XCom of a finished step."""
        return Reference(
            attempt=outcome.attempt,
            version=outcome.version,
            outcome_sha256=outcome_sha256(self.store, ref_of(outcome)),
        ).model_dump(mode="json")

    def inputs(self, instance: Any) -> tuple[InputRef, ...]:
        """The finished attempts that the step builds on, from the XComs of the steps before it.

        Raises:
            StepFailed: one is missing, or was made by other code than this version has.
        """
        providers = (*self._ancestors_for_files(), *(i.step for i in self.step.inputs))
        needed = tuple(s.name for s in self.manifest.steps if s.name in providers)
        return tuple(ref for name in needed for ref in self._inputs_of(name, instance))

    def _ancestors_for_files(self) -> tuple[str, ...]:
        """All steps before this one: each may have changed files of the working directory."""
        found: set[str] = set()
        todo = list(self.manifest.upstream(self.step_name))
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(self.manifest.upstream(name))
        return tuple(found)

    def _inputs_of(self, provider: str, instance: Any) -> list[InputRef]:
        mapped = self.manifest.step(provider).settings.map_over
        if mapped is None:
            value = instance.xcom_pull(task_ids=provider, map_indexes=UNMAPPED)
            return [self._input(provider, UNMAPPED, value)]
        indices = instance.xcom_pull(task_ids=ITEMS_TASK + provider, map_indexes=UNMAPPED) or []
        values = instance.xcom_pull(task_ids=provider, map_indexes=list(indices))
        return [
            self._input(provider, index, value)
            for index, value in zip(indices, values, strict=True)
            if value is not None or mapped.when == "all_success"
        ]

    def _input(self, provider: str, map_index: int, value: JsonValue) -> InputRef:
        try:
            found = Reference.model_validate(value)
        except ValidationError as error:
            raise self._missing(
                f"Step {self.step_name!r} builds on {provider!r}, which left no result in this run."
            ) from error
        if found.version != self.version and not self._same_code(provider, found.version):
            raise self._missing(
                f"Step {self.step_name!r} builds on {provider!r}, whose result was made by version "
                f"{found.version} with other code than {self.version} has."
            )
        return InputRef(step=provider, map_index=map_index, **found.model_dump())

    def _same_code(self, provider: str, version: str) -> bool:
        """Whether a step and all that it builds on are the same in another version."""
        other = get_manifest(self.store, self.dag_id, version)
        names = {provider}
        todo = [provider]
        while todo:
            for name in self.manifest.upstream(todo.pop()):
                if name not in names:
                    names.add(name)
                    todo.append(name)
        return all(other.notebooks.get(n) == self.manifest.notebooks.get(n) for n in names)

    def _missing(self, message: str) -> StepFailed:
        error = StepFailed(self.step_name, Cause.INPUT_MISSING, message)
        error.hint = "Run the pipeline from that step on again."
        return error
