"""A step of a run as a notebook that can be run again here, with the values that it was given beside it.

The values come through the registration API, so the store need not be reachable. Nothing is unpickled here;
the notebook's own cell does that, in its kernel, when the person runs it.
"""

import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.pipeline import Step, StepInput
from jupyterlab_promote.model.review import DebugInput, DebugPlan
from jupyterlab_promote.model.run import AttemptInfo
from jupyterlab_promote.model.run_views import Run
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.notebook.settings import DERIVED_KEY
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.store.folder import write_notebook

HANDOFF = ".handoff"
"""Where a step notebook that is opened by hand looks for its inputs, with `context.json` in it."""

_HASHED_AT_ONCE = 2**20
_AT_ONCE = 8
_GPU = Path("/dev/nvidia0")


@dataclass(frozen=True, kw_only=True)
class StepOfRun:
    """A step of a run, with what is needed to run it again."""

    session: Session
    run: Run
    manifest: Manifest
    step: Step
    attempts: tuple[AttemptInfo, ...]
    map_index: int = UNMAPPED
    attempt: int | None = None

    @property
    def folder_name(self) -> str:
        """Name of the debug notebook's folder."""
        run = re.sub(r"[^A-Za-z0-9_-]+", "-", self.run.run_id)[:48].strip("-")
        index = "" if self.map_index == UNMAPPED else f"-{self.map_index}"
        return f"{run}-{self.step.name}{index}"

    def handoffs(self, provider: str) -> tuple[AttemptInfo, ...]:
        """The finished attempts whose values are given, in item order."""
        latest: dict[int, AttemptInfo] = {}
        for info in self.attempts:
            if info.step == provider and info.outcome is not None and info.outcome.ok:
                known = latest.get(info.map_index)
                if known is None or info.attempt > known.attempt:
                    latest[info.map_index] = info
        return tuple(latest[index] for index in sorted(latest))


def step_of_run(
    session: Session, run: Run, step: str, *, map_index: int, attempt: int | None
) -> StepOfRun:
    """Find it. Raises NotFound when the run's version is not known or has no such step."""
    if not run.version_id:
        raise NotFound(
            "executed notebook of run", run.run_id, hint="Wait until a step of it begins."
        )
    manifest = session.manifest(run.dag_id, run.version_id)
    found = next((one for one in manifest.steps if one.name == step), None)
    if found is None:
        names = ", ".join(one.name for one in manifest.steps)
        raise NotFound("step", f"{step} of run {run.run_id}", hint=f"There are: {names}.")
    return StepOfRun(
        session=session,
        run=run,
        manifest=manifest,
        step=found,
        attempts=session.registration.attempts(run.dag_id, run.run_id),
        map_index=map_index,
        attempt=attempt,
    )


def explain(wanted: StepOfRun, *, path: str, beside: Path | None, written: bool) -> DebugPlan:
    """What the notebook would load, and what is not here as it was there.

    Args:
        path: where the notebook is, or would be.
        beside: the folder of the source notebook; None where it is not known.
    """
    # A step may wait for another one without a value of it.
    inputs = tuple(
        DebugInput(step=given.step, names=given.names, bytes=_bytes_loaded(wanted, given))
        for given in wanted.step.inputs
        if given.names
    )
    return DebugPlan(
        path=path,
        written=written,
        step=wanted.step.name,
        by=wanted.run.started_by,
        own=_is_own(wanted),
        bytes=sum(given.bytes for given in inputs),
        inputs=inputs,
        warnings=(
            *_package_warnings(wanted.manifest),
            *_machine_warnings(wanted.step),
            *(
                f"File {entry.path} is not here as the run had it."
                for entry in wanted.manifest.files
                if _same_file(entry.path, entry.sha256, beside) is None
            ),
        ),
    )


def _is_own(wanted: StepOfRun) -> bool:
    """Whether the values come of code that the user published, in a run that the user or the schedule began."""
    run, registration = wanted.run, wanted.session.registration
    user = registration.info().user
    versions = registration.versions(run.dag_id)
    authors = {info.by for info in versions if info.version == run.version_id}
    return authors == {user} and run.started_by in ("", user)


def _bytes_loaded(wanted: StepOfRun, given: StepInput) -> int:
    """Bytes of what is loaded with the names that the step gets: not of all that the other one left."""
    names, run = set(given.names), wanted.run
    registration = wanted.session.registration

    def of(info: AttemptInfo) -> int:
        groups = registration.handoff_groups(
            run.dag_id, run.run_id, given.step, map_index=info.map_index, attempt=info.attempt
        )
        return sum(each.bytes for each in groups if "*" in names or names & set(each.names))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return sum(pool.map(of, wanted.handoffs(given.step)))


def write(wanted: StepOfRun, folder: Path, *, beside: Path | None) -> Path:
    """Write the notebook with its inputs and files into a folder; gives the notebook's path.

    Raises:
        NotFound: an input is not there (any more).
        InvalidInput: the folder is not writable.
    """
    run = wanted.run
    notebook = wanted.session.registration.notebook(
        run.dag_id,
        run.run_id,
        wanted.step.name,
        map_index=wanted.map_index,
        attempt=wanted.attempt,
    )
    file = folder / f"{wanted.step.name}.ipynb"
    try:
        _write_inputs(wanted, folder)
        _copy_files(wanted.manifest, folder, beside)
    except OSError as error:
        raise InvalidInput(
            "output",
            f"{folder} cannot be written ({error.strerror})",
            hint="Make it writable, or name another folder.",
        ) from error
    write_notebook(file, _to_run_again(notebook, wanted))
    return file


def _write_inputs(wanted: StepOfRun, folder: Path) -> None:
    own = folder / HANDOFF
    shutil.rmtree(own, ignore_errors=True)
    inputs: dict[str, list[str]] = {}
    for given in wanted.step.inputs:
        for info in wanted.handoffs(given.step):
            name = f"{HANDOFF}/{given.step}"
            if info.map_index != UNMAPPED:
                name = f"{name}.{info.map_index}"
            data = wanted.session.registration.handoff(
                wanted.run.dag_id,
                wanted.run.run_id,
                given.step,
                map_index=info.map_index,
                attempt=info.attempt,
            )
            (folder / name).mkdir(parents=True)
            with zipfile.ZipFile(io.BytesIO(data)) as bundle:
                bundle.extractall(folder / name)
            inputs.setdefault(given.step, []).append(name)
    own.mkdir(parents=True, exist_ok=True)
    (own / "context.json").write_text(json.dumps(_context(wanted, inputs), indent=1))


def _context(wanted: StepOfRun, inputs: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the worker would tell the kernel; its paths are relative to the notebook's folder."""
    over = wanted.step.settings.map_over
    mapped = (
        given.step
        for given in wanted.step.inputs
        if wanted.manifest.step(given.step).settings.map_over is not None
    )
    item = None
    if over is not None and wanted.map_index != UNMAPPED:
        item = {"name": over.item, "over": over.over, "index": wanted.map_index}
    return {
        "step": wanted.step.name,
        "inputs": dict(inputs),
        "mapped": sorted(mapped),
        "item": item,
        "output": f"{HANDOFF}/{wanted.step.name}",
    }


def _copy_files(manifest: Manifest, folder: Path, beside: Path | None) -> None:
    for entry in manifest.files:
        found = _same_file(entry.path, entry.sha256, beside)
        if found is not None:
            target = folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, target)


def _same_file(path: str, sha256: str, beside: Path | None) -> Path | None:
    """The file beside the source notebook, if it is still what was published."""
    file = beside / path if beside is not None else None
    if file is None or not file.is_file():
        return None
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while part := stream.read(_HASHED_AT_ONCE):
            digest.update(part)
    return file if digest.hexdigest() == sha256 else None


def _package_warnings(manifest: Manifest) -> list[str]:
    told = []
    for package in manifest.packages:
        try:
            here = version(package.name)
        except PackageNotFoundError:
            told.append(f"Package {package.name} {package.version} is not installed here.")
            continue
        if here != package.version:
            told.append(f"Package {package.name} is {here} here; published with {package.version}.")
    return told


def _machine_warnings(step: Step) -> list[str]:
    told = []
    if step.settings.resources.gpus and not _GPU.exists():
        told.append(f"The step asks for {step.settings.resources.gpus:g} GPU; there is none here.")
    told += [
        f"The secret {name} is not set here." for name in sorted(step.settings.environment.secrets)
    ]
    return told


def _to_run_again(notebook: Mapping[str, Any], wanted: StepOfRun) -> dict[str, Any]:
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    failed = next(
        (s for s in wanted.run.steps if s.step == wanted.step.name and s.failed_cell), None
    )
    origin = {
        "dag_id": wanted.run.dag_id,
        "run_id": wanted.run.run_id,
        "version": wanted.run.version_id,
        "step": wanted.step.name,
        "debug": True,
        "failed_cell": failed.failed_cell if failed else None,
    }
    return {
        **notebook,
        "cells": cells,
        "metadata": {**notebook["metadata"], DERIVED_KEY: origin},
    }
