"""Names that the notebook took from a module: `from conf import STATE`.

They are imported again in each step, and then stand for what the module was loaded with. Here they may stand for
something else: what the module keeps now, or what it kept when it was imported and has replaced since.
"""

import ast
import sys
import types
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.worker.handoff.values.namespace import executed_cells


def names_taken(module: types.ModuleType) -> Iterator[tuple[str, str]]:
    """(name in the notebook, name in the module) of what the cells of this kernel imported from a module."""
    for source in executed_cells():
        for origin, name, within in _imported(source):
            if sys.modules.get(origin) is not module:
                continue
            if within != "*":
                yield name, within
                continue
            public = [one for one in vars(module) if not one.startswith("_")]
            yield from ((one, one) for one in getattr(module, "__all__", public))


@lru_cache(maxsize=4096)
def _imported(source: str) -> tuple[tuple[str, str, str], ...]:
    """(module, name in the notebook, name in the module) of each import in a cell."""
    if "import" not in source:
        return ()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level]
    return tuple((n.module or "", a.asname or a.name, a.name) for n in nodes for a in n.names)
