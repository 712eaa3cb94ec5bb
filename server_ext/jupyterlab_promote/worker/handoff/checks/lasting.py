"""What of an object's attributes lasts, as a fingerprint takes it."""

import functools
from typing import Any

from jupyterlab_promote.worker.handoff.values.kinds import module_of

_PRIVATE_STATE = ("sklearn", "torch", "xgboost", "lightgbm", "catboost")
"""Libraries that keep what a model has learned in private attributes."""


def lasting(state: Any, kind: type, *, alone: bool) -> Any:
    """The attributes of an object without what its library keeps to itself, which comes and goes with its use.

    Args:
        alone: the object has no elements, so that it may have nothing but what is private.
    """
    if not isinstance(state, dict) or not all(isinstance(key, str) for key in state):
        return state
    found = {key: state[key] for key in sorted(state) if not _remembered(kind, key)}
    # A collection of such a library (scikit-learn's Bunch) has its elements, and drops the rest when it is loaded.
    learns = alone and module_of(kind).partition(".")[0] in _PRIVATE_STATE
    if kind.__module__ == "__main__" or learns:
        return found or None
    public = {key: inner for key, inner in found.items() if not key.startswith("_")}
    if public or not alone:
        return public or None
    return {key: inner for key, inner in found.items() if "cache" not in key.lower()}


def _remembered(kind: type, key: str) -> bool:
    """Whether an attribute is the result that a cached property has kept."""
    return any(
        isinstance(vars(base).get(key), functools.cached_property)
        for base in kind.__mro__
        if key in vars(base)
    )
