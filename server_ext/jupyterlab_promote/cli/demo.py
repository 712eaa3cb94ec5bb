"""`jupyter promote demo`: the whole way once, on this computer: start, publish an example, run it, show the result.

The example is copied, so that nothing of an installation or a clone is changed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.errors import NotFound, Unavailable
from jupyterlab_promote.model.registration import Activate
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.split.plan import dag_id_of, plan
from jupyterlab_promote.stack import StackInfo, up
from jupyterlab_promote.stack.probes import airflow_token
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.versions import Draft, pack

EXAMPLES = ("hello", "churn")
_UID = "d" * 32
_RUN_SECONDS = 900.0
_REGISTER_SECONDS = 60.0
_PACKAGE = Path(__file__).parents[1]

Say = Callable[[str], None]


@dataclass(frozen=True)
class Shown:
    """The last line of `--json`; `notebooks` are files on this computer, the whole one first."""

    dag_id: str
    run_id: str
    state: str
    version: str
    notebooks: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add `--once` and the choice of the example."""
    parser.add_argument("--once", action="store_true", help="end after the run; no JupyterLab")
    parser.add_argument("--example", choices=EXAMPLES, default="hello", help="which notebook")


def execute(args: argparse.Namespace) -> int:
    """Do it; exit code 0 when the run succeeded."""

    def say(text: str) -> None:
        print(json.dumps({"progress": text}) if args.json else text, flush=True)

    info = up(say)
    notebook = _copy(args.example, Path(info.directory) / "demo")
    with httpx.Client(
        base_url=info.airflow_url,
        headers={"Authorization": f"Bearer {airflow_token(info)}"},
        timeout=30,
        trust_env=False,
    ) as client:
        shown = _Demo(client, notebook, say).run()
    if args.json:
        print(json.dumps(asdict(shown)), flush=True)
    else:
        _explain(shown, info)
    if not args.once:
        return _open_lab(notebook)
    return 0 if shown.state == "success" else 1


def _copy(example: str, target: Path) -> Path:
    source = _examples() / example
    shutil.copytree(source, target / example, dirs_exist_ok=True)
    return target / example / f"{example}.ipynb"


def _examples() -> Path:
    """The examples of a wheel lie in the package, those of a clone beside it."""
    for place in (_PACKAGE / "examples", _PACKAGE.parents[1] / "examples"):
        if place.is_dir():
            return place
    raise NotFound("directory of", "examples", hint="Install the package again.")


@dataclass(frozen=True)
class _Demo:
    client: httpx.Client
    notebook: Path
    say: Say

    def run(self) -> Shown:
        draft = self._publish()
        dag_id = draft.manifest.dag_id
        body: dict[str, object] = {"logical_date": None, "conf": {}}
        made = self._json("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)
        run_id = made["dag_run_id"]
        self.say(f"Run {run_id} is on its way.")
        state = self._wait(dag_id, run_id)
        notebooks = self._download(draft, run_id)
        return Shown(dag_id, run_id, state, draft.version, tuple(str(path) for path in notebooks))

    def _publish(self) -> Draft:
        nb = read_notebook(self.notebook.read_bytes())
        name = self.notebook.stem
        pipeline = plan(analyse(nb), nb, name=name)
        dag_id = dag_id_of(nb, name)
        draft = make_draft(pipeline, nb, self.notebook.parent, uid=_UID, dag_id=dag_id)
        base = f"/promote/pipelines/{dag_id}"
        began = time.monotonic()
        self.client.put(
            f"{base}/versions/{draft.version}",
            content=pack(draft),
            headers={"content-type": "application/zip"},
        ).raise_for_status()
        head = self.client.get(base)
        revision = head.json()["entry"]["revision"] if head.is_success else 0
        wish = Activate(version=draft.version, uid=_UID, expected_revision=revision)
        self._json("POST", f"{base}/activate", wish.model_dump(mode="json"))
        self._until(
            lambda: draft.version in self._tags(dag_id), _REGISTER_SECONDS, "the DAG is parsed"
        )
        self._json("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})
        took = time.monotonic() - began
        steps = len(draft.manifest.steps)
        self.say(f"Airflow has {dag_id} with {steps} steps as {draft.version} ({took:.1f} s).")
        return draft

    def _tags(self, dag_id: str) -> list[str]:
        answer = self.client.get(f"/api/v2/dags/{dag_id}")
        return [tag["name"] for tag in answer.json()["tags"]] if answer.is_success else []

    def _wait(self, dag_id: str, run_id: str) -> str:
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
        told: dict[str, str] = {}

        def ended() -> bool:
            for task in self._json("GET", f"{path}/taskInstances")["task_instances"]:
                name, state = task["task_id"], task["state"] or "waiting"
                if told.get(name) != state and state in ("running", "success", "failed"):
                    told[name] = state
                    self.say(f"  {name}: {state}")
            return self._json("GET", path)["state"] in ("success", "failed")

        self._until(ended, _RUN_SECONDS, "the run ends")
        return str(self._json("GET", path)["state"])

    def _download(self, draft: Draft, run_id: str) -> list[Path]:
        dag_id = draft.manifest.dag_id
        folder = self.notebook.parent / "runs" / run_id.replace("/", "_")
        folder.mkdir(parents=True, exist_ok=True)
        base = f"/promote/runs/{dag_id}/{run_id}"
        wanted = {"whole": f"{base}/whole"}
        wanted |= {s.name: f"{base}/steps/{s.name}/notebook" for s in draft.manifest.steps}
        paths = []
        for name, url in wanted.items():
            answer = self.client.get(url)
            if answer.is_success:
                path = folder / f"{name}.ipynb"
                path.write_bytes(answer.content)
                paths.append(path)
        return paths

    def _json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return dict(self.client.request(method, path, json=body).raise_for_status().json())

    def _until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise Unavailable(
                    "Airflow",
                    str(self.client.base_url),
                    f"not within {seconds:.0f} s: {what}",
                    hint="Run `jupyter promote doctor`.",
                )
            time.sleep(0.2)


def _explain(shown: Shown, info: StackInfo) -> None:
    print(f"\nRun {shown.run_id} of {shown.dag_id}: {shown.state}. The executed notebooks:")
    for path in shown.notebooks:
        print(f"  {path}")
    print(f"Airflow: {info.airflow_url} (user {info.user}, password {info.password})")
    print("`jupyter promote down` ends Airflow and Ray.")


def _open_lab(notebook: Path) -> int:
    command = [sys.executable, "-m", "jupyterlab", str(notebook)]
    if os.geteuid() == 0:
        command.append("--allow-root")
    return subprocess.call(command, cwd=notebook.parent)  # noqa: S603 - our own command line
