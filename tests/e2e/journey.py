"""A user's steps on the real stack: write a notebook, publish it, run it, look at what came back."""

from dataclasses import dataclass
from pathlib import Path

import httpx
import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from tests.waiting import until

from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.server.session import Session, connect
from jupyterlab_promote.server.settings import Settings
from jupyterlab_promote.stack import StackInfo
from jupyterlab_promote.stack.probes import airflow_token

ENDED = ("success", "failed")


def write_notebook(
    path: Path, settings: dict | None = None, /, *, cron: str | None = None, **steps: str
) -> Path:
    """A notebook with one cell for each step: name -> source; and settings of steps by name."""
    cells = [
        new_code_cell(source, id=f"cell-{name}", metadata={"tags": [f"step:{name}"]})
        for name, source in steps.items()
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    wanted = {"steps": settings or {}, "schedule": {"cron": cron} if cron else {}}
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": kernel, "promote": wanted}), path
    )
    return path


def outputs_of(notebook: dict, cell_id: str) -> list[dict]:
    return next(cell["outputs"] for cell in notebook["cells"] if cell["id"] == cell_id)


def text_of(notebook: dict, cell_id: str) -> str:
    """What a cell printed."""
    found = [o["text"] for o in outputs_of(notebook, cell_id) if o["output_type"] == "stream"]
    return "".join(part if isinstance(part, str) else "".join(part) for part in found)


@dataclass
class User:
    """Somebody who publishes and runs notebooks, signed in to the stack's Airflow."""

    stack: StackInfo
    http: httpx.Client
    session: Session

    def publish(self, path: Path) -> str:
        """Publish as the Lab does, and switch on; gives the version."""
        source = open_source(path.read_bytes(), path=path.name, folder=path.parent)
        return publish(source, self.session, Options(), progress=lambda _, __: None).version

    def trigger(self, dag_id: str) -> str:
        body = {"logical_date": None, "conf": {}}
        made = self.http.post(f"/api/v2/dags/{dag_id}/dagRuns", json=body).raise_for_status()
        return made.json()["dag_run_id"]

    def end_of(self, dag_id: str, run_id: str, *, within: float = 300.0) -> str:
        """The state in which a run ended."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
        until(
            lambda: self.http.get(path).json()["state"] in ENDED,
            what=f"{run_id} ends",
            within=within,
        )
        return self.http.get(path).json()["state"]

    def cancel(self, dag_id: str, run_id: str) -> None:
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
        self.http.patch(path, json={"state": "failed"}).raise_for_status()

    def attempts(self, dag_id: str, run_id: str) -> dict[str, dict]:
        """The latest attempt of each step."""
        answer = self.http.get(f"/promote/runs/{dag_id}/{run_id}/attempts")
        return {each["step"]: each for each in answer.json()} if answer.is_success else {}

    def claimed(self, dag_id: str, run_id: str, step: str) -> bool:
        """Whether a worker has begun the step."""
        return bool(self.attempts(dag_id, run_id).get(step, {}).get("claimed"))

    def outcome(self, dag_id: str, run_id: str, step: str) -> dict | None:
        """How the latest attempt of a step ended; None before that."""
        return self.attempts(dag_id, run_id).get(step, {}).get("outcome")

    def whole(self, dag_id: str, run_id: str) -> dict:
        """The notebook with the outputs of a run."""
        return self.http.get(f"/promote/runs/{dag_id}/{run_id}/whole").raise_for_status().json()

    def executed(self, dag_id: str, run_id: str, step: str, *, map_index: int) -> dict:
        """The executed notebook of one item of a step."""
        path = f"/promote/runs/{dag_id}/{run_id}/steps/{step}/notebook"
        return self.http.get(path, params={"map_index": map_index}).raise_for_status().json()

    def task(self, dag_id: str, run_id: str, step: str) -> dict:
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{step}"
        return self.http.get(path).raise_for_status().json()

    def log(self, dag_id: str, run_id: str, step: str) -> str:
        """Airflow's log of the step's first try."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{step}/logs/1"
        content = self.http.get(path, params={"full_content": True}).json()["content"]
        return "\n".join(c if isinstance(c, str) else str(c.get("event")) for c in content)

    def beat(self, daemon: str) -> str:
        """When a daemon of Airflow last gave a sign of life."""
        told = self.http.get("/api/v2/monitor/health").json()[daemon]
        return told[f"latest_{daemon}_heartbeat"]


def sign_in(stack: StackInfo) -> User:
    headers = {"Authorization": f"Bearer {airflow_token(stack)}"}
    http = httpx.Client(base_url=stack.airflow_url, headers=headers, timeout=60, trust_env=False)
    settings = Settings(
        airflow_url=stack.airflow_url,
        user=stack.user,
        password=stack.password,
        jupyter_user="tester",
    )
    return User(stack, http, connect(settings))
