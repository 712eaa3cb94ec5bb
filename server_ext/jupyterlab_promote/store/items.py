"""Over how many elements a mapped step runs. The list itself stays in the handoff: nothing is unpickled here."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, JsonValue

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import AttemptRef
from jupyterlab_promote.store.store import Store

_EVERYTHING = "*"


class _Handoff(BaseModel):
    """What is read of a `handoff.json` here; the rest is the kernels' business."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    lengths: dict[str, int]
    unbound: tuple[str, ...] = ()


def count_items(
    store: Store,
    step: Step,
    *,
    mapped: bool,
    given: Sequence[AttemptRef],
    parameters: Mapping[str, JsonValue],
) -> int:
    """How many elements the list of a mapped step has.

    Args:
        mapped: whether the step that leaves the list is mapped itself, so that the list has one element of each
            of its items.
        given: the finished attempts that the step builds on.
        parameters: values of the run, by name.

    Raises:
        InvalidInput: it is no list.
        Unavailable: the store cannot be read.
    """
    mapping = step.settings.map_over
    if mapping is None:
        raise InvalidInput(
            "map_over",
            f"step {step.name!r} runs once, not for each element of a list",
            hint="Leave out the item, or give the step a list to map over.",
        )
    name = mapping.over
    provider = provider_of_items(step)
    if provider is None:
        value = parameters.get(name)
        if not isinstance(value, list):
            reason = f"{name!r} is neither a list of an earlier step nor a parameter that is a list"
            raise InvalidInput("map_over", reason, hint="Name a list.")
        return len(value)
    left = [_handoff(store, ref) for ref in given if ref.step == provider]
    if mapped:
        return sum(name not in handoff.unbound for handoff in left)
    return _length(left, name, provider)


def _length(left: Sequence[_Handoff], name: str, provider: str) -> int:
    count = left[0].lengths.get(name) if left else None
    if count is None:
        raise InvalidInput(
            "map_over",
            f"{name!r} of step {provider!r} is nothing whose elements have an order",
            hint="Make it a list: sorted(...) of a set, list(...) of a generator.",
        )
    return count


def provider_of_items(step: Step) -> str | None:
    """The step that leaves the list of a mapped step; None for a parameter."""
    mapping = step.settings.map_over
    if mapping is None:
        return None
    names = {mapping.over, _EVERYTHING}
    return next((given.step for given in step.inputs if names & set(given.names)), None)


def _handoff(store: Store, ref: AttemptRef) -> _Handoff:
    try:
        return _Handoff.model_validate(store.read_json(f"{ref.path(layout.HANDOFF)}/handoff.json"))
    except NotFound as error:
        raise InvalidInput(
            "map_over",
            f"step {ref.step!r} left no values",
            hint="Repair the run from that step.",
        ) from error
