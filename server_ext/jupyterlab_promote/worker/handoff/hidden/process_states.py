"""Hidden state of Python itself and its library. A module that the notebook has not imported has none to travel."""

import gc
import importlib
import logging
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

_OF_DECIMAL = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def get_decimal() -> Any:
    """The precision, rounding and traps of `decimal`."""
    module = sys.modules.get("decimal")
    if module is None:
        return None
    context = module.getcontext()
    return {**{n: getattr(context, n) for n in _OF_DECIMAL}, "traps": dict(context.traps)}


def set_decimal(value: Any) -> None:
    """Change the context in place: names of the notebook may lead to it."""
    import decimal

    context = decimal.getcontext()
    for name in _OF_DECIMAL:
        setattr(context, name, value[name])
    context.traps.update(value["traps"])


def get_locale() -> Any:
    """What `locale` was set to."""
    module = sys.modules.get("locale")
    return None if module is None else module.setlocale(module.LC_ALL)


def set_locale(value: Any) -> None:
    """Set it."""
    import locale

    locale.setlocale(locale.LC_ALL, value)


def get_limits() -> Any:
    """How deep calls may go, when threads are switched and memory is collected, and the like."""
    digits = getattr(sys, "get_int_max_str_digits", int)()
    asked = {name: ask() for name, (ask, _) in _SETTINGS.items() if name in sys.modules}
    return {
        "depth": sys.getrecursionlimit(),
        "digits": digits,
        "interval": round(sys.getswitchinterval(), 9),
        "collects": gc.isenabled(),
        "threshold": gc.get_threshold(),
        **asked,
    }


def _of(module: str, function: str) -> Callable[..., Any]:
    """A function of a module that the notebook may have imported."""
    return lambda *given: getattr(importlib.import_module(module), function)(*given)


_SETTINGS: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "calendar": (_of("calendar", "firstweekday"), _of("calendar", "setfirstweekday")),
    "socket": (_of("socket", "getdefaulttimeout"), _of("socket", "setdefaulttimeout")),
    "csv": (_of("csv", "field_size_limit"), _of("csv", "field_size_limit")),
}
"""Modules of Python with one setting: how to ask for it and how to set it."""


def set_limits(value: Any) -> None:
    """Set them."""
    sys.setrecursionlimit(value["depth"])
    sys.setswitchinterval(value["interval"])
    if "set_int_max_str_digits" in vars(sys):
        sys.set_int_max_str_digits(value["digits"])
    gc.set_threshold(*value["threshold"])
    (gc.enable if value["collects"] else gc.disable)()
    for name, (_, change) in _SETTINGS.items():
        if name in value:
            change(value[name])


def get_log_levels() -> Any:
    """The level of each logger that has one, and below which all are silent."""
    root = logging.getLogger()
    loggers = dict(root.manager.loggerDict)
    levels = {n: one.level for n, one in loggers.items() if isinstance(one, logging.Logger)}
    set_ones = {name: level for name, level in sorted(levels.items()) if level}
    return {"root": root.level, "disabled": root.manager.disable, "levels": set_ones}


def set_log_levels(value: Any) -> None:
    """Set them."""
    logging.getLogger().setLevel(value["root"])
    logging.disable(value["disabled"])
    for name, level in value["levels"].items():
        logging.getLogger(name).setLevel(level)


def get_warnings() -> Any:
    """Which warnings are shown."""
    return list(warnings.filters)


def set_warnings(value: Any) -> None:
    """Set it."""
    warnings.resetwarnings()
    for action, message, category, module, line in reversed(value):
        warnings.filters.insert(0, (action, message, category, module, line))  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        # Entering and leaving tells the warnings module that its filters changed.
        warnings.simplefilter("default")
