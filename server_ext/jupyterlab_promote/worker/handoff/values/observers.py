"""What the notebook asked to be told of by a widget, or another object with traits: it is told in later steps too.

traitlets leaves behind whoever observes an object, so that `slider.value = 7` would call nobody any more.
"""

import sys
from typing import Any


def has_traits(kind: type) -> bool:
    """Whether it is a class whose objects can be observed."""
    traitlets = sys.modules.get("traitlets")
    return traitlets is not None and issubclass(kind, traitlets.HasTraits)


def reduce(obj: Any) -> tuple[Any, ...] | None:
    """The object with its observers; None where it has but those of its class."""
    handler = sys.modules["traitlets"].EventHandler
    mine = [
        (told, name, event)
        for name, events in obj._trait_notifiers.items()
        for event, every in events.items()
        for told in every
        if not isinstance(told, handler)
    ]
    if not mine:
        return None
    make, arguments, state = obj.__reduce_ex__(4)[:3]
    return (make, arguments, (state, mine), None, None, _observed)


def _observed(obj: Any, given: tuple[Any, list[tuple[Any, Any, Any]]]) -> None:
    state, observers = given
    obj.__setstate__(state)
    for told, name, event in observers:
        obj._add_notifiers(told, name, event)
