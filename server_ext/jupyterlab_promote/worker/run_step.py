"""`run_step(request) -> Outcome`: one attempt of a step, from its claim to its outcome.

A plain function: Ray's job, Ray's tasks, the gateway and the tests call it alike. It always leaves an outcome, unless
the process is killed; then whoever started it says so.
"""

import hashlib
import json
import os
import re
import shutil
import socket
import tempfile
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from jupyterlab_promote.errors import Conflict, InvalidInput, PromoteError
from jupyterlab_promote.model.run import Cause, Outcome, StepRequest, StoredFile
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import (
    append_events,
    claim,
    commit_outcome,
    read_outcome,
    ref_of,
    snapshot_notebook,
)
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.store.versions import get_manifest, get_source, get_step_notebook
from jupyterlab_promote.store.workdir import diff, snapshot, upload_changes
from jupyterlab_promote.worker import endings, prepare
from jupyterlab_promote.worker.endings import Ending
from jupyterlab_promote.worker.environment import kernel_environment
from jupyterlab_promote.worker.handoff.bundle import stored_files
from jupyterlab_promote.worker.handoff.problems import HandoffError
from jupyterlab_promote.worker.handoff.reporting import PROBLEM
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.memory import killed_for_memory
from jupyterlab_promote.worker.recorder import Recorder, notebook_bytes
from jupyterlab_promote.worker.setup_cell import setup_source
from jupyterlab_promote.worker.watch import Watch, run


def run_step(
    request: StepRequest,
    *,
    environment: Mapping[str, str],
    ray_address: str | None = None,
    ready: StepKernel | None = None,
) -> Outcome:
    """Run one attempt.

    Args:
        request: what to run; its store is opened here.
        environment: variables of the worker's process, of which the kernel gets an allow-list.
        ray_address: what `ray.init()` in a cell joins.
        ready: a kernel started ahead, used if it is of the right kind and ended in any case.

    Returns:
        The attempt's outcome; the winner's, when this attempt was run before.

    Raises:
        Conflict: the attempt belongs to somebody else who has not finished (code `attempt_taken`).
        Unavailable: the store cannot be used, so that no outcome could be left.
    """
    store = open_store(request.store)
    ref = ref_of(request)
    by = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    if not claim(store, ref, "started", by=by):
        finished = read_outcome(store, ref)
        if finished is not None:
            return finished
        raise Conflict(
            f"Attempt {request.attempt} of step {request.step!r} is taken by another worker.",
            hint="Nothing is to be done: the other one goes on, or the next attempt starts.",
            code="attempt_taken",
        )
    scratch = Path(tempfile.mkdtemp(prefix="promote-step-"))
    attempt = _Attempt(store, request, scratch, environment, ray_address, ready)
    try:
        outcome = attempt.run()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return commit_outcome(store, outcome)[0]


class _Attempt:
    """The state of one attempt while it runs; `run` is called once."""

    def __init__(
        self,
        store: Store,
        request: StepRequest,
        scratch: Path,
        environment: Mapping[str, str],
        ray_address: str | None,
        ready: StepKernel | None,
    ) -> None:
        self.store = store
        self.request = request
        self.ref = ref_of(request)
        self.scratch = scratch
        self.workdir = scratch / "work"
        self.workdir.mkdir()
        self.output = prepare.handoff_folder(store, self.ref, scratch)
        self.environment = environment
        self.ray_address = ray_address
        self.ready = ready
        self.began = time.monotonic()
        self.fields: dict[str, Any] = {}
        self.recorder: Recorder | None = None
        self.peak = 0

    def run(self) -> Outcome:
        """Do it all; whatever happens becomes the outcome."""
        try:
            ending = self._execute()
        except KeyboardInterrupt:
            where, cell, _ = self._where()
            ending = endings.cancelled(where, cell)
        except HandoffError as error:
            ending = endings.handoff_problem(error.as_json(), None)
        except PromoteError as error:
            ending = endings.of_error(error)
        except Exception as error:  # noqa: BLE001 - the process edge: an attempt must not end without an outcome
            ending = Ending(
                "failed",
                Cause.INFRASTRUCTURE,
                f"The worker could not run step `{self.request.step}`: {type(error).__name__}: {error}",
                "Look at the log of the Ray job.",
            )
        return self._outcome(ending)

    def _execute(self) -> Ending:
        request = self.request
        manifest = get_manifest(self.store, request.dag_id, request.version)
        step = manifest.step(request.step)
        fits = self.ready is not None and self.ready.name == manifest.kernel
        kernel = self.ready if self.ready is not None and fits else StepKernel(manifest.kernel)
        env = kernel_environment(
            self.environment,
            resources=request.resources,
            environment=request.environment,
            ray_address=self.ray_address,
        )
        try:
            if not fits:
                run(kernel.start(env=env, folder=self.workdir))
            with prepare.given_inputs(self.store, request) as given:
                context = prepare.write_context(
                    request,
                    step,
                    given,
                    manifest=manifest,
                    output=self.output,
                    workdir=self.workdir,
                    scratch=self.scratch,
                )
                prepare.version_files(self.store, manifest, self.workdir)
                prepare.fill_folder(self.store, manifest, given, self.workdir)
                before = snapshot(self.workdir)
                ending = self._cells(
                    manifest, kernel, {**env, "PROMOTE_STEP_CONTEXT": str(context)}
                )
                if ending.state == "success":
                    self._keep(before)
                return ending
        finally:
            run(kernel.close())

    def _cells(self, manifest: Manifest, kernel: StepKernel, env: Mapping[str, str]) -> Ending:
        # Imported while the kernel boots: papermill takes about as long as the kernel.
        from jupyterlab_promote.worker.engine import CellFailed, execute

        request = self.request
        data = get_step_notebook(self.store, request.dag_id, request.version, request.step)
        notebook = prepare.prepared_notebook(data, manifest, request)
        step = manifest.step(request.step)
        self.recorder = Recorder(
            notebook,
            send=lambda part: append_events(self.store, self.ref, part),
            snapshot=lambda content: snapshot_notebook(self.store, self.ref, content),
            user_cells=frozenset((*step.cells, *step.replay)),
        )
        self.recorder.event("started")
        oom_before = killed_for_memory()
        self._connect(kernel, env)
        watch = Watch(
            kernel,
            memory=request.resources.memory,
            timeout=request.timeout,
            tick=self.recorder.tick,
        )
        ending: Ending
        try:
            with watch:
                execute(notebook, recorder=self.recorder, kernel=kernel)
            ending = endings.SUCCESS
        except CellFailed as error:
            ending = self._failed_cell(error.ename, error.evalue, error.traceback)
        except (DeadKernelError, CellTimeoutError, RuntimeError):
            where, cell, _ = self._where()
            oom = oom_before is not None and (killed_for_memory() or 0) > oom_before
            ending = endings.kernel_died(where, kernel.exit_code(), cell, oom=oom)
        finally:
            self.peak = watch.peak
        if watch.reason is not None:
            where, cell, _ = self._where()
            ending = endings.over_limit(watch.reason, step, where, watch.peak, cell)
        return ending

    def _connect(self, kernel: StepKernel, env: Mapping[str, str]) -> None:
        async def connect() -> None:
            client = await kernel.connect()
            if kernel.python:
                source = setup_source(env, folder=self.workdir, shadow=kernel.shadow)
                client.execute(source, silent=True, store_history=False)
                await client.get_shell_msg(timeout=60)

        run(connect())

    def _failed_cell(self, ename: str, evalue: str, traceback: str) -> Ending:
        problem = self.output / PROBLEM
        where, cell, _ = self._where()
        if problem.exists() and cell is None:
            return endings.handoff_problem(json.loads(problem.read_text()), None)
        return endings.cell_raised(where, ename, evalue, cell, _line(traceback))

    def _where(self) -> tuple[str, str | None, int | None]:
        """(words for the cell that runs or failed, its id and index in the source when it is the user's)."""
        running = self.recorder.running if self.recorder is not None else None
        if running is None:
            return f"step `{self.request.step}`", None, None
        source = json.loads(get_source(self.store, self.request.dag_id, self.request.version))
        for index, cell in enumerate(source["cells"]):
            if cell["id"] == running:
                return f"Cell {index + 1} of step `{self.request.step}`", running, index
        return f"Step `{self.request.step}`", None, None

    def _keep(self, before: Any) -> None:
        """Store what the step leaves; only a successful one leaves something."""
        changes = diff(before, self.workdir)
        upload_changes(self.store, changes, self.workdir)
        self.fields["changes"] = changes
        if (self.output / "handoff.json").exists():
            files = tuple(
                StoredFile(path=f"{layout.HANDOFF}/{path}", size=size, sha256=sha256)
                for path, size, sha256 in stored_files(self.output)
            )
            if self.store.local_path(self.ref.path(layout.HANDOFF)) is None:
                for file in files:
                    self.store.upload(self.scratch / file.path, self.ref.path(file.path))
            self.fields["files"] = files
            self.fields["handoff_bytes"] = sum(file.size for file in files)

    def _outcome(self, ending: Ending) -> Outcome:
        _, _, index = self._where() if ending.cell else ("", None, None)
        files = self.fields.get("files", ())
        if self.recorder is not None:
            self.recorder.event("finished", state=ending.state, text=ending.message)
            self.recorder.tick(now=True)
            self.recorder.save(now=True)
            content = notebook_bytes(self.recorder.notebook)
            files = (*files, _stored(layout.NOTEBOOK, content))
        return Outcome(
            dag_id=self.request.dag_id,
            version=self.request.version,
            run_id=self.request.run_id,
            step=self.request.step,
            map_index=self.request.map_index,
            attempt=self.request.attempt,
            state=cast("Literal['success', 'failed', 'cancelled']", ending.state),
            cause=ending.cause,
            message=ending.message,
            hint=ending.hint,
            cell=ending.cell,
            cell_index=index,
            line=ending.line,
            ename=ending.ename,
            evalue=ending.evalue,
            name=ending.name,
            seconds=round(time.monotonic() - self.began, 3),
            peak_memory=self.peak or None,
            handoff_bytes=self.fields.get("handoff_bytes", 0),
            cells=self.recorder.times() if self.recorder is not None else (),
            files=files,
            changes=self.fields.get("changes", ()),
            metrics=_metrics(self.scratch / "metrics.jsonl"),
            node=socket.gethostname(),
        )


def _stored(path: str, content: bytes) -> StoredFile:
    return StoredFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _metrics(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {line["name"]: line["value"] for line in lines}


def _line(traceback: str) -> int | None:
    """The line of the cell at which it failed, from IPython's traceback."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    found = re.findall(r"Cell In\[\d+\], line (\d+)", plain)
    return int(found[-1]) if found else None


def read_request(data: bytes) -> StepRequest:
    """The request that a file holds; raises InvalidInput."""
    try:
        return StepRequest.model_validate_json(data)
    except ValueError as error:
        raise InvalidInput("request", f"cannot be read ({error})") from error
