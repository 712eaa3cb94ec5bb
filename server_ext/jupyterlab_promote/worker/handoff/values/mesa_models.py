"""Models of mesa: the class of agents counts them for each, and an agent made later has the number after the last."""

import itertools
import sys
from typing import Any


def is_model(kind: type) -> bool:
    """Whether a class, of the notebook or not, is one of mesa's models."""
    mesa = sys.modules.get("mesa.model")
    return mesa is not None and issubclass(kind, mesa.Model)


def reduce(model: Any) -> Any:
    """The usual way, with the number of the next agent; None where nobody counts, or it says itself how it travels."""
    counted = getattr(sys.modules["mesa"].Agent, "_ids", {}).get(model)
    make, arguments, state = model.__reduce_ex__(5)[:3]
    if counted is None or type(state) is not dict or hasattr(model, "__setstate__"):
        return None
    # Asking for the next number would give it away.
    number = int(repr(counted)[len("count(") : -1])
    return (make, arguments, (state, number), None, None, _count_on)


def _count_on(model: Any, state: tuple[dict[str, Any], int]) -> None:
    attributes, number = state
    vars(model).update(attributes)
    sys.modules["mesa"].Agent._ids[model] = itertools.count(number)
