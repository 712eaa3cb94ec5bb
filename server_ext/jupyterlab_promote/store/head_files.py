"""How registrations lie in `heads/<n>.json`: whole, or as what changed since an earlier whole one.

With many pipelines a whole file for each publish would be most of the store. Which version serves, and who may
change that, is in `heads.py`.
"""

import functools
from pathlib import PurePosixPath

from pydantic import ValidationError

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.version import HeadEntry, HeadFile, Heads
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.store import Store

WHOLE = 32
"""Registrations of no more pipelines are always written whole, so that reading them is one read."""


def current(store: Store) -> Heads:
    """The newest registrations; `n` is 0 before the first publish. Raises Unavailable."""
    n = _newest(store)
    return at(store, n) if n else Heads(n=0)


def at(store: Store, n: int) -> Heads:
    """The registrations at bundle version `n`; raises NotFound, InvalidInput or Unavailable."""
    file = _file(store, n)
    if not file.base:
        return Heads(n=n, pipelines=file.pipelines)
    pipelines = {**_file(store, file.base).pipelines, **file.pipelines}
    for dag_id in file.gone:
        pipelines.pop(dag_id, None)
    return Heads(n=n, pipelines=pipelines)


def changed_at(store: Store, n: int, dag_id: str) -> HeadEntry | None:
    """What bundle version `n` made of a pipeline, by one read; None for a pipeline that it did not change."""
    return _file(store, n).pipelines.get(dag_id)


def create(store: Store, following: Heads, *, changed: str) -> None:
    """Write the registrations that follow those at `following.n - 1` by a change of one pipeline.

    Raises:
        FileExistsError: somebody else made this bundle version.
        Unavailable: the store cannot be written.
    """
    before = _file(store, following.n - 1) if following.n > 1 else HeadFile(n=0)
    names = {changed, *before.pipelines, *before.gone} if before.base else {changed}
    count = len(following.pipelines)
    # What is written for each publish is least when a whole file follows after about the root of twice that many.
    base = before.base or before.n
    file = HeadFile(n=following.n, pipelines=following.pipelines)
    if base and count > WHOLE and len(names) ** 2 <= 2 * count:
        file = HeadFile(
            n=following.n,
            base=base,
            pipelines={
                name: following.pipelines[name] for name in names & following.pipelines.keys()
            },
            gone=tuple(sorted(names - following.pipelines.keys())),
        )
    store.create_document(layout.heads(following.n), file)
    store.newest_head = following.n


def _newest(store: Store) -> int:
    """Bundle versions follow each other without a gap, so that of many files a few are looked for."""
    known = store.newest_head or 1
    if not store.exists(layout.heads(known)):
        stems = (PurePosixPath(name).stem for name in store.list(layout.HEADS))
        known = max((int(stem) for stem in stems if stem.isdecimal()), default=0)
    step = 1
    while store.exists(layout.heads(known + step)):
        known, step = known + step, step * 2
    while step > 1:
        step //= 2
        known += step if store.exists(layout.heads(known + step)) else 0
    store.newest_head = known
    return known


def _file(store: Store, n: int) -> HeadFile:
    path = layout.heads(n)
    try:
        return _parsed(store.read(path))
    except NotFound as error:
        raise NotFound("bundle version", str(n)) from error
    except ValidationError as error:
        raise InvalidInput(
            path,
            f"of {store.url} is damaged ({error.errors()[0]['msg']})",
            hint="Restore it from a backup of the store: it holds all registrations.",
        ) from error


@functools.lru_cache(maxsize=8)
def _parsed(data: bytes) -> HeadFile:
    """By content, because validating a thousand registrations takes longer than reading them."""
    return HeadFile.model_validate_json(data)
