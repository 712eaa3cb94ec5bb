"""Objects of which each process has one: a name of the notebook leads to the receiver's own, not to a copy.

What they hold travels as hidden state (`state.py`). A copy would take changes that nobody sees.
"""

import dataclasses
import decimal
import importlib
import os
import random
import sys
from collections.abc import Callable, Mapping
from typing import Any


def reduce(obj: Any) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    """How the process's own one is found again; None for another object of its type."""
    kind = type(obj)
    name = (kind.__module__, kind.__name__)
    return (_own, name) if _own(*name) is obj else None


def _own(module: str, kind: str) -> Any:
    return _ONLY[module, kind]()


def _of_numpy() -> Any:
    return sys.modules["numpy.random"].mtrand._rand


def _of_random() -> Any:
    return random.shuffle.__self__  # type: ignore[attr-defined]


def _of_matplotlib() -> Any:
    return importlib.import_module("matplotlib").rcParams


def _of_module(module: str, name: str) -> Callable[[], Any]:
    return lambda: vars(importlib.import_module(module))[name]


_SYMPY_RULES = ("sympy.core.facts", "FactRules")
"""To which each class of sympy leads, also one of the notebook's."""

_OF_BOKEH = {
    (module, kind): _of_module(module, kind.removeprefix("_").removesuffix("Type"))
    for module, kind in (
        ("bokeh.core.property.singletons", "IntrinsicType"),
        ("bokeh.core.property.singletons", "UndefinedType"),
        ("bokeh.util.dataclasses", "_UnspecifiedType"),
    )
}
"""What bokeh's properties mean by not being said."""

_ONLY: Mapping[tuple[str, str], Callable[[], Any]] = {
    ("numpy.random.mtrand", "RandomState"): _of_numpy,
    ("random", "Random"): _of_random,
    ("os", "_Environ"): lambda: os.environ,
    ("matplotlib", "RcParams"): _of_matplotlib,
    ("decimal", "Context"): decimal.getcontext,
    **_OF_BOKEH,
    ("dataclasses", "_MISSING_TYPE"): lambda: dataclasses.MISSING,
    ("dataclasses", "_HAS_DEFAULT_FACTORY_CLASS"): lambda: vars(dataclasses)[
        "_HAS_DEFAULT_FACTORY"
    ],
    _SYMPY_RULES: _of_module("sympy.core.assumptions", "_assume_rules"),
}
"""How to get the one of this process, by the module and name of its type."""

KINDS = tuple(_ONLY)

LASTING: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    _SYMPY_RULES: lambda value: reduce(value) or value.__reduce_ex__(4)
}
"""Those that note what they were asked, as a fingerprint takes them."""
