"""Use cases about registered pipelines: the list, the state of a notebook, versions, rollback, unpublish."""

import json
from collections.abc import Callable

from jupyterlab_promote.errors import Conflict, NotFound, NotPromotable
from jupyterlab_promote.model.publishing import PublishState, ScheduleChange, VersionDiff
from jupyterlab_promote.model.registration import Activate, Activated, PipelineHead, ShownDag
from jupyterlab_promote.model.run_views import PipelineRow
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.notebook.settings import read_settings
from jupyterlab_promote.server import differences, schedule
from jupyterlab_promote.server.cell_changes import cell_changes
from jupyterlab_promote.server.notebooks import SourceNotebook
from jupyterlab_promote.server.parsed import wait_for_version
from jupyterlab_promote.server.publish import known_revision, next_run, schedule_start
from jupyterlab_promote.server.session import Session


def rows(
    session: Session, *, exists: Callable[[str], bool], shown: Callable[[str], str] = str
) -> tuple[PipelineRow, ...]:
    """All pipelines that the user may see.

    Args:
        exists: whether a notebook is still at its path.
        shown: the path as Jupyter shows it.
    """
    return tuple(_row(head, exists, shown) for head in session.registration.pipelines())


def _row(
    head: PipelineHead, exists: Callable[[str], bool], shown: Callable[[str], str]
) -> PipelineRow:
    entry, dag = head.entry, head.dag
    return PipelineRow(
        dag_id=head.dag_id,
        name=head.name,
        number=entry.number,
        revision=entry.revision,
        by=entry.by,
        at=entry.at,
        path=shown(entry.path),
        retired=entry.retired,
        source_found=not entry.path or exists(entry.path),
        paused=dag.paused if dag else None,
        schedule=_said(dag, entry.timezone) if dag else "",
        next_run=dag.next_run if dag and not dag.paused else None,
    )


def _said(dag: ShownDag, timezone: str) -> str:
    """The schedule as `schedule.words` says it; Airflow leaves out the timezone and the names of assets."""
    if dag.assets:
        return schedule.words(Schedule(assets=dag.assets))
    return f"{dag.schedule}, {timezone}" if dag.schedule and timezone else dag.schedule


def publish_state(source: SourceNotebook, session: Session) -> PublishState:
    """The notebook as it is now, beside what is published of it."""
    published = source.published
    dag_id = published.dag_id if published else source.wanted_dag_id
    head = session.registration.head(dag_id)
    if head is None:
        words = f"It was published as {dag_id}, but not to this Airflow." if published else ""
        return PublishState(state="never_published", message=words)
    uid = published.uid if published else ""
    if head.entry.uid != uid:
        return _taken_or_lost(source, session, head)
    return _compared(source, session, head)


def moved_or_copied(
    state: PublishState, *, exists: Callable[[str], bool], shown: Callable[[str], str] = str
) -> PublishState:
    """The state of a notebook that was published from another path, with whether that one is still there."""
    if state.state != "moved":
        return state
    path = shown(state.path)
    words = (
        f"A copy: {path!r} is what is published."
        if exists(state.path)
        else f"Moved: it was published from {path!r}, which is gone."
    )
    return state.model_copy(update={"message": words})


def _taken_or_lost(source: SourceNotebook, session: Session, head: PipelineHead) -> PublishState:
    entry = head.entry
    if not source.published and entry.path == source.path:
        return _compared(source, session, head)
    return PublishState(
        state="name_taken",
        message=f"{head.dag_id!r} is another notebook's; {head.suggestion!r} is free.",
        by=entry.by,
        at=entry.at,
        path=entry.path,
    )


def _compared(source: SourceNotebook, session: Session, head: PipelineHead) -> PublishState:
    entry = head.entry
    serving = session.manifest(head.dag_id, entry.version)
    state = PublishState(
        state="up_to_date",
        number=entry.number,
        revision=entry.revision,
        by=entry.by,
        at=entry.at,
        path=entry.path,
        schedule=serving.schedule,
        schedule_change=_schedule_change(serving.schedule, source),
        **_in_airflow(session, head.dag_id),
    )
    if entry.retired:
        return state.model_copy(update={"state": "retired", "message": "It is unpublished."})
    if entry.path and entry.path != source.path:
        return state.model_copy(update={"state": "moved"})
    return _with_changes(state, source, session, head=head, serving=serving)


def _schedule_change(serving: Schedule, source: SourceNotebook) -> ScheduleChange | None:
    settings, findings = read_settings(source.nb)
    if any(found.code == "PRM111" for found in findings):
        return None  # what stands there is no schedule, which its finding says
    return schedule.change(serving, settings.schedule)


def _in_airflow(session: Session, dag_id: str) -> dict[str, object]:
    try:
        dag = session.api.dag(dag_id)
    except NotFound:
        return {}
    if not dag["is_paused"]:
        return {"next_run": next_run(dag)}
    return {"paused": True, "paused_by": session.api.who_paused(dag_id)}


def _with_changes(
    state: PublishState,
    source: SourceNotebook,
    session: Session,
    *,
    head: PipelineHead,
    serving: Manifest,
) -> PublishState:
    """Ahead: only the notebook changed. Behind: only the registration did. Diverged: both."""
    published, entry = source.published, head.entry
    known = known_revision(published, entry) if published else entry.revision
    try:
        pipeline = source.pipeline(start=schedule_start(source, session, head))
        draft = source.draft(pipeline, uid=entry.uid, dag_id=head.dag_id)
    except NotPromotable as refused:
        words = f"It cannot be published as it stands: {refused.message}"
        kind = "ahead" if known == entry.revision else "diverged"
        return state.model_copy(update={"state": kind, "message": words})
    if draft.version == entry.version:
        return state
    found = differences.changes(
        serving,
        draft.manifest,
        sources=lambda: (
            session.registration.source(head.dag_id, entry.version),
            json.loads(draft.source),
        ),
    )
    if not found and known == entry.revision and draft.manifest.source == serving.source:
        return state  # only packages or the Python of this computer differ
    if known == entry.revision:
        kind = "ahead"
    else:
        own = published.version if published else ""
        kind = "behind" if draft.version == own else "diverged"
    return state.model_copy(
        update={"state": kind, "changes": found or ("Cells outside the steps changed.",)}
    )


def diff(session: Session, dag_id: str, older: str, newer: str) -> VersionDiff:
    """What changed between two versions, given as ids or as v1, v2."""
    first, second = (resolve(session, dag_id, text) for text in (older, newer))
    manifests = [session.manifest(dag_id, info.version) for info in (first, second)]
    was, now = (session.registration.source(dag_id, info.version) for info in (first, second))
    return VersionDiff(
        older=first.version,
        newer=second.version,
        changes=differences.changes(*manifests, sources=lambda: (was, now)),
        settings=differences.settings_changes(*manifests),
        cells=cell_changes(was, now),
    )


def resolve(session: Session, dag_id: str, text: str) -> VersionInfo:
    """A version by its id, its number (`v2` or `2`), or `current`. Raises NotFound."""
    for info in session.registration.versions(dag_id):
        names = {info.version, f"v{info.number}", str(info.number)}
        if text in names or (text == "current" and info.current):
            return info
    raise NotFound(
        "version", f"{dag_id}/{text}", hint=f"`jupyter promote versions {dag_id}` lists them."
    )


def roll_back(
    session: Session,
    dag_id: str,
    version: str,
    *,
    expected_revision: int | None,
    message: str = "",
    code_only: bool = False,
) -> Activated:
    """Let an earlier version serve again; the notebook is left alone.

    Args:
        code_only: keep schedule, resources and the other settings of the version that serves now.

    Raises:
        Conflict: somebody changed the pipeline since `expected_revision`, or it serves already.
    """
    entry = session.head(dag_id).entry
    target = resolve(session, dag_id, version)
    if entry.version == target.version and not entry.retired:
        raise Conflict(
            f"v{target.number} of {dag_id!r} serves already.",
            hint="Choose another version.",
            code="serves_already",
        )
    chosen, what = target.version, "back"
    if code_only:
        derived = session.registration.derive(dag_id, chosen, settings_of=entry.version)
        chosen, what = derived.version, "code back"
    wish = Activate(
        version=chosen,
        uid=entry.uid,
        expected_revision=entry.revision if expected_revision is None else expected_revision,
        message=message or f"{what} to v{target.number}",
        path=entry.path,
        source_user=entry.source_user,
        moved=True,
    )
    activated = session.registration.activate(dag_id, wish)
    wait_for_version(session, dag_id, chosen)
    return activated


def unpublish(session: Session, dag_id: str, *, expected_revision: int | None) -> Activated:
    """No new runs; live ones end, history stays."""
    head = session.head(dag_id)
    revision = head.entry.revision if expected_revision is None else expected_revision
    return session.registration.retire(dag_id, revision)


def forget(session: Session, dag_id: str) -> None:
    """Unpublish a pipeline and free its id: its runs are no longer listed, in Airflow neither.

    Raises:
        Conflict: runs of it are live.
    """
    if not session.head(dag_id).entry.retired:
        unpublish(session, dag_id, expected_revision=None)
    session.registration.forget(dag_id)
    session.api.delete_dag(dag_id)
