"""What a cell calls, by name. Found once for its source, so that rules go only through cells that concern them."""

import ast
from functools import lru_cache

from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.notebook.source import nodes_like


@lru_cache(maxsize=4096)
def called_paths(source: str) -> frozenset[str]:
    """The dotted paths that a cell calls: `pd.read_csv`."""
    return frozenset({dotted(call.func) for call in nodes_like(source, ast.Call)})


@lru_cache(maxsize=4096)
def called_words(source: str) -> frozenset[str]:
    """The last words of what a cell calls: `read_csv` of `pd.read_csv()`, `head` of `pd.read_csv().head()`."""
    words = {path.rpartition(".")[2] for path in called_paths(source)}
    if "" in words:
        calls = nodes_like(source, ast.Call)
        words |= {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
    return frozenset(words)
