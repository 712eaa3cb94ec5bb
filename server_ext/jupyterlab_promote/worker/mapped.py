"""Runs without Airflow: how a step ended, also one that ran once for each item, and where its items come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import Outcome
from jupyterlab_promote.model.settings import MapOver
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store.items import count_items, provider_of_items
from jupyterlab_promote.store.runs import ref_of
from jupyterlab_promote.store.store import Store


@dataclass(frozen=True)
class Ended:
    """How a step ended.

    Attributes:
        outcomes: one, or one for each item in item order; none of a step that never began, or of an empty list.
        usable: whether steps that build on it may begin.
    """

    outcomes: tuple[Outcome, ...]
    usable: bool

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], mapping: MapOver | None) -> "Ended":
        """How a step with these outcomes ended: a mapped one may be allowed to lose some of its items."""
        lossy = mapping is not None and mapping.when == "all_done"
        return cls(tuple(outcomes), lossy or all(outcome.ok for outcome in outcomes))


@dataclass(frozen=True)
class Source:
    """Where a mapped step finds its elements.

    Attributes:
        chained: whether another mapped step collects them.
        parameters: values of all parameters of the run.
    """

    step: Step
    chained: bool
    parameters: Mapping[str, JsonValue]

    @classmethod
    def of(
        cls, manifest: Manifest, step: Step, given_parameters: Mapping[str, JsonValue]
    ) -> "Source":
        """Of a step in its version, for a run with these parameters."""
        provider = provider_of_items(step)
        chained = provider is not None and manifest.step(provider).settings.map_over is not None
        defaults = {parameter.name: parameter.default for parameter in manifest.parameters}
        return cls(step, chained, {**defaults, **given_parameters})

    def count(self, store: Store, given: Iterable[Ended]) -> int:
        """How many there are; raises InvalidInput or Unavailable."""
        refs = [ref_of(outcome) for ended in given for outcome in ended.outcomes if outcome.ok]
        return count_items(
            store, self.step, mapped=self.chained, given=refs, parameters=self.parameters
        )
