"""What a cell calls, by name. Found once for its source, so that rules go only through cells that concern them."""

import ast
from functools import lru_cache
from typing import NamedTuple

from jupyterlab_promote.dataflow.names import dotted, last_word
from jupyterlab_promote.notebook.source import nodes_like


class Called(NamedTuple):
    """A call, the dotted path of what it calls, and the last word of that: `head` of `pd.read_csv().head()`."""

    call: ast.Call
    path: str
    word: str


@lru_cache(maxsize=4096)
def calls_in(source: str) -> tuple[Called, ...]:
    """The calls of a cell, level by level."""
    calls = nodes_like(source, ast.Call)
    return tuple([Called(call, dotted(call.func), last_word(call.func)) for call in calls])


@lru_cache(maxsize=4096)
def called_paths(source: str) -> frozenset[str]:
    """The dotted paths that a cell calls: `pd.read_csv`."""
    return frozenset([path for _, path, _ in calls_in(source)])


@lru_cache(maxsize=4096)
def called_words(source: str) -> frozenset[str]:
    """The last words of what a cell calls: `read_csv` of `pd.read_csv()`, `head` of `pd.read_csv().head()`."""
    return frozenset([word for _, _, word in calls_in(source)])
