"""Registrations: which version of each pipeline serves, and who may change that. Their files: `head_files.py`."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound
from jupyterlab_promote.ids import is_dag_id
from jupyterlab_promote.model import conflicts
from jupyterlab_promote.model.registration import Activate
from jupyterlab_promote.model.version import HeadEntry, Heads, VersionInfo
from jupyterlab_promote.store import head_files, layout
from jupyterlab_promote.store.head_files import at, current
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_manifest

MAX_RACES = 50


def activate(store: Store, dag_id: str, wish: Activate, *, by: str) -> tuple[Heads, HeadEntry]:
    """Make a version serve, if nobody changed the pipeline since `wish.expected_revision`.

    Asking again after a lost answer is harmless: the registration that was made is returned.

    Raises:
        Conflict: `name_taken` by another uid (with `suggestion`), `changed` by somebody else (with the
            current `entry`), or `moved`: published from another path before.
        NotFound: the version was not uploaded.
        InvalidInput: the version is not of this pipeline.
        Unavailable: the store cannot be used.
    """
    manifest = get_manifest(store, dag_id, wish.version)
    if manifest.uid != wish.uid:
        raise InvalidInput("uid", f"version {wish.version} of {dag_id!r} belongs to another uid")
    new = _never_served(store, dag_id, wish.version)

    def change(heads: Heads) -> HeadEntry | None:
        entry = heads.pipelines.get(dag_id)
        if entry is not None and _is_answer_to(entry, wish, by=by):
            return None
        _check(heads, dag_id, entry, wish)
        number = _number(store, heads, dag_id, wish.version, new=new)
        return HeadEntry(
            uid=wish.uid,
            version=wish.version,
            revision=1 if entry is None else entry.revision + 1,
            number=number,
            highest=max(number, 0 if entry is None else entry.highest),
            by=by,
            at=datetime.now(UTC),
            message=wish.message,
            path=wish.path,
            source_user=wish.source_user,
            timezone=manifest.schedule.timezone if manifest.schedule.cron else "",
            since=heads.n + 1,
            before=0 if entry is None else entry.since,
        )

    return _commit(store, dag_id, change)


def retire(
    store: Store, dag_id: str, *, expected_revision: int, by: str
) -> tuple[Heads, HeadEntry]:
    """Unpublish: no new runs; raises NotFound, Conflict (`changed`) or Unavailable."""

    def change(heads: Heads) -> HeadEntry | None:
        entry = heads.pipelines.get(dag_id)
        if entry is None:
            raise NotFound("pipeline", dag_id)
        if entry.retired and entry.revision == expected_revision + 1 and entry.by == by:
            return None
        if entry.revision != expected_revision:
            raise _changed(dag_id, entry)
        return entry.model_copy(
            update={
                "revision": entry.revision + 1,
                "retired": True,
                "by": by,
                "at": datetime.now(UTC),
                "message": "",
                "since": heads.n + 1,
                "before": entry.since,
                "swept": False,
            }
        )

    return _commit(store, dag_id, change)


def sweep(store: Store, dag_id: str) -> tuple[Heads, HeadEntry]:
    """Let go of the DAG of a retired pipeline whose runs have ended; its id and history stay.

    Raises:
        NotFound: there is no such pipeline.
        Conflict: it is not retired (any more).
        Unavailable: the store cannot be used.
    """

    def change(heads: Heads) -> HeadEntry | None:
        entry = _retired(heads, dag_id)
        return None if entry.swept else entry.model_copy(update={"swept": True})

    return _commit(store, dag_id, change)


def check_retired(store: Store, dag_id: str) -> None:
    """Raises NotFound where there is no such pipeline, Conflict where it is published."""
    _retired(current(store), dag_id)


def forget(store: Store, dag_id: str) -> Heads:
    """Free the id of a retired pipeline; its versions stay in the store, but nobody lists them.

    Raises:
        NotFound: there is no such pipeline.
        Conflict: it is not retired.
        Unavailable: the store cannot be used.
    """

    def change(heads: Heads) -> Heads:
        _retired(heads, dag_id)
        left = {name: entry for name, entry in heads.pipelines.items() if name != dag_id}
        return Heads(n=heads.n + 1, pipelines=left)

    return _commit_heads(store, dag_id, change)


def _retired(heads: Heads, dag_id: str) -> HeadEntry:
    entry = heads.pipelines.get(dag_id)
    if entry is None:
        raise NotFound("pipeline", dag_id)
    if not entry.retired:
        raise Conflict(f"{dag_id!r} is published.", hint="Unpublish it first.", code="published")
    return entry


def history(store: Store, dag_id: str) -> tuple[VersionInfo, ...]:
    """All activations of a pipeline, newest first; raises NotFound or Unavailable."""
    heads = current(store)
    if dag_id not in heads.pipelines:
        raise NotFound("pipeline", dag_id)
    return tuple(
        VersionInfo(
            dag_id=dag_id,
            version=entry.version,
            number=entry.number,
            revision=entry.revision,
            by=entry.by,
            at=entry.at,
            message=entry.message,
            current=place == 0,
            retired=entry.retired,
            since=entry.since,
        )
        for place, entry in enumerate(_entries(store, heads, dag_id))
    )


def free_dag_id(heads: Heads, wanted: str) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3`, ... that no pipeline has."""
    if wanted not in heads.pipelines:
        return wanted
    return next(
        name
        for k in range(2, len(heads.pipelines) + 3)
        if (name := f"{wanted[: 119 - len(str(k))]}-{k}") not in heads.pipelines
    )


def _commit(
    store: Store, dag_id: str, change: Callable[[Heads], HeadEntry | None]
) -> tuple[Heads, HeadEntry]:
    """Create the next head with one changed entry, or leave all as it is."""

    def following(heads: Heads) -> Heads | None:
        entry = change(heads)
        if entry is None:
            return None
        return Heads(n=heads.n + 1, pipelines={**heads.pipelines, dag_id: entry})

    heads = _commit_heads(store, dag_id, following)
    return heads, heads.pipelines[dag_id]


def _commit_heads(store: Store, dag_id: str, change: Callable[[Heads], Heads | None]) -> Heads:
    """Create the next head; whoever loses the race for its number looks again."""
    if not is_dag_id(dag_id):
        raise InvalidInput("dag_id", f"{dag_id!r} is no pipeline id")
    for _ in range(MAX_RACES):
        heads = current(store)
        following = change(heads)
        if following is None:
            return heads
        try:
            head_files.create(store, following, changed=dag_id)
        except FileExistsError:
            continue
        return following
    raise Conflict(
        "Too many pipelines are being published at this moment.",
        hint="Try again in a minute.",
        code="busy",
    )


def _check(heads: Heads, dag_id: str, entry: HeadEntry | None, wish: Activate) -> None:
    if entry is not None and entry.uid != wish.uid:
        raise conflicts.name_taken(dag_id, entry, suggestion=free_dag_id(heads, dag_id))
    if wish.expected_revision != (0 if entry is None else entry.revision):
        raise _changed(dag_id, entry)
    if entry is not None and _moved(entry, wish) and not wish.moved:
        raise conflicts.moved(dag_id, entry, path=wish.path)


def _moved(entry: HeadEntry, wish: Activate) -> bool:
    return bool(entry.path and wish.path) and entry.path != wish.path


def _changed(dag_id: str, entry: HeadEntry | None) -> Conflict:
    if entry is None:
        return conflicts.not_registered(dag_id, where="here")
    return conflicts.changed(dag_id, entry, entry=entry.model_dump(mode="json"))


def _is_answer_to(entry: HeadEntry, wish: Activate, *, by: str) -> bool:
    """Whether this registration is what the same person's same wish already made."""
    return (
        entry.revision == wish.expected_revision + 1
        and entry.uid == wish.uid
        and entry.version == wish.version
        and not entry.retired
        and (entry.by, entry.path, entry.message) == (by, wish.path, wish.message)
    )


def _never_served(store: Store, dag_id: str, version: str) -> bool:
    """Whether nobody can have activated the version before. Whoever asks is taken to do it now."""
    try:
        store.create(layout.served(dag_id, version), b"")
    except FileExistsError:
        return False
    return True


def _number(store: Store, heads: Heads, dag_id: str, version: str, *, new: bool) -> int:
    """Its own number for a version that served before, the next one for a new version."""
    serving = heads.pipelines.get(dag_id)
    highest = 0 if serving is None else serving.highest
    if new and highest:
        return highest + 1
    numbers = {entry.version: entry.number for entry in _entries(store, heads, dag_id)}
    if not highest:
        # An earlier release left no mark when a version served.
        for served in numbers:
            _never_served(store, dag_id, served)
    return numbers.get(version, max(numbers.values(), default=0) + 1)


def _entries(store: Store, heads: Heads, dag_id: str) -> Iterator[HeadEntry]:
    """A pipeline's registrations, newest first."""
    entry = heads.pipelines.get(dag_id)
    while entry is not None:
        yield entry
        entry = _before(store, dag_id, entry)


def _before(store: Store, dag_id: str, entry: HeadEntry) -> HeadEntry | None:
    if entry.before is None:
        return at(store, entry.since - 1).pipelines.get(dag_id) if entry.since > 1 else None
    return head_files.changed_at(store, entry.before, dag_id) if entry.before else None
