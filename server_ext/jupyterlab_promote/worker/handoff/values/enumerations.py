"""Enumerations of the notebook as they are pickled: cloudpickle takes the values of their members only."""

import enum
from collections.abc import Mapping
from typing import Any

from cloudpickle import cloudpickle as internals


def with_members(obj: enum.EnumMeta, reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """An enumeration of the notebook with all that its members hold, and those that iterating leaves out.

    cloudpickle takes the values only: no attributes, no second names, no flags together.
    """
    members: Mapping[str, Any] = obj.__members__
    held = {
        name: {key: value for key, value in vars(member).items() if key not in _OF_EACH_MEMBER}
        for name, member in members.items()
    }
    if not any(held.values()) and len(members) == len(obj):
        return reduced
    make, (bases, name, qualified, _, *rest), (state, slots), *_ = reduced
    values = {each: vars(member)["_value_"] for each, member in members.items()}
    kept = {key: value for key, value in state.items() if key not in members}
    arguments = (bases, name, qualified, values, *rest)
    return (make, arguments, ((kept, slots), held), None, None, _fill_enumeration)


_OF_EACH_MEMBER = frozenset({"_value_", "_name_", "__objclass__", "_sort_order_"})


def _fill_enumeration(made: type[enum.Enum], state: tuple[Any, Mapping[str, Any]]) -> None:
    internals._class_setstate(made, state[0])
    for name, held in state[1].items():
        vars(made.__members__[name]).update(held)
