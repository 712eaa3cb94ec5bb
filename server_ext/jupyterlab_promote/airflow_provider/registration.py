"""Hop 6, the use cases: what happens when a version is uploaded, activated or retired. No HTTP here."""

import logging

from airflow.sdk.exceptions import AirflowException

from jupyterlab_promote.airflow_provider.airflow_database import (
    audit,
    end_waiting,
    live_runs,
    other_owner,
    pause,
    request_parse,
)
from jupyterlab_promote.airflow_provider.airflow_internals import BaseUser, DagSerialization
from jupyterlab_promote.airflow_provider.dag import build_dag
from jupyterlab_promote.airflow_provider.names import HOUSEKEEPING
from jupyterlab_promote.airflow_provider.sealing import secret_source
from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound, PromoteError
from jupyterlab_promote.model.registration import Activate, Activated, Derive, PutVersion, Retire
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import derived, head_files, heads
from jupyterlab_promote.store.forgetting import remove_runs
from jupyterlab_promote.store.packing import unpack
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_manifest, put_version

log = logging.getLogger(__name__)

RESERVED = frozenset({HOUSEKEEPING})


def upload(store: Store, data: bytes, *, dag_id: str, version: str, user: BaseUser) -> PutVersion:
    """Keep a version. It serves nothing until it is activated.

    Raises:
        InvalidInput: not a version, or another one than the path says.
        Conflict: the id cannot be a pipeline here.
    """
    draft = unpack(data)
    if draft.manifest.dag_id != dag_id:
        raise InvalidInput("dag_id", f"the version is of {draft.manifest.dag_id!r}")
    if draft.version != version:
        raise InvalidInput("version", f"the content is version {draft.version}")
    _check_id(dag_id)
    _check_dag(draft.manifest, version=version, store=store)
    kept, created = put_version(store, draft)
    if created:
        audit(user, "promote.put_version", dag_id, {"version": kept})
    return PutVersion(dag_id=dag_id, version=kept, created=created)


def derive(store: Store, wish: Derive, *, dag_id: str, version: str, user: BaseUser) -> PutVersion:
    """Keep a version with the code of one and the settings of another. It serves nothing yet.

    Raises:
        NotFound: there is no such version.
        InvalidInput: no DAG can be made of it.
    """
    draft = derived.derive(store, dag_id, code=version, settings=wish.settings_of)
    _check_dag(draft.manifest, version=draft.version, store=store)
    kept, created = put_version(store, draft)
    if created:
        audit(user, "promote.put_version", dag_id, {"version": kept, "code": version})
    return PutVersion(dag_id=dag_id, version=kept, created=created)


def activate(store: Store, wish: Activate, *, dag_id: str, user: BaseUser) -> Activated:
    """Let a version serve: new runs use it, live ones stay on theirs.

    The DAG is built and serialised first: a version that Airflow cannot parse would take the good one
    off Airflow's list.

    Raises:
        Conflict: the id is taken, or somebody changed the pipeline meanwhile.
        NotFound: the version was not uploaded.
        InvalidInput: no DAG can be made of it.
    """
    _check_id(dag_id)
    _check_dag(get_manifest(store, dag_id, wish.version), version=wish.version, store=store)
    name = user.get_name()
    head, entry = heads.activate(store, dag_id, wish, by=name)
    audit(user, "promote.activate", dag_id, {"version": entry.version, "n": head.n})
    return Activated(dag_id=dag_id, entry=entry, n=head.n, parse_requested=request_parse(dag_id))


def retire(store: Store, wish: Retire, *, dag_id: str, user: BaseUser) -> Activated:
    """Unpublish: no schedule and no new runs; those that have begun end, the history stays."""
    head, entry = heads.retire(
        store, dag_id, expected_revision=wish.expected_revision, by=user.get_name()
    )
    pause(dag_id)
    end_waiting(dag_id)
    audit(user, "promote.retire", dag_id, {"version": entry.version, "n": head.n})
    return Activated(dag_id=dag_id, entry=entry, n=head.n, parse_requested=request_parse(dag_id))


def ask_again(store: Store, *, dag_id: str) -> None:
    """Ask the DAG processor once more to parse a pipeline's file.

    It drops what it is asked for while the file is being parsed as it was before.

    Raises:
        NotFound: there is no such pipeline.
    """
    if dag_id not in head_files.current(store).pipelines:
        raise NotFound("pipeline", dag_id)
    request_parse(dag_id)


def forget(store: Store, *, dag_id: str, user: BaseUser) -> None:
    """Remove the runs of an unpublished pipeline and free its id for others.

    The runs go first: a run of the next owner could have the id of one of them.

    Raises:
        NotFound: there is no such pipeline.
        Conflict: it is published, or runs of it are live.
    """
    heads.check_retired(store, dag_id)
    end_waiting(dag_id)
    if live := live_runs(dag_id):
        many = f"{live} runs of {dag_id!r} are" if live > 1 else f"A run of {dag_id!r} is"
        raise Conflict(f"{many} live.", hint="Cancel what runs, or wait.", code="live")
    removed = remove_runs(store, dag_id)
    heads.forget(store, dag_id)
    audit(user, "promote.forget", dag_id, {"files": removed})
    request_parse(dag_id)


def sweep(store: Store) -> tuple[str, ...]:
    """Take the DAGs of retired pipelines out of Airflow whose last run has ended; gives their ids.

    Several processes may do it at once: each change is made once.
    """
    entries = head_files.current(store).pipelines
    retired = [dag_id for dag_id, entry in entries.items() if entry.retired and not entry.swept]
    for dag_id in retired:
        end_waiting(dag_id)
    done = [dag_id for dag_id in retired if not live_runs(dag_id)]
    for dag_id in done:
        try:
            heads.sweep(store, dag_id)
        except Conflict:
            log.info("Published again meanwhile: pipeline=%s", dag_id)
            continue
        request_parse(dag_id)
    return tuple(done)


def _check_id(dag_id: str) -> None:
    owner = "this product" if dag_id in RESERVED else other_owner(dag_id)
    if owner is not None:
        raise Conflict(
            f"The id {dag_id!r} belongs to another DAG of this Airflow ({owner}).",
            hint="Publish under another name.",
            code="name_taken",
        )


def _check_dag(manifest: Manifest, *, version: str, store: Store) -> None:
    """Refuse what Airflow could not list, or whose steps could never have their secrets."""
    with_secrets = [step for step in manifest.steps if step.settings.environment.secrets]
    for step in with_secrets:
        secret_source().check(step.settings.environment)
    try:
        dag = build_dag(manifest, version=version, store_url=store.url)
        dag.validate()
        DagSerialization.from_dict(DagSerialization.to_dict(dag)).timetable.validate()
    except PromoteError:
        raise
    except (AirflowException, ValueError, TypeError, LookupError) as error:
        raise InvalidInput(
            "manifest",
            f"Airflow cannot make a DAG of it: {type(error).__name__}: {error}",
            hint="Change what the message names (schedule, parameters) and publish again.",
        ) from error
