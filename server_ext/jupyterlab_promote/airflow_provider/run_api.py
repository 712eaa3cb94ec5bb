"""Routes of runs: their states in Airflow, attempts, events, executed notebooks, previews, handoffs. Read only.

Airflow's own API tells states too, at several times the cost. A run id may hold `/`, so it is matched as a path.
"""

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.background import BackgroundTask

from jupyterlab_promote.airflow_provider.access import DagIdPath, readers
from jupyterlab_promote.airflow_provider.airflow_internals import (
    DagAccessEntity,
    DagRunState,
    DagRunType,
)
from jupyterlab_promote.airflow_provider.airflow_runs import Wanted, run_states
from jupyterlab_promote.airflow_provider.notebook_page import message_page, notebook_page
from jupyterlab_promote.airflow_provider.site import site_store
from jupyterlab_promote.errors import InvalidInput, NotFound, PromoteError
from jupyterlab_promote.ids import STEP_NAME_PATTERN, UNMAPPED, is_step_name
from jupyterlab_promote.model.run import (
    AttemptInfo,
    Event,
    HandoffGroup,
    Outcome,
    Preview,
    RunRecord,
)
from jupyterlab_promote.model.run_states import RunStates
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.split.stitch import stitch
from jupyterlab_promote.store import blobs, layout, runs
from jupyterlab_promote.store.attempts import attempts as attempts_in_store
from jupyterlab_promote.store.handoffs import handoff_groups
from jupyterlab_promote.store.runs import AttemptRef
from jupyterlab_promote.store.versions import get_manifest, get_source

router = APIRouter(
    prefix="/runs/{dag_id}/{run_id:path}",
    dependencies=[Depends(readers(DagAccessEntity.TASK_LOGS))],
)

of_many = APIRouter(
    prefix="/runs/{dag_id}",
    dependencies=[
        Depends(readers(entity))
        for entity in (
            DagAccessEntity.RUN,
            DagAccessEntity.TASK_INSTANCE,
            DagAccessEntity.TASK_LOGS,
        )
    ],
)

RunPath = Annotated[str, Path(max_length=250)]
StepPath = Annotated[str, Path(pattern=STEP_NAME_PATTERN)]
MapIndex = Annotated[int, Query(ge=UNMAPPED)]
AttemptNumber = Annotated[int | None, Query(ge=1)]

_MAX_RUNS = 100
RunIds = Annotated[Sequence[str], Query(max_length=_MAX_RUNS)]

_NOTEBOOK = "application/x-ipynb+json"
_NO_STORE = {"cache-control": "no-store"}
_MAX_HANDOFF = 2 * 2**30
_PARALLEL = 8


def _latest(dag_id: str, run_id: str, step: str, map_index: int) -> AttemptRef:
    names = site_store().list(layout.step_run(dag_id, run_id, step, map_index))
    numbers = [int(name[1:]) for name in names if name.startswith("a") and name[1:].isdecimal()]
    if not numbers:
        raise NotFound("attempt", f"{step} of run {run_id}", hint="The step has not begun.")
    return AttemptRef(
        dag_id=dag_id, run_id=run_id, step=step, map_index=map_index, attempt=max(numbers)
    )


def _asked_for(
    dag_id: DagIdPath,
    run_id: RunPath,
    step: StepPath,
    map_index: MapIndex = UNMAPPED,
    attempt: AttemptNumber = None,
) -> AttemptRef:
    """The attempt that the request names, else the step's latest one; raises NotFound."""
    if attempt is None:
        return _latest(dag_id, run_id, step, map_index)
    return AttemptRef(dag_id=dag_id, run_id=run_id, step=step, map_index=map_index, attempt=attempt)


OneAttempt = Annotated[AttemptRef, Depends(_asked_for)]


@router.get("/attempts")
def attempts(dag_id: DagIdPath, run_id: RunPath) -> list[AttemptInfo]:
    """All attempts of a run."""
    return list(attempts_in_store(site_store(), dag_id, run_id))


@of_many.get("")
def runs_of(
    dag_id: DagIdPath,
    run: RunIds = (),
    state: Annotated[Sequence[DagRunState], Query()] = (),
    kind: Annotated[Sequence[DagRunType], Query()] = (),
    limit: Annotated[int, Query(ge=1, le=_MAX_RUNS)] = 10,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> RunStates:
    """A pipeline's runs as Airflow has them now, with their task instances, newest first; raises NotFound."""
    wanted = Wanted(run_ids=run, states=state, kinds=kind, limit=limit, offset=offset)
    return run_states(dag_id, wanted)


@of_many.get("/attempts")
def attempts_of(
    dag_id: DagIdPath, run: Annotated[list[str], Query(max_length=_MAX_RUNS)]
) -> dict[str, list[AttemptInfo]]:
    """All attempts of several runs, by run id."""
    store = site_store()
    with ThreadPoolExecutor(_PARALLEL) as pool:
        found = pool.map(lambda run_id: list(attempts_in_store(store, dag_id, run_id)), run)
        return dict(zip(run, found, strict=True))


@router.get("/whole")
def whole(dag_id: DagIdPath, run_id: RunPath) -> Response:
    """The notebook that the user wrote, with the outputs of the run in its cells; raises NotFound."""
    store = site_store()
    record = runs.read_run(store, dag_id, run_id)
    if record is None:
        raise NotFound("run", run_id, hint="No step of it has begun.")
    latest: dict[str, AttemptInfo] = {}
    for info in attempts_in_store(store, dag_id, run_id):
        shown = latest.get(info.step)
        # Of a mapped step the first item that failed, else the first.
        if (
            shown is None
            or info.map_index == shown.map_index
            or (_failed(info) and not _failed(shown))
        ):
            latest[info.step] = info
    version = _version(record, latest)
    executed: dict[str, dict[str, Any]] = {}
    for step in get_manifest(store, dag_id, version).steps:
        data = _executed(dag_id, run_id, latest[step.name]) if step.name in latest else None
        if data is not None:
            executed[step.name] = data
    source = json.loads(get_source(store, dag_id, version))
    origin = {"dag_id": dag_id, "run_id": run_id, "version": version}
    return _json(json.dumps(stitch(source, executed, derived_from=origin)).encode())


def _failed(info: AttemptInfo) -> bool:
    return info.outcome is not None and not info.outcome.ok


def _executed(dag_id: str, run_id: str, info: AttemptInfo) -> dict[str, Any] | None:
    """The executed notebook of an attempt, None when it has none yet."""
    ref = AttemptRef(
        dag_id=dag_id, run_id=run_id, step=info.step, map_index=info.map_index, attempt=info.attempt
    )
    try:
        notebook: dict[str, Any] = json.loads(runs.read_notebook(site_store(), ref))
    except NotFound:
        return None
    return notebook


def _version(record: RunRecord, latest: Mapping[str, AttemptInfo]) -> str:
    """The version in whose source the run is shown: a repair moves it to a newer one."""
    versions = [info.outcome.version for info in latest.values() if info.outcome is not None]
    return next((version for version in versions if version != record.version), record.version)


@router.get("/steps/{step}/notebook")
def notebook(ref: OneAttempt) -> Response:
    """The executed notebook of a step, also while it runs and when it failed."""
    return _json(runs.read_notebook(site_store(), ref))


@router.get("/steps/{step}/notebook.html")
def notebook_html(
    dag_id: DagIdPath,
    run_id: RunPath,
    step: str,
    map_index: str = "-1",
    attempt: AttemptNumber = None,
) -> HTMLResponse:
    """The executed notebook as the tab of Airflow's UI, which leaves placeholders that it cannot fill."""
    index = int(map_index) if map_index.lstrip("-").isdecimal() else UNMAPPED
    if not is_step_name(step):
        return message_page("This task has no executed notebook.")
    try:
        ref = _asked_for(dag_id, run_id, step, index, attempt)
        data = runs.read_notebook(site_store(), ref)
    except NotFound:
        return message_page("There is no executed notebook of this task yet.")
    return notebook_page(data)


@router.get("/steps/{step}/events")
def events(ref: OneAttempt, after: Annotated[int, Query(ge=-1)] = -1) -> list[Event]:
    """What a step reported after event number `after`."""
    return list(runs.read_events(site_store(), ref, after=after))


@router.get("/steps/{step}/previews")
def previews(ref: OneAttempt) -> list[Preview]:
    """What the values look like that a finished step left; nothing is unpickled for it."""
    prefix = f"{layout.HANDOFF}/previews/"
    paths = [f.path for f in _finished(ref).files if f.path.startswith(prefix)]
    return [Preview.model_validate_json(site_store().read(ref.path(p))) for p in paths]


@router.get("/steps/{step}/handoff")
def handoff(ref: OneAttempt) -> Response:
    """The values that a finished step left, as a zip of the files that its outcome names.

    Raises:
        NotFound: the step has not finished.
        InvalidInput: they are too large for a download.
    """
    outcome = _finished(ref)
    if outcome.handoff_bytes > _MAX_HANDOFF:
        raise InvalidInput(
            "handoff",
            f"its {format_bytes(outcome.handoff_bytes)} are too much for a download",
            hint="Debug the step where the store can be read directly.",
        )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for file in outcome.files:
            if file.path.startswith(f"{layout.HANDOFF}/"):
                bundle.writestr(
                    file.path.removeprefix(f"{layout.HANDOFF}/"),
                    site_store().read(ref.path(file.path)),
                )
    return Response(target.getvalue(), media_type="application/zip", headers=_NO_STORE)


@router.get("/steps/{step}/handoff/groups")
def groups(ref: OneAttempt) -> list[HandoffGroup]:
    """How large the values are that a finished step left, by what is loaded together; raises NotFound."""
    _finished(ref)
    return list(handoff_groups(site_store(), ref))


@router.get("/steps/{step}/file")
def written_file(ref: OneAttempt, path: Annotated[str, Query(max_length=1000)]) -> FileResponse:
    """A file that a finished step wrote into its working directory, as its outcome names it; raises NotFound."""
    changes = _finished(ref).changes
    sha256 = next((file.sha256 for file in changes if file.path == path), None)
    if sha256 is None or path.endswith("/"):
        raise NotFound("file", path, hint=f"Step {ref.step} wrote no such file.")
    folder = FilePath(tempfile.mkdtemp(prefix="promote-file-"))
    local = folder / "content"
    try:
        blobs.get_blob(site_store(), sha256, local)
    except PromoteError:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        local,
        media_type="application/octet-stream",
        headers=_NO_STORE,
        background=BackgroundTask(shutil.rmtree, folder),
    )


def _finished(ref: AttemptRef) -> Outcome:
    outcome = runs.read_outcome(site_store(), ref)
    if outcome is None:
        raise NotFound("outcome", f"{ref.step} attempt {ref.attempt}", hint="It is still running.")
    return outcome


def _json(data: bytes) -> Response:
    return Response(data, media_type=_NOTEBOOK, headers=_NO_STORE)
