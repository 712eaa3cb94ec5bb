"""Removing what a pipeline's runs left, where a person asked for it. Versions and blobs stay: others may share them."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.ids import is_dag_id
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.store import Store

_PARALLEL = 16


def remove_runs(store: Store, dag_id: str) -> int:
    """Delete all runs of a pipeline and what its cache names; asking again goes on where it was cut off.

    Returns:
        How many files there were.

    Raises:
        InvalidInput: the id is none.
        Unavailable: the store cannot be used.
    """
    if not is_dag_id(dag_id):
        raise InvalidInput("dag_id", f"{dag_id!r} is no pipeline id")
    # An object store answers each deletion in tens of milliseconds, and a run has many files.
    with ThreadPoolExecutor(_PARALLEL) as pool:
        return sum(1 for _ in pool.map(store.remove, _files(store, dag_id)))


def _files(store: Store, dag_id: str) -> Iterator[str]:
    # The cache first: it names outcomes of the runs.
    folders = (layout.cache(dag_id), layout.runs(dag_id))
    return itertools.chain.from_iterable(
        (f"{folder}/{path}" for path in store.walk(folder)) for folder in folders
    )
