"""Which calls may change hidden state: random generators, options of libraries, the environment, the folder."""

import ast
from functools import lru_cache

from jupyterlab_promote.dataflow.flow import behaviour as known
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import Value

_DRAWING = frozenset({"sklearn", "scipy", "statsmodels", "imblearn", "xgboost", "lightgbm", "catboost", "lifelines",
                      "seaborn", "networkx"})  # fmt: skip
"""Libraries whose functions may draw from numpy's global generator without being asked."""

_LISTENING = frozenset(
    {"addFilter", "addHandler", "removeFilter", "removeHandler", "setFormatter", "setStream"}
)
"""Methods of loggers and their handlers."""


def touch_hidden_state(node: ast.Call, held: Value | None, function: Value, scope: Scope) -> None:
    """Note the hidden state that a call may change."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if held is not None:
        if held.kind == "estimator" or name in ("sample", "rvs"):
            scope.touch("rng:numpy", node)
        if held.path == "lifelines":
            # Fitted, its models tell numpy to be silent of divisions by zero.
            scope.touch("options:numpy", node)
        if name == "setLevel":
            scope.touch("options:logging", node)
        if (
            name in _LISTENING
            or getattr(getattr(node.func, "value", None), "attr", "") == "handlers"
        ):
            scope.touch("options:handlers", node)
        return
    path = function.path
    if function.kind != "module":
        return
    for token in _options_of(path):
        scope.touch(token, node)
    _touch_generators(path, node, scope)


@lru_cache(maxsize=4096)
def _options_of(path: str) -> tuple[str, ...]:
    """What a call of this name in a library sets."""
    return tuple(token for token, calls in known.OPTION_CALLS if calls.fullmatch(path))


def _touch_generators(path: str, node: ast.Call, scope: Scope) -> None:
    top, _, rest = path.partition(".")
    name = path.rpartition(".")[2]
    if path.startswith(("numpy.random.", "numpy.matlib.")) and name not in known.NOT_GLOBAL_NUMPY:
        scope.touch("rng:numpy", node)
    if top == "random" and name not in known.NOT_GLOBAL_RANDOM and rest:
        scope.touch("rng:random", node)
    if top in _DRAWING:
        scope.touch("rng:numpy", node)
    if top == "networkx":
        scope.touch("rng:random", node)
