"""What telling a step's progress costs: 200 cells with 50 MB of output, beside the same step that tells nothing."""

import hashlib
import json
import math
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.airflow import noop_chain
from benchmarks.run import Result, result

from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.store.versions import Draft, put_version
from jupyterlab_promote.worker import recorder
from jupyterlab_promote.worker.run_step import run_step

_CELLS = 200
_BYTES = 50_000_000
_REPETITIONS = 5
_LINE = 500


def progress_overhead() -> Result:
    """Seconds of the whole step with events and snapshots, as every step has them."""
    draft = _talkative()
    ours, silent = [], []
    with tempfile.TemporaryDirectory(prefix="promote-bench-") as folder:
        store = open_store(Path(folder) / "store")
        version, _ = put_version(store, draft)
        for number in range(_REPETITIONS + 1):
            ours.append(_seconds(store, version, run_id=f"told{number}"))
            with _nothing_told():
                silent.append(_seconds(store, version, run_id=f"silent{number}"))
    return result(ours[1:], unit="s", peer=silent[1:])


def _seconds(store: Store, version: str, *, run_id: str) -> float:
    request = StepRequest(
        store=store.url,
        dag_id="bench_progress",
        version=version,
        run_id=run_id,
        step="step_00",
        attempt=1,
        job_id=run_id,
    )
    began = time.perf_counter()
    outcome = run_step(request, environment=os.environ)
    seconds = time.perf_counter() - began
    if not outcome.ok:
        raise RuntimeError(outcome.message)
    return seconds


@contextmanager
def _nothing_told() -> Iterator[None]:
    """The recorder without its two intervals: only the notebook at the end is written."""
    told = recorder.EVENTS_EVERY, recorder.SNAPSHOT_EVERY
    recorder.EVENTS_EVERY = recorder.SNAPSHOT_EVERY = math.inf
    try:
        yield
    finally:
        recorder.EVENTS_EVERY, recorder.SNAPSHOT_EVERY = told


def _talkative() -> Draft:
    """One step whose cells print lines, as loops do."""
    plain = noop_chain("bench_progress", length=1)
    lines = _BYTES // _CELLS // _LINE
    source = f"for line in range({lines}):\n    print('x' * {_LINE - 1})"
    document = json.loads(plain.source)
    cell = document["cells"][0]
    names = tuple(f"c{index}" for index in range(_CELLS))
    document["cells"] = [{**cell, "id": name, "source": source} for name in names]
    notebook = json.dumps(document, sort_keys=True).encode()
    digest = hashlib.sha256(notebook).hexdigest()
    step = plain.manifest.steps[0].model_copy(update={"cells": names})
    manifest = plain.manifest.model_copy(
        update={"steps": (step,), "notebooks": {"step_00": digest}, "source": digest}
    )
    return replace(plain, manifest=manifest, notebooks={"step_00": notebook}, source=notebook)


BENCHMARKS = {"progress_overhead": progress_overhead}
