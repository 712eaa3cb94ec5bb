"""The chain of no-op steps without Airflow, as `jupyter promote run` does it, beside plain papermill."""

import tempfile
import time
from pathlib import Path

import papermill
from benchmarks.airflow import noop_chain, noop_notebook
from benchmarks.run import Result, result

from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.ray_run import Run, joined, run_pipeline

_STEPS = 10
_REPETITIONS = 5


def chain_without_airflow() -> Result:
    """Seconds per no-op step on a Ray that runs already."""
    draft = noop_chain("bench_chain", length=_STEPS)
    names = tuple(step.name for step in draft.manifest.steps)
    ours, peer = [], []
    with tempfile.TemporaryDirectory(prefix="promote-bench-") as folder, joined(None) as address:
        store = open_store(Path(folder) / "store")
        version, _ = put_version(store, draft)
        for number in range(_REPETITIONS + 1):
            run = Run(
                store=store,
                manifest=draft.manifest,
                version=version,
                run_id=f"r{number}",
                parameters={},
                steps=names,
                finished={},
                attempts={},
            )
            began = time.perf_counter()
            ended = run_pipeline(run, ray_address=address, progress=lambda *_: None)
            ours.append((time.perf_counter() - began) / _STEPS)
            if not all(each.usable for each in ended.values()):
                raise RuntimeError("a step of the chain failed")
            peer.append(_plain_papermill(Path(folder)) / _STEPS)
    return result(ours[1:], unit="s", peer=peer[1:])


def _plain_papermill(folder: Path) -> float:
    source = folder / "noop.ipynb"
    source.write_bytes(noop_notebook())
    began = time.perf_counter()
    for number in range(_STEPS):
        papermill.execute_notebook(source, folder / f"out_{number}.ipynb", progress_bar=False)
    return time.perf_counter() - began


BENCHMARKS = {"chain_without_airflow": chain_without_airflow}
