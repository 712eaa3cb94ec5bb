"""The small task before a mapped step: how many elements its list has.

Airflow records a map's length only from a returned list. The list itself is the user's and stays in the
store; the number is read from the `handoff.json` that the step left, so nothing is unpickled here.
"""

from typing import Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from jupyterlab_promote.airflow_provider.progress import printable
from jupyterlab_promote.airflow_provider.step_run import StepRun
from jupyterlab_promote.errors import InvalidInput, NotFound, StepFailed
from jupyterlab_promote.store.items import count_items, provider_of_items
from jupyterlab_promote.store.store import open_store

MAX_ITEMS = 1000


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
        """Find the list's length; what is wrong with it is wrong at the next try as well.

        Raises:
            AirflowFailException: it is no list, or longer than Airflow maps.
        """
        store = open_store(self.store_url)
        step_run = StepRun.of(context, store=store, version=self.version, step=self.step)
        try:
            count = self._count(step_run, context["ti"])
        except (InvalidInput, NotFound, StepFailed) as error:
            raise AirflowFailException(printable(str(error))) from error
        self.log.info("Step %s runs for %s elements.", self.step, count)
        return list(range(count))

    def _count(self, step_run: StepRun, instance: Any) -> int:
        provider = provider_of_items(step_run.step)
        mapped = provider is not None and step_run.manifest.step(provider).settings.map_over
        inputs = step_run.inputs(instance) if provider is not None else ()
        count = count_items(
            step_run.store,
            step_run.step,
            mapped=bool(mapped),
            given=[step_run.ref_of_input(given) for given in inputs],
            parameters=step_run.parameters(),
        )
        if count > MAX_ITEMS:
            raise InvalidInput(
                "map_over",
                f"the list has {count} elements, and a step runs for {MAX_ITEMS} at most",
                hint="Let one element stand for several, such as a list of lists.",
            )
        return count
