"""bokeh's figures and sources of data, which know the document that shows them and who looks at their lists."""

from collections.abc import Callable, Mapping
from typing import Any

from jupyterlab_promote.worker.handoff.values.kinds import module_of

_WRAPPERS = "bokeh.core.property.wrappers"


def is_model(kind: type) -> bool:
    """Whether it is a class of what a document of bokeh consists of."""
    return module_of(kind).startswith("bokeh.") and any(
        (base.__module__, base.__name__) == ("bokeh.model.model", "Model") for base in kind.__mro__
    )


def reduce_model(obj: Any) -> Any:
    """One without the document in which it was shown: where it is shown again it comes into another."""
    make, arguments, state = obj.__reduce_ex__(4)[:3]
    return (make, arguments, {**state, "_document": None, "_temp_document": None})


def _sequence(obj: Any) -> Any:
    return (type(obj), (), _owners(obj), iter(list(obj)), None, _owned)


def _members(obj: Any) -> Any:
    return (type(obj), (list(obj),), _owners(obj), None, None, _owned)


def _mapping(obj: Any) -> Any:
    return (type(obj), (), _owners(obj), None, iter(list(obj.items())), _owned)


def _owners(obj: Any) -> list[tuple[Any, str]]:
    """Who is told when it changes: each model with the name of its property."""
    return [(model, descriptor.name) for model, descriptor in obj._owners]


def _owned(made: Any, owners: list[tuple[Any, str]]) -> None:
    for model, name in owners:
        made._register_owner(model, type(model).lookup(name))


RULES: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    (_WRAPPERS, "PropertyValueList"): _sequence,
    (_WRAPPERS, "PropertyValueSet"): _members,
    (_WRAPPERS, "PropertyValueDict"): _mapping,
    (_WRAPPERS, "PropertyValueColumnData"): _mapping,
}
