"""What `from m import *` binds, told by the Python that has `m`.

Run as a script by the kernel's own Python: the module's name is the argument, the reply a JSON object in the last line
of stdout. So it needs nothing but the standard library, and no other module of this package. Who starts it, and what is
done with the reply, is none of its business.

Each name comes with the statement that binds the same object from where it is at home, or with the empty text where
that is the module's own library: `pylab` only hands on what numpy and matplotlib have.
"""

import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_IN_MANY_PLACES = (bool, bytes, complex, float, int, str, tuple, type(None))
"""Equal values of these types are one object by chance."""


def exports(module: str) -> "dict[str, str]":
    """The names that a star import of a module binds, each with its statement."""
    bound: dict[str, Any] = {}
    exec(f"from {module} import *", bound)  # noqa: S102 - the statement of the notebook, in its own Python
    del bound["__builtins__"]
    return {name: _statement(name, value, module) for name, value in sorted(bound.items())}


def _statement(name: str, value: object, module: str) -> str:
    if isinstance(value, ModuleType):
        known = sys.modules.get(value.__name__) is value and _public(value.__name__)
        return f"import {value.__name__} as {name}" if known else ""
    own = module.partition(".")[0]
    if isinstance(value, _IN_MANY_PLACES) or _library(value) == own:
        return ""
    homes = [
        home for home in _homes(name, value) if home.partition(".")[0] not in (own, "builtins")
    ]
    told = getattr(value, "__module__", None)
    best = min(homes, key=lambda home: (home != told, home.count("."), home), default="")
    return f"from {best} import {name}" if best else ""


def _library(value: object) -> str:
    """The library that a function, a class or an object is defined in, as far as it says so."""
    told = getattr(value, "__module__", None)
    told = told if isinstance(told, str) else type(value).__module__
    return told.partition(".")[0]


def _homes(name: str, value: object) -> "Iterator[str]":
    """Public modules that have an object by this name."""
    library = _library(value)
    for path, module in list(sys.modules.items()):
        of_it = library == "builtins" or path.partition(".")[0] == library
        if of_it and _public(path) and vars(module).get(name) is value:
            yield path


def _public(path: str) -> bool:
    return not any(part.startswith("_") for part in path.split("."))


if __name__ == "__main__":
    # The script's own folder is no place for the notebook's modules.
    del sys.path[0]
    print("\n" + json.dumps(exports(sys.argv[1])))  # noqa: T201 - the reply
