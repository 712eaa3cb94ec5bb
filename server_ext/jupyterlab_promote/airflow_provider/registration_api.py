"""Routes of the registration API: pipelines and their versions. The answers are `model/registration.py`."""

import tempfile
from typing import Annotated

from airflow.sdk.exceptions import AirflowNotFoundException
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from jupyterlab_promote._version import __version__
from jupyterlab_promote.airflow_provider import registration
from jupyterlab_promote.airflow_provider.access import (
    DagIdPath,
    Publisher,
    User,
    can_publish,
    readers,
    visible,
)
from jupyterlab_promote.airflow_provider.airflow_database import ensure_pool, shown_dags
from jupyterlab_promote.airflow_provider.airflow_internals import BaseUser, DagAccessEntity
from jupyterlab_promote.airflow_provider.airflow_runs import failed_runs, recent_runs
from jupyterlab_promote.airflow_provider.runner import open_runner
from jupyterlab_promote.airflow_provider.site import site, site_store
from jupyterlab_promote.errors import Forbidden, InvalidInput, NotFound, PromoteError, Unavailable
from jupyterlab_promote.ids import VERSION_PATTERN
from jupyterlab_promote.model.registration import (
    Activate,
    Activated,
    Capacity,
    Derive,
    Info,
    PipelineHead,
    PutVersion,
    Retire,
    Swept,
)
from jupyterlab_promote.model.run_states import FailedRun, RecentRun
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.store import head_files, heads
from jupyterlab_promote.store.conformance import look
from jupyterlab_promote.store.packing import DEFAULT_LIMITS
from jupyterlab_promote.store.versions import get_manifest, get_source

router = APIRouter()

VersionPath = Annotated[str, Path(pattern=VERSION_PATTERN)]
_READ = [Depends(readers())]
_READ_VERSIONS = [Depends(readers(DagAccessEntity.VERSION))]
_READ_CODE = [Depends(readers(DagAccessEntity.CODE))]
_ZIP_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_IN_MEMORY = 8 * 2**20
_MAX_FAILED = 300


@router.get("/info")
def info(user: User, *, check: bool = False) -> Info:
    """What a client asks before it uploads anything. It answers also when something is missing.

    Args:
        check: also write into the store.
    """
    try:
        look(site_store(), write=check)
        uid, store_fault, bundle_fault = site_store().uid, "", ""
        limit, allowed = site().max_upload, can_publish(user)
    except PromoteError as error:
        missing_bundle = isinstance(error, Unavailable) and error.fields["address"] == "promote"
        uid, limit, allowed = "", DEFAULT_LIMITS.zip_bytes, False
        store_fault, bundle_fault = ("", str(error)) if missing_bundle else (str(error), "")
    return Info(
        version=__version__,
        user=user.get_name(),
        can_publish=allowed,
        store_uid=uid,
        store=store_fault,
        bundle=bundle_fault,
        pool=ensure_pool(),
        max_upload=limit,
    )


@router.get("/pipelines")
def pipelines(user: User) -> list[PipelineHead]:
    """All registered pipelines that the user may see. No version is read: Airflow knows the names."""
    known, dags = head_files.current(site_store()), shown_dags()
    return [
        PipelineHead(
            dag_id=dag_id,
            entry=known.pipelines[dag_id],
            name=dags[dag_id].name if dag_id in dags else dag_id,
            suggestion=heads.free_dag_id(known, dag_id),
            dag=dags.get(dag_id),
        )
        for dag_id in sorted(visible(user, set(known.pipelines)))
    ]


@router.get("/capacity")
def capacity(user: User) -> Capacity:  # noqa: ARG001 - whoever may sign in may know
    """The most that one Ray node has of each; empty where no Connection says where Ray is, or Ray gives no answer."""
    try:
        return open_runner().runner.capacity()
    except (AirflowNotFoundException, PromoteError):
        return Capacity()


@router.get("/recent")
def recent(user: User) -> list[RecentRun]:
    """The newest runs of all pipelines that the user may see, newest first."""
    found = recent_runs()
    allowed = visible(user, {run.dag_id for run in found})
    return [run for run in found if run.dag_id in allowed]


@router.get("/failed")
def failed(user: User, limit: Annotated[int, Query(ge=1, le=_MAX_FAILED)] = 20) -> list[FailedRun]:
    """The newest failed runs of the pipelines that the caller published, newest first."""
    known = head_files.current(site_store()).pipelines
    name = user.get_name()
    mine = {dag_id for dag_id, head in known.items() if head.by == name and not head.retired}
    return failed_runs(visible(user, mine), limit=limit)


@router.get("/pipelines/{dag_id}", dependencies=_READ)
def pipeline(dag_id: DagIdPath) -> PipelineHead:
    """One registered pipeline; raises NotFound."""
    known = head_files.current(site_store())
    entry = known.pipelines.get(dag_id)
    if entry is None:
        raise NotFound("pipeline", dag_id)
    return PipelineHead(
        dag_id=dag_id,
        entry=entry,
        name=_name(dag_id, entry.version),
        suggestion=heads.free_dag_id(known, dag_id),
    )


@router.get("/pipelines/{dag_id}/versions", dependencies=_READ_VERSIONS)
def versions(dag_id: DagIdPath) -> list[VersionInfo]:
    """The pipeline's history, newest first."""
    return list(heads.history(site_store(), dag_id))


@router.get("/pipelines/{dag_id}/versions/{version}", dependencies=_READ_VERSIONS)
def version_manifest(dag_id: DagIdPath, version: VersionPath) -> Manifest:
    """What a version is made of."""
    return get_manifest(site_store(), dag_id, version)


@router.get("/pipelines/{dag_id}/versions/{version}/source", dependencies=_READ_CODE)
def version_source(dag_id: DagIdPath, version: VersionPath) -> Response:
    """The notebook that was published."""
    return Response(
        get_source(site_store(), dag_id, version), media_type="application/x-ipynb+json"
    )


@router.put("/pipelines/{dag_id}/versions/{version}", status_code=201, openapi_extra=_ZIP_BODY)
async def put_version(
    dag_id: DagIdPath, version: VersionPath, request: Request, response: Response, user: Publisher
) -> PutVersion:
    """Upload a version as a zip; 201 when it is new, 200 when it was there."""
    data = await _body(request, site().max_upload)
    answer = await run_in_threadpool(_upload, data, dag_id, version, user)
    response.status_code = 201 if answer.created else 200
    return answer


@router.post("/pipelines/{dag_id}/versions/{version}/derive")
def derive(dag_id: DagIdPath, version: VersionPath, wish: Derive, user: Publisher) -> PutVersion:
    """Make a version of this one's code and another one's settings."""
    return registration.derive(site_store(), wish, dag_id=dag_id, version=version, user=user)


@router.post("/pipelines/{dag_id}/activate")
def activate(dag_id: DagIdPath, wish: Activate, user: Publisher) -> Activated:
    """Make a version serve, if nobody changed the pipeline since."""
    return registration.activate(site_store(), wish, dag_id=dag_id, user=user)


@router.post("/pipelines/{dag_id}/retire")
def retire(dag_id: DagIdPath, wish: Retire, user: Publisher) -> Activated:
    """Unpublish: no new runs, the history stays. Refused when somebody changed the pipeline since."""
    return registration.retire(site_store(), wish, dag_id=dag_id, user=user)


@router.post("/pipelines/{dag_id}/parse", status_code=204)
def parse(dag_id: DagIdPath, user: Publisher) -> None:  # noqa: ARG001 - only who may publish may ask for it
    """Let Airflow read the version that serves once more."""
    registration.ask_again(site_store(), dag_id=dag_id)


@router.post("/pipelines/{dag_id}/forget", status_code=204)
def forget(dag_id: DagIdPath, user: Publisher) -> None:
    """Free the id of an unpublished pipeline."""
    registration.forget(site_store(), dag_id=dag_id, user=user)


@router.post("/housekeeping")
def housekeeping(user: User) -> Swept:
    """Do at once what the API server does from time to time; raises Forbidden for who may not publish."""
    if not can_publish(user):
        raise Forbidden(
            f"{user.get_name()} may not publish, and so may not sweep unpublished pipelines.",
            hint="Ask the administrator of Airflow for the right.",
        )
    return Swept(dag_ids=registration.sweep(site_store()))


def _upload(data: bytes, dag_id: str, version: str, user: BaseUser) -> PutVersion:
    return registration.upload(site_store(), data, dag_id=dag_id, version=version, user=user)


async def _body(request: Request, limit: int) -> bytes:
    """The raw body, read here and so after the caller was recognised; a form would be read before."""
    refusal = HTTPException(413, f"A version may have {limit} bytes.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise refusal
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise refusal
            spool.write(chunk)
        spool.seek(0)
        return spool.read()


def _name(dag_id: str, version: str) -> str:
    """The display name, or the id of a pipeline whose manifest is damaged: it can still be unpublished."""
    try:
        return get_manifest(site_store(), dag_id, version).name
    except (InvalidInput, NotFound):
        return dag_id
