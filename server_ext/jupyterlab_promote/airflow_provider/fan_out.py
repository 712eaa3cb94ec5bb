"""The small task before a mapped step: how many elements its list has.

Airflow records a map's length only from a returned list. The list itself is the user's and stays in the
store; the number is read from the `handoff.json` that the step left, so nothing is unpickled here.
"""

from typing import Any

from airflow.sdk.bases.operator import BaseOperator
from pydantic import BaseModel, ConfigDict

from jupyterlab_promote.airflow_provider.step_run import StepRun
from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.run import InputRef
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import AttemptRef
from jupyterlab_promote.store.store import open_store

MAX_ITEMS = 1000


class _Handoff(BaseModel):
    """What is read of a `handoff.json` here; the rest is the kernels' business."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    lengths: dict[str, int]


class CountItemsOperator(BaseOperator):
    """Returns the indices `[0, 1, ...]` of the list that a step is mapped over.

    Args:
        step: the mapped step.
    """

    template_fields = ()

    def __init__(self, *, step: str, version: str, store_url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step
        self.version = version
        self.store_url = store_url

    def execute(self, context: Any) -> list[int]:
        """Find the list's length.

        Raises:
            InvalidInput: it is no list, or longer than Airflow maps.
        """
        store = open_store(self.store_url)
        step_run = StepRun.of(context, store=store, version=self.version, step=self.step)
        count = self._count(step_run, context["ti"])
        if count > MAX_ITEMS:
            raise InvalidInput(
                "map_over", f"the list has {count} elements, at most {MAX_ITEMS} run"
            )
        self.log.info("Step %s runs for %s elements.", self.step, count)
        return list(range(count))

    def _count(self, step_run: StepRun, instance: Any) -> int:
        mapping = step_run.step.settings.map_over
        if mapping is None:
            raise InvalidInput("map_over", f"step {self.step!r} is not mapped")
        provider = next((i.step for i in step_run.step.inputs if mapping.over in i.names), None)
        if provider is None:
            value = step_run.parameters().get(mapping.over)
            if not isinstance(value, list):
                raise InvalidInput(
                    "map_over",
                    f"{mapping.over!r} is neither a list of an earlier step "
                    "nor a parameter that is a list",
                )
            return len(value)
        inputs = step_run.inputs(instance)
        return _length(step_run, next(i for i in inputs if i.step == provider), mapping.over)


def _length(step_run: StepRun, given: InputRef, name: str) -> int:
    ref = AttemptRef(
        dag_id=step_run.dag_id,
        run_id=step_run.run_id,
        step=given.step,
        map_index=given.map_index,
        attempt=given.attempt,
    )
    handoff = f"{ref.path(layout.HANDOFF)}/handoff.json"
    try:
        left = _Handoff.model_validate(step_run.store.read_json(handoff))
    except NotFound as error:
        raise InvalidInput("map_over", f"step {given.step!r} left no values") from error
    count = left.lengths.get(name)
    if count is None:
        raise InvalidInput("map_over", f"{name!r} of step {given.step!r} is no list of its values")
    return count
