"""Registries of pint's units, and the quantities, units and classes that belong to one.

pint itself pickles a quantity without its registry: it comes back as one of the application's, which cannot be added to
one of the notebook's own `UnitRegistry()` (https://pint.readthedocs.io/en/stable/advanced/serialization.html). Here a
kernel has one registry for each of the notebook's, made again from its options and from what was defined in it.
"""

import functools
import importlib
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable

_CLASSES = ("Quantity", "Unit", "Measurement")
_OPTIONS = (
    "force_ndarray",
    "force_ndarray_like",
    "default_as_delta",
    "autoconvert_offset_to_baseunit",
    "auto_reduce_dimensions",
    "autoconvert_to_preferred",
    "mpl_formatter",
    "separate_format_defaults",
    "_on_redefinition",
    "_default_system_name",
)
_NAMED = ("_groups", "_systems", "_contexts", "_defaults")
_DEFINED = ("_prefixes", "_dimensions", "_units")


@dataclass
class _Known:
    """A registry that came from, or goes to, another kernel; `version` counts the states that it was seen in."""

    registry: Any
    version: int
    state: Mapping[str, Any]


_known: dict[str, _Known] = {}


def reduce_registry(registry: Any) -> Any:
    """The registry of that key in the receiver, in the state in which this one is."""
    state = _state(registry)
    key = next((key for key, one in _known.items() if one.registry is registry), None)
    if key is None:
        key = "default" if registry is _default() else uuid.uuid4().hex
        _known[key] = _Known(registry, 0, state)
    elif _known[key].state != state:
        _known[key] = _Known(registry, _known[key].version + 1, state)
    return (_registry, (key, _how(registry)), (_known[key].version, state), None, None, _become)


def reduce_lazy(registry: Any) -> Any:
    """The application's registry before its first use."""
    return reduce_registry(_used(registry))


def reduce_application(registry: Any) -> Any:
    """What `pint.get_application_registry()` gives, which stands for the registry that is set there."""
    return (_application, (registry.get(),))


def _application(registry: Any) -> Any:
    del registry
    return importlib.import_module("pint").application_registry


def reduce_lasting(registry: Any) -> Any:
    """What the registry is, without what it remembers and without its key."""
    return (_registry, _how(registry), _state(registry))


def reduce_part(part: Any) -> Any:
    """A quantity or unit, with its registry."""
    _, (_, *content) = part.__reduce__()
    # `pint.Quantity` itself belongs to whatever registry is the application's.
    kind = getattr if "_REGISTRY" in vars(type(part)) else _known_class
    return (_part, (kind, part._REGISTRY, type(part).__name__, *content))


def reduce_class(kind: type) -> Any:
    """`ureg.Quantity` is the class of the receiver's registry; None for any other class."""
    registry = vars(kind).get("_REGISTRY")
    of_pint = type(registry).__module__ == "pint.registry"
    if not of_pint or vars(registry).get(kind.__name__) is not kind:
        return None
    return (getattr, (registry, kind.__name__))


def _state(registry: Any) -> dict[str, Any]:
    """What makes it another registry than a new one.

    Raises:
        NotPicklable: it has what cannot be told in the text of definitions.
    """
    fresh = _fresh(_how(registry))
    plain = registry._filename == fresh._filename and not registry._active_ctx
    if not plain or any(vars(registry)[name].keys() != vars(fresh)[name].keys() for name in _NAMED):
        raise NotPicklable("a registry of units with contexts, groups or a file of its own")
    if not hasattr(registry, "formatter") or not hasattr(fresh._units["meter"], "raw"):
        raise NotPicklable("a registry of units of this version of pint; 0.24 and later can")
    preprocessors = registry.preprocessors[len(fresh.preprocessors) :]
    return {
        "options": {name: vars(registry)[name] for name in _OPTIONS if name in vars(registry)},
        "format": registry.formatter.default_format,
        "locale": registry.formatter.locale,
        "preprocessors": preprocessors,
        "defined": tuple(_defined(registry, fresh)),
        "application": sys.modules["pint"].application_registry.get() is registry,
        "drawn": registry.Quantity in getattr(sys.modules.get("matplotlib.units"), "registry", ()),
    }


@functools.lru_cache(maxsize=4)
def _fresh(how: tuple[tuple[str, Any], ...]) -> Any:
    """A new registry, to tell by what was defined since."""
    return importlib.import_module("pint").UnitRegistry(**dict(how))


def _how(registry: Any) -> tuple[tuple[str, Any], ...]:
    """What it was made with and cannot be told later."""
    return (
        ("non_int_type", registry._non_int_type),
        ("case_sensitive", registry.case_sensitive),
    )


def _defined(registry: Any, fresh: Any) -> Iterator[str]:
    """The lines that were defined; what pint remembers of `kilometer` was read by nobody, and has none."""
    for part in _DEFINED:
        ours, theirs = vars(registry)[part], vars(fresh)[part]
        found = ((key, one) for key, one in ours.items() if theirs.get(key) != one)
        yield from dict.fromkeys(_line(*one) for one in found if getattr(one[1], "raw", None))


def _line(key: str, definition: Any) -> str:
    known = (definition.name, *getattr(definition, "aliases", ()))
    named = key in (*known, getattr(definition, "symbol", None))
    return str(definition.raw) if named else f"@alias {definition.name} = {key}"


def _default() -> Any:
    return sys.modules["pint"]._DEFAULT_REGISTRY


def _used(registry: Any) -> Any:
    """The application's own registry is none before somebody asks it for something."""
    vars(registry.Unit)
    return registry


def _registry(key: str, how: tuple[tuple[str, Any], ...]) -> Any:
    pint = importlib.import_module("pint")
    if key not in _known:
        made = _used(_default()) if key == "default" else pint.UnitRegistry(**dict(how))
        _known[key] = _Known(made, -1, {})
    return _known[key].registry


def _become(registry: Any, told: tuple[int, Mapping[str, Any]]) -> None:
    """Take a state over, unless a later one is there already."""
    version, state = told
    known = next(one for one in _known.values() if one.registry is registry)
    if version <= known.version:
        return
    known.version, known.state = version, state
    vars(registry).update({**state["options"], "_on_redefinition": "ignore"})
    for line in state["defined"]:
        registry.define(line)
    vars(registry).update(state["options"])
    registry.formatter.default_format = state["format"]
    registry.formatter.locale = state["locale"]
    own = len(_fresh(_how(registry)).preprocessors)
    registry.preprocessors[own:] = state["preprocessors"]
    if state["application"]:
        sys.modules["pint"].set_application_registry(registry)
    if state["drawn"]:
        registry.setup_matplotlib()


def _known_class(registry: Any, name: str) -> Any:
    del registry
    return getattr(importlib.import_module("pint.registry"), name)


def _part(kind: Callable[[Any, str], Any], registry: Any, name: str, *content: Any) -> Any:
    return kind(registry, name)(*content)


RULES: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("builtins", "type"): reduce_class,
    ("pint.registry", "ApplicationRegistry"): reduce_application,
    ("pint.registry", "LazyRegistry"): reduce_lazy,
    ("pint.registry", "UnitRegistry"): reduce_registry,
    **{(module, name): reduce_part for name in _CLASSES for module in ("pint", "pint.registry")},
}
LASTING: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("pint.registry", "UnitRegistry"): reduce_lasting
}
