"""Hop 6 from Jupyter's side: a notebook becomes a registered pipeline. Used by the Lab, the CLI and the demo."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from jupyterlab_promote.errors import Forbidden, InvalidInput, Unavailable
from jupyterlab_promote.model import conflicts
from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.registration import Activate, Activated, PipelineHead
from jupyterlab_promote.model.settings import Published
from jupyterlab_promote.model.version import HeadEntry
from jupyterlab_promote.server.notebooks import SourceNotebook
from jupyterlab_promote.server.parsed import wait_for_version
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.store.packing import pack
from jupyterlab_promote.store.versions import Draft

STAGES = ("analyse", "upload", "activate", "parsed by Airflow", "on")

Progress = Callable[[str, str], None]
"""Told the stage that begins, and a sentence. It may raise to end the publish between two stages."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to publish; the fields are those of `PublishRequest`."""

    message: str = ""
    moved: bool = False
    as_new: bool = False
    expected_revision: int | None = None
    paused: bool | None = None


@dataclass(frozen=True)
class _Identity:
    dag_id: str
    uid: str
    head: PipelineHead | None
    revision: int
    notes: tuple[str, ...] = ()


def publish(
    source: SourceNotebook, session: Session, options: Options, *, progress: Progress
) -> PublishResult:
    """Make the notebook's content the version that serves, and see it in Airflow.

    Publishing the same content again changes nothing. A publish that is cut off leaves the old version
    serving; publishing again goes on.

    Raises:
        NotPromotable: the notebook cannot become a pipeline.
        Conflict: `name_taken`, `moved` or `changed`; nothing was changed.
        Forbidden: the user may not publish.
        InvalidInput: Airflow cannot parse the version; the earlier one serves again.
        Unavailable: Airflow does not answer, or the plugin, the bundle or the store is missing.
    """
    progress("analyse", f"Looking at {PurePath(source.path).name}.")
    _preflight(session)
    identity = _identity(source, session, options)
    draft = _draft(source, session, identity)
    count = len(draft.manifest.steps)
    progress("upload", f"{count} step{'' if count == 1 else 's'} as {draft.version}.")
    data = pack(draft)
    created = _upload(session, draft, data)
    progress("activate", f"Registering {identity.dag_id}.")
    began = time.monotonic()
    activated = _activate(source, session, options, identity=identity, draft=draft)
    progress("parsed by Airflow", "Waiting until Airflow serves the new version.")
    entry = identity.head.entry if activated is None and identity.head else None
    entry = activated.entry if activated is not None else entry
    assert entry is not None  # noqa: S101 - a publish without activation has a head
    _wait_until_parsed(session, identity, entry)
    seconds = time.monotonic() - began
    progress("on", "Asking Airflow for the state of its schedule.")
    return _switched_on(session, options, identity, entry, created=created, seconds=seconds)


def _identity(source: SourceNotebook, session: Session, options: Options) -> _Identity:
    published = None if options.as_new else source.published
    if published is None:
        return _new_identity(source, session, options)
    head = session.registration.head(published.dag_id)
    if head is None:
        raise conflicts.not_registered(published.dag_id, where=f"at {session.api.url}")
    entry = head.entry
    if entry.uid != published.uid:
        raise conflicts.name_taken(head.dag_id, head.entry, suggestion=head.suggestion)
    if entry.path and entry.path != source.path and not options.moved:
        raise conflicts.moved(published.dag_id, entry, path=source.path)
    expected = options.expected_revision
    if expected is None:
        expected = known_revision(published, entry)
    unpublished = entry.retired and entry.revision == expected + 1
    identity = _Identity(published.dag_id, published.uid, head, entry.revision)
    if entry.revision == expected or unpublished:
        return identity
    # A publish that was cut off before the file knew of it is no other person's change.
    if not entry.retired and _draft(source, session, identity).version == entry.version:
        return identity
    raise conflicts.changed(
        published.dag_id,
        entry,
        by=entry.by,
        at=entry.at.isoformat(),
        version=entry.version,
        known=published.version,
        pipeline=published.dag_id,
    )


def known_revision(published: Published, entry: HeadEntry) -> int:
    """The revision that a notebook follows: a later one, too, that serves what it came from, as after a rollback."""
    same = entry.version == published.version and not entry.retired
    return entry.revision if same else published.revision


def _new_identity(source: SourceNotebook, session: Session, options: Options) -> _Identity:
    dag_id = source.wanted_dag_id if source.published is None else source.first_dag_id
    head = session.registration.head(dag_id)
    if head is None:
        return _Identity(dag_id, uuid.uuid4().hex, None, 0)
    user = session.registration.info().user
    owner = (source.path, session.settings.jupyter_user, user)
    same = (head.entry.path, head.entry.source_user, head.entry.by) == owner
    if options.as_new and head.suggestion:
        return _Identity(head.suggestion, uuid.uuid4().hex, None, 0)
    if not same:
        raise conflicts.name_taken(head.dag_id, head.entry, suggestion=head.suggestion)
    # The browser was closed before it could write the identity into the file.
    note = f"The notebook is {dag_id} again, which {head.entry.by} published from this path."
    return _Identity(dag_id, head.entry.uid, head, head.entry.revision, (note,))


def _draft(source: SourceNotebook, session: Session, identity: _Identity) -> Draft:
    pipeline = source.pipeline(start=None)
    if pipeline.schedule.cron is not None and pipeline.schedule.start is None:
        start = schedule_start(source, session, identity.head)
        pipeline = source.pipeline(start=start or datetime.now(UTC).replace(microsecond=0))
    return source.draft(pipeline, uid=identity.uid, dag_id=identity.dag_id)


def schedule_start(
    source: SourceNotebook, session: Session, head: PipelineHead | None
) -> datetime | None:
    """When the schedule was switched on; None when it is a new one. The same schedule keeps its start."""
    if head is None or head.entry.retired:
        return None
    wanted = source.pipeline(start=None).schedule
    known = session.manifest(head.dag_id, head.entry.version).schedule
    same = (known.cron, known.timezone) == (wanted.cron, wanted.timezone)
    return known.start if same else None


def _preflight(session: Session) -> None:
    info = session.registration.info()
    if info.bundle or info.store:
        raise Unavailable(
            "The bundle of Airflow" if info.bundle else "The store of Airflow",
            session.api.url,
            info.bundle or info.store,
            hint="`jupyter promote doctor` says what to set up.",
        )
    if not info.can_publish:
        raise Forbidden(
            f"{info.user} may look at pipelines but not publish.",
            hint="Ask the administrator of Airflow for the right.",
        )


def _upload(session: Session, draft: Draft, data: bytes) -> bool:
    limit = session.registration.info().max_upload
    if len(data) > limit:
        raise InvalidInput(
            "version",
            f"it has {len(data)} bytes, Airflow takes {limit}",
            hint="Let the workers read large files from a mount or a URL.",
        )
    return session.registration.put_version(draft.manifest.dag_id, draft.version, data).created


def _activate(
    source: SourceNotebook,
    session: Session,
    options: Options,
    *,
    identity: _Identity,
    draft: Draft,
) -> Activated | None:
    """The registration; None when the pipeline serves just this already."""
    head = identity.head
    served = (draft.version, source.path)
    if head and not head.entry.retired and (head.entry.version, head.entry.path) == served:
        return None
    wish = Activate(
        version=draft.version,
        uid=identity.uid,
        expected_revision=identity.revision,
        message=options.message,
        path=source.path,
        source_user=session.settings.jupyter_user,
        moved=options.moved,
    )
    return session.registration.activate(identity.dag_id, wish)


def _wait_until_parsed(session: Session, identity: _Identity, entry: HeadEntry) -> None:
    fault = wait_for_version(session, identity.dag_id, entry.version)
    if not fault:
        return
    before = identity.head
    if before is None or before.entry.retired:
        session.registration.retire(identity.dag_id, entry.revision)
        after = "It is not published."
    else:
        back = Activate(
            version=before.entry.version,
            uid=identity.uid,
            expected_revision=entry.revision,
            message=f"back from {entry.version}, which Airflow could not parse",
            path=before.entry.path,
            source_user=before.entry.source_user,
            moved=True,
        )
        session.registration.activate(identity.dag_id, back)
        after = f"v{before.entry.number} serves again."
    raise InvalidInput("version", f"Airflow cannot parse it: {fault}", hint=after)


def _switched_on(
    session: Session,
    options: Options,
    identity: _Identity,
    entry: HeadEntry,
    *,
    created: bool,
    seconds: float,
) -> PublishResult:
    dag = session.api.dag(identity.dag_id)
    first = identity.head is None or identity.head.entry.retired
    # What was cut off before it came here begins as Airflow makes it: paused.
    first = first or (bool(dag["is_paused"]) and not session.api.was_on(identity.dag_id))
    wanted = options.paused if options.paused is not None else (False if first else None)
    # A pause on the first publish is written although Airflow begins so: its log then knows who wanted it.
    if wanted is not None and (wanted or wanted != dag["is_paused"]):
        session.api.set_paused(identity.dag_id, paused=wanted)
        dag = session.api.dag(identity.dag_id)
    kept_paused = bool(dag["is_paused"]) and options.paused is None
    return PublishResult(
        dag_id=identity.dag_id,
        uid=identity.uid,
        version=entry.version,
        number=entry.number,
        revision=entry.revision,
        created=created,
        seconds=round(seconds, 3),
        paused=dag["is_paused"],
        paused_by=session.api.who_paused(identity.dag_id) if kept_paused else "",
        next_run=None if dag["is_paused"] else next_run(dag),
        notes=identity.notes,
    )


def next_run(dag: dict[str, object]) -> datetime | None:
    """When Airflow begins the next scheduled run of a DAG."""
    text = dag.get("next_dagrun_run_after")
    return datetime.fromisoformat(str(text)) if text else None
