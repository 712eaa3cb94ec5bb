"""What benchmarks need of an embedded Airflow: a stack of their own, publishing of hand-made chains, timed runs."""

import hashlib
import itertools
import json
import os
import shutil
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from jupyterlab_promote.model.pipeline import Edge, Step
from jupyterlab_promote.model.settings import StepSettings
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.stack import StackInfo, down, up
from jupyterlab_promote.stack.probes import airflow_token
from jupyterlab_promote.store.packing import pack
from jupyterlab_promote.store.versions import Draft

_WAIT_SECONDS = 300.0
_PEER_FILE = """
from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG
from pathlib import Path

here = Path(__file__).parent
notebook = str(here / "noop.ipynb")
with DAG("{dag_id}", schedule=None, catchup=False) as dag:
"""


@dataclass(frozen=True)
class Airflow:
    """A running stack and a client signed in to its Airflow."""

    stack: StackInfo
    http: httpx.Client

    def until(self, condition: Callable[[], bool], *, what: str, every: float = 0.02) -> None:
        """Wait for a condition."""
        end = time.monotonic() + _WAIT_SECONDS
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {_WAIT_SECONDS:.0f} s: {what}")
            time.sleep(every)

    def publish(self, draft: Draft, *, revision: int) -> None:
        """Upload, activate, and wait until Airflow lists this very version."""
        base = f"/promote/pipelines/{draft.manifest.dag_id}"
        content = pack(draft)
        headers = {"content-type": "application/zip"}
        put = self.http.put(f"{base}/versions/{draft.version}", content=content, headers=headers)
        put.raise_for_status()
        wish = {
            "version": draft.version,
            "uid": draft.manifest.uid,
            "expected_revision": revision,
        }
        self.http.post(f"{base}/activate", json=wish).raise_for_status()
        self.until(lambda: draft.version in self.tags(draft.manifest.dag_id), what="it is parsed")

    def tags(self, dag_id: str) -> list[str]:
        """The tags that Airflow lists, which hold the version."""
        answer = self.http.get(f"/api/v2/dags/{dag_id}")
        return [tag["name"] for tag in answer.json()["tags"]] if answer.is_success else []

    def unpause(self, dag_id: str) -> None:
        """Switch a DAG on, once Airflow knows it."""
        path = f"/api/v2/dags/{dag_id}"
        self.until(lambda: self.http.get(path).is_success, what=f"{dag_id} is known", every=0.2)
        self.http.patch(path, json={"is_paused": False}).raise_for_status()

    def timed_run(self, dag_id: str) -> float:
        """Seconds from triggering a run to its success."""
        base = f"/api/v2/dags/{dag_id}/dagRuns"
        began = time.perf_counter()
        made = self.http.post(base, json={"logical_date": None, "conf": {}}).raise_for_status()
        path = f"{base}/{made.json()['dag_run_id']}"
        states = ("success", "failed")
        self.until(lambda: self.http.get(path).json()["state"] in states, what=f"{dag_id} ends")
        seconds = time.perf_counter() - began
        if self.http.get(path).json()["state"] != "success":
            raise RuntimeError(f"the run of {dag_id} failed; its logs: {self.stack.logs}")
        return seconds


@contextmanager
def running_stack(
    *, settings: Mapping[str, str] | None = None, dags: Mapping[str, str] | None = None
) -> Iterator[Airflow]:
    """A stack in a directory of its own, with settings from the environment and DAG files of the caller."""
    directory = Path(tempfile.mkdtemp(prefix="pbench-", dir="/tmp"))
    changed = {"PROMOTE_STACK_DIR": str(directory), **(settings or {})}
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        (directory / "dags").mkdir()
        for name, source in (dags or {}).items():
            (directory / "dags" / name).write_text(source)
        info = up(lambda _: None)
        headers = {"Authorization": f"Bearer {airflow_token(info)}"}
        with httpx.Client(
            base_url=info.airflow_url, headers=headers, timeout=60, trust_env=False
        ) as client:
            yield Airflow(info, client)
    finally:
        down(force=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
        shutil.rmtree(directory, ignore_errors=True)


def peer_dag(dag_id: str, body: str) -> dict[str, str]:
    """The files of a DAG of PapermillOperators; `body` makes them, from the path `notebook` and the folder `here`."""
    source = _PEER_FILE.format(dag_id=dag_id) + textwrap.indent(textwrap.dedent(body), "    ")
    return {"peer.py": source, "noop.ipynb": noop_notebook().decode()}


def beside_peer(
    airflow: Airflow, ours: str, peer: str, *, repetitions: int, warm_up: bool = False
) -> tuple[list[float], list[float]]:
    """Seconds of runs of both DAGs, in turns, so that a change of the machine's load hits both.

    Args:
        warm_up: run both once before.
    """
    for dag_id in (ours, peer):
        airflow.unpause(dag_id)
    if warm_up:
        with ThreadPoolExecutor() as pool:
            list(pool.map(airflow.timed_run, (ours, peer)))
    taken = [(airflow.timed_run(ours), airflow.timed_run(peer)) for _ in range(repetitions)]
    return [each for each, _ in taken], [each for _, each in taken]


def noop_notebook() -> bytes:
    """A notebook of three cells that do nothing."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{index}",
            "metadata": {},
            "source": f"{index}",
            "outputs": [],
            "execution_count": None,
        }
        for index in range(3)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, sort_keys=True).encode()


def noop_chain(dag_id: str, *, length: int, note: str = "") -> Draft:
    """A version whose steps do nothing and follow each other; `note` makes it another version."""
    names = [f"step_{index:02}" for index in range(length)]
    notebook = noop_notebook()
    digest = hashlib.sha256(notebook).hexdigest()
    steps = tuple(
        Step(name=name, cells=("c0", "c1", "c2"), settings=StepSettings()) for name in names
    )
    edges = tuple(Edge.model_validate({"from": a, "to": b}) for a, b in itertools.pairwise(names))
    manifest = Manifest(
        dag_id=dag_id,
        uid=hashlib.sha256(dag_id.encode()).hexdigest()[:32],
        name=dag_id,
        description=note,
        kernel="python3",
        steps=steps,
        edges=edges,
        notebooks=dict.fromkeys(names, digest),
        source=digest,
    )
    return Draft(
        manifest=manifest, notebooks=dict.fromkeys(names, notebook), source=notebook, files={}
    )
