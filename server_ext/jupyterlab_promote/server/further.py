"""The further schedules of a notebook: published with it or alone, and compared with what is published of them."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from jupyterlab_promote.errors import InvalidInput, PromoteError
from jupyterlab_promote.model import conflicts
from jupyterlab_promote.model.publishing import FurtherState, PublishResult, PublishState
from jupyterlab_promote.notebook import further
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.settings import read_settings
from jupyterlab_promote.notebook.settings_edits import with_published
from jupyterlab_promote.server import pipelines, schedule
from jupyterlab_promote.server.notebooks import SourceNotebook
from jupyterlab_promote.server.publish import Options, Progress, publish
from jupyterlab_promote.server.session import Session


def publish_all(
    source: SourceNotebook, session: Session, options: Options, *, progress: Progress
) -> tuple[PublishResult, ...]:
    """The notebook's own pipeline, then each of its further schedules. Raises what `publish` raises of the first.

    A further schedule that is refused is told in the notes of the first result; the others are published.
    """
    own = publish(source, session, options, progress=progress)
    known = _with(source, with_published(source.nb.content, own.published))
    # The revision that the user chose to overwrite is that of the notebook's own pipeline.
    others = dataclasses.replace(options, expected_revision=None)
    results, notes = [], list(own.notes)
    for name in further.names(source.nb.content):
        try:
            results.append(publish_one(known, session, others, name=name, progress=progress))
        except PromoteError as error:
            told = f"{error.message} {error.hint}".strip()
            notes.append(f"The schedule {name} was not published: {told}")
    return own.model_copy(update={"notes": tuple(notes)}), *results


def publish_one(
    source: SourceNotebook, session: Session, options: Options, *, name: str, progress: Progress
) -> PublishResult:
    """One further schedule alone. Raises what `publish` raises, and InvalidInput where there is none.

    A copy is asked what it is before it adds a schedule to the pipeline of the notebook that it was copied from.
    """
    if name not in further.names(source.nb.content):
        raise InvalidInput(
            "further", f"the notebook has no schedule {name!r}", hint="Save the notebook with it."
        )
    if not options.moved and not options.as_new:
        _ask_copy(source, session)
    dag_id = source.first_dag_id if options.as_new else source.wanted_dag_id
    made = publish(_further(source, name, dag_id=dag_id), session, options, progress=progress)
    return made.model_copy(update={"further": name})


def as_further(source: SourceNotebook, name: str) -> SourceNotebook:
    """The notebook as the pipeline `<id>__<name>` that is published of it. Raises InvalidInput."""
    return _further(source, name, dag_id=source.wanted_dag_id)


def _further(source: SourceNotebook, name: str, *, dag_id: str) -> SourceNotebook:
    return _with(source, further.further(source.nb.content, name, dag_id=dag_id))


def _ask_copy(source: SourceNotebook, session: Session) -> None:
    """Raises Conflict `moved` where the notebook's own pipeline was published from another path."""
    published = source.published
    head = session.registration.head(published.dag_id) if published else None
    if published is None or head is None or head.entry.uid != published.uid:
        return
    if head.entry.path and head.entry.path != source.path:
        raise conflicts.moved(published.dag_id, head.entry, path=source.path)


def states(source: SourceNotebook, session: Session) -> tuple[FurtherState, ...]:
    """The further schedules that the notebook has, and those that are registered though it has them no more."""
    content = source.nb.content
    wanted = further.names(content)
    left = [name for name in further.identities(content) if name not in wanted]
    return (
        *(_state(source, session, name) for name in wanted),
        *(_left(session, name, dag_id=further.identities(content)[name].dag_id) for name in left),
    )


def _state(source: SourceNotebook, session: Session, name: str) -> FurtherState:
    try:
        made = as_further(source, name)
        state = pipelines.publish_state(made, session)
        plan, values = further.schedule_of(source.nb.content, name)
    except InvalidInput as error:
        told = f"{error.message} {error.hint}".strip()
        return FurtherState(
            name=name, dag_id="", wanted=True, state="never_published", message=told
        )
    return FurtherState(
        name=name,
        dag_id=made.wanted_dag_id,
        wanted=True,
        sentence=schedule.words(read_settings(made.nb)[0].schedule),
        schedule=plan,
        values=values,
        **_of(state),
    )


def _left(session: Session, name: str, *, dag_id: str) -> FurtherState:
    head = session.registration.head(dag_id)
    gone = head is None or head.entry.retired
    return FurtherState(
        name=name,
        dag_id=dag_id,
        wanted=False,
        state="retired" if gone else "ahead",
        message="" if gone else f"The notebook has it no more; {dag_id} still runs.",
        number=head.entry.number if head else None,
        revision=head.entry.revision if head else None,
    )


def _of(state: PublishState) -> dict[str, Any]:
    """What a further schedule shares with the state of a notebook."""
    shared = FurtherState.model_fields.keys() & PublishState.model_fields.keys() - {"schedule"}
    return {name: getattr(state, name) for name in shared}


def _with(source: SourceNotebook, content: Mapping[str, Any]) -> SourceNotebook:
    return dataclasses.replace(source, nb=read_notebook(content))
