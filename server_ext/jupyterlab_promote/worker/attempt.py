"""One attempt while it runs: kernel, inputs, cells, and how it ended. Its claim and its outcome are `run_step.py`'s."""

import importlib
import json
import shutil
import time
from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.run import Cause, Outcome, StepRequest
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store.runs import AttemptRef, append_events, ref_of, snapshot_notebook
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_manifest, get_step_notebook
from jupyterlab_promote.store.workdir import snapshot
from jupyterlab_promote.worker import endings, prepare
from jupyterlab_promote.worker.endings import Ending
from jupyterlab_promote.worker.environment import kernel_environment, needs_fresh_kernel
from jupyterlab_promote.worker.handoff.problems import HandoffError, StoreFull
from jupyterlab_promote.worker.handoff.reporting import PROBLEM
from jupyterlab_promote.worker.handoff.users_code import Failed, ran
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.leavings import Kept, Leavings, Reserve, keep, outcome_of
from jupyterlab_promote.worker.masking import Mask, open_secrets
from jupyterlab_promote.worker.memory import killed_for_memory
from jupyterlab_promote.worker.packages import STRICT, differences, installed
from jupyterlab_promote.worker.recorder import Recorder
from jupyterlab_promote.worker.setup_cell import set_up
from jupyterlab_promote.worker.stopping import Stop
from jupyterlab_promote.worker.watch import Watch, run
from jupyterlab_promote.worker.watched import asking
from jupyterlab_promote.worker.whereabouts import Whereabouts


@dataclass(frozen=True)
class Place:
    """Where an attempt runs.

    Attributes:
        scratch: folder of its own on this machine.
        environment: variables of the worker's process.
        ray_address: what `ray.init()` in a cell joins.
        ready: a kernel started ahead; used if it is of the right kind, ended in any case.
        stop: the wish to end before its time.
        watched: the file that takes the fingerprints of the notebook's variables; None for none.
    """

    scratch: Path
    environment: Mapping[str, str]
    ray_address: str | None = None
    ready: StepKernel | None = None
    stop: Stop = field(default_factory=Stop)
    watched: Path | None = None


class Attempt:
    """The state of one attempt while it runs; `run` is called once."""

    def __init__(self, store: Store, request: StepRequest, place: Place) -> None:
        self._store = store
        self._request = request
        self._place = place
        self._ref: AttemptRef = ref_of(request)
        self._workdir = place.scratch / "work"
        self._workdir.mkdir()
        self._output = prepare.handoff_folder(store, self._ref, place.scratch)
        self._began = time.monotonic()
        self._kept = Kept()
        self._reserve = Reserve(store, self._ref)
        self._at = Whereabouts(store, request)
        self._peak = 0
        self._mask = Mask()
        self._warnings: tuple[str, ...] = ()

    def run(self) -> Outcome:
        """Do it all; whatever happens becomes the outcome."""
        try:
            ending = self._ending()
        except KeyboardInterrupt:
            ending = endings.cancelled(*self._at.now())
        self._place.stop.decided()
        wish = self._place.stop.wish
        if wish is not None and ending.state != "success":
            # Whoever asked may have ended the kernel too, or a library swallowed the interrupt.
            ending = endings.stopped(wish, *self._at.now(ended=True))
        if ending.state != "success":
            # Nobody reads the values of an attempt that failed, and a disk may be full of them.
            shutil.rmtree(self._output, ignore_errors=True)
        index = self._at.place_of(ending.cell) if ending.cell else None
        self._reserve.for_notebook()
        outcome = outcome_of(
            self._request,
            ending,
            Leavings(
                kept=self._kept,
                recorder=self._at.recorder,
                cell_index=index,
                seconds=time.monotonic() - self._began,
                peak=self._peak,
                mask=self._mask,
                warnings=(*self._warnings, *self._kept.warnings),
                scratch=self._place.scratch,
            ),
        )
        self._reserve.for_outcome()
        return outcome

    def _ending(self) -> Ending:
        # An attempt must not end without an outcome.
        done = ran(self._execute)
        if not isinstance(done, Failed):
            return done
        error = done.error
        if isinstance(error, HandoffError):
            return endings.handoff_problem(error.as_json(), self._request.step, None)
        if isinstance(error, PromoteError):
            return endings.of_error(error)
        return Ending(
            "failed",
            Cause.INFRASTRUCTURE,
            f"The worker could not run step `{self._request.step}`: {type(error).__name__}: {error}",
            "Look at the log of the Ray job.",
        )

    def _execute(self) -> Ending:
        """In the kernel that was started ahead if it fits, else in one of its own; both are ended."""
        request, place = self._request, self._place
        self._reserve.take()
        manifest = get_manifest(self._store, request.dag_id, request.version)
        ready = place.ready
        asked = request.environment.pip
        # A kernel of another language cannot be told its folder and variables once it runs.
        fresh = needs_fresh_kernel(request.environment)
        fits = ready is not None and ready.name == manifest.kernel and ready.python and not fresh
        kernel = ready if ready is not None and fits else StepKernel(manifest.kernel)
        env = kernel_environment(
            place.environment,
            resources=request.resources,
            environment=request.environment,
            ray_address=place.ray_address,
        )
        try:
            with ExitStack() as held:
                if not fits:
                    own = installed(asked, python=kernel.interpreter) if asked else nullcontext()
                    packages = held.enter_context(own)
                    run(kernel.start(env=env, folder=self._folder(manifest), packages=packages))
                return self._with_inputs(manifest, kernel, env, held)
        finally:
            run(kernel.close())

    def _with_inputs(
        self, manifest: Manifest, kernel: StepKernel, env: Mapping[str, str], held: ExitStack
    ) -> Ending:
        """While the kernel boots, lay out what the cells find; then run them and keep what they leave."""
        request, place = self._request, self._place
        given = held.enter_context(prepare.given_inputs(self._store, request))
        context = prepare.write_context(
            request,
            manifest.step(request.step),
            given,
            manifest=manifest,
            output=self._output,
            workdir=self._workdir,
            scratch=place.scratch,
        )
        prepare.version_files(self._store, manifest, given, self._workdir)
        prepare.fill_folder(self._store, manifest, given, self._workdir)
        before = snapshot(self._workdir)
        secrets = open_secrets(request, place.environment)
        self._mask = Mask(secrets.values())
        late = {**env, **secrets, "PROMOTE_STEP_CONTEXT": str(context)}
        ending = self._cells(manifest, kernel, late)
        if ending.state == "success":
            self._kept = keep(
                self._store,
                self._ref,
                before,
                workdir=self._workdir,
                output=self._output,
                mask=self._mask,
            )
        return ending

    def _cells(self, manifest: Manifest, kernel: StepKernel, env: Mapping[str, str]) -> Ending:
        # While the kernel boots: papermill takes about as long as the kernel.
        importlib.import_module("jupyterlab_promote.worker.engine")
        request = self._request
        data = get_step_notebook(self._store, request.dag_id, request.version, request.step)
        notebook = prepare.prepared_notebook(data, manifest, request)
        step = manifest.step(request.step)
        if self._place.watched is not None:
            # The last one may be a definition that later steps run again too.
            own = (*step.cells, *step.replay)
            env = {**env, **asking(self._place.watched, notebook, own)}
        recorder = Recorder(
            notebook,
            send=lambda part: append_events(self._store, self._ref, part),
            snapshot=lambda content: snapshot_notebook(self._store, self._ref, content),
            user_cells=frozenset((*step.cells, *step.replay)),
            mask=self._mask,
        )
        self._at.recorder = recorder
        recorder.event("started")
        other = self._set_up(kernel, env, manifest)
        if other is not None:
            return other
        watch = Watch(
            kernel,
            memory=request.resources.memory,
            timeout=request.timeout,
            tick=recorder.tick,
            stop=self._place.stop,
        )
        try:
            ending = self._watched(recorder, kernel, watch)
        finally:
            self._peak = watch.peak
        if watch.reason is not None:
            where, cell = self._at.now(ended=True)
            ending = endings.over_limit(watch.reason, request, where, watch.peak, cell)
        return ending

    def _watched(self, recorder: Recorder, kernel: StepKernel, watch: Watch) -> Ending:
        """Execute the cells; how they ended by themselves."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        from jupyterlab_promote.worker.engine import CellFailed, Overtaken, execute

        oom_before = killed_for_memory()
        try:
            with watch:
                execute(
                    recorder.notebook,
                    recorder=recorder,
                    kernel=kernel,
                    mask=self._mask,
                    over=lambda: watch.reason is not None or self._place.stop.wish is not None,
                )
        except CellFailed as error:
            return self._failed_cell(error.ename, error.evalue, error.traceback)
        except (CellTimeoutError, Overtaken, RuntimeError) as error:
            told = isinstance(error, DeadKernelError | Overtaken) or watch.reason is not None
            if not told and kernel.exit_code() is None:
                # The kernel lives, so that is our own trouble.
                raise
            where, cell = self._at.now()
            oom = oom_before is not None and (killed_for_memory() or 0) > oom_before
            return endings.kernel_died(where, kernel.exit_code(), cell, oom=oom)
        return endings.SUCCESS

    def _folder(self, manifest: Manifest) -> Path:
        """Where the cells run: as deep in the working directory as the notebook's paths climb."""
        folder = self._workdir / manifest.folder
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _set_up(
        self, kernel: StepKernel, env: Mapping[str, str], manifest: Manifest
    ) -> Ending | None:
        """Prepare the kernel; the step's end when it has other packages and may not."""
        names = [package.name for package in manifest.packages]
        found = run(set_up(kernel, env, folder=self._folder(manifest), packages=names))
        told = differences(manifest, found) if found else ()
        strict = manifest.step(self._request.step).settings.strict_packages
        if told and (strict or self._place.environment.get(STRICT)):
            return endings.other_packages(told[0])
        self._warn(told)
        return None

    def _warn(self, sentences: tuple[str, ...]) -> None:
        for sentence in sentences:
            self._warnings += (sentence,)
            if self._at.recorder is not None:
                self._at.recorder.event("warning", text=sentence)

    def _reason_of(self, problem: dict[str, Any]) -> str | None:
        """The cell that made or changed what cannot be handed over, where only one names it."""
        of_step = problem.get("learned") or problem["cause"] == Cause.NOT_PICKLABLE
        return self._at.only_cell_with(problem["name"]) if of_step and problem["name"] else None

    def _failed_cell(self, ename: str, evalue: str, traceback: str) -> Ending:
        problem = self._output / PROBLEM
        where, cell = self._at.now()
        if problem.exists() and cell is None:
            told = json.loads(problem.read_text())
            return endings.handoff_problem(told, self._request.step, self._reason_of(told))
        if cell is None and ename == StoreFull.__name__:
            return Ending("failed", Cause.STORE_FULL, evalue)
        return endings.cell_raised(where, ename, evalue, cell, endings.line_of(traceback))
