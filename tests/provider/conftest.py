"""One embedded stack for all tests of the provider, and a client of its Airflow."""

import os
import sys
from pathlib import Path

import httpx
import pytest
from tests.waiting import until

sys.path.insert(0, str(Path(__file__).parent))


class Airflow:
    """Airflow's REST API and our plugin's, as one signed-in user."""

    def __init__(self, stack):
        self.stack = stack
        self.http = httpx.Client(base_url=stack.airflow_url, trust_env=False, timeout=60)
        answer = self.http.post(
            "/auth/token", json={"username": stack.user, "password": stack.password}
        )
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def put(self, draft, **changes):
        from jupyterlab_promote.store.packing import pack

        path = f"/promote/pipelines/{draft.manifest.dag_id}/versions/{draft.version}"
        content = changes.get("content", pack(draft))
        return self.http.put(path, content=content, headers={"content-type": "application/zip"})

    def activate(self, draft, *, revision, **more):
        wish = {"version": draft.version, "uid": draft.manifest.uid, "expected_revision": revision}
        path = f"/promote/pipelines/{draft.manifest.dag_id}/activate"
        return self.http.post(path, json=wish | more)

    def revision(self, dag_id):
        answer = self.http.get(f"/promote/pipelines/{dag_id}")
        return answer.json()["entry"]["revision"] if answer.status_code == 200 else 0

    def publish(self, draft):
        """Upload, activate, wait until Airflow lists that very version, switch on."""
        self.register(draft)
        return self.switch_on(draft)

    def register(self, draft):
        """Upload and activate; Airflow is asked to read it."""
        put = self.put(draft)
        assert put.status_code in (200, 201), put.text
        active = self.activate(draft, revision=self.revision(draft.manifest.dag_id))
        assert active.status_code == 200, active.text

    def switch_on(self, draft):
        """Wait until Airflow lists that very version, and switch it on."""
        dag_id = draft.manifest.dag_id
        until(lambda: draft.version in self.tags(dag_id), what=f"{dag_id} is parsed")
        self.http.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": False}).raise_for_status()
        return dag_id

    def tags(self, dag_id):
        answer = self.http.get(f"/api/v2/dags/{dag_id}")
        return [t["name"] for t in answer.json()["tags"]] if answer.status_code == 200 else []

    def trigger(self, dag_id, **conf):
        body = {"logical_date": None, "conf": conf}
        answer = self.http.post(f"/api/v2/dags/{dag_id}/dagRuns", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["dag_run_id"]

    def run(self, dag_id, run_id):
        return self.http.get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}").json()

    def finished(self, dag_id, run_id, *, within=450.0):
        """The run's final state."""
        done = ("success", "failed")
        until(lambda: self.run(dag_id, run_id)["state"] in done, what="the run ends", within=within)
        return self.run(dag_id, run_id)["state"]

    def tasks(self, dag_id, run_id):
        """(task, map index) -> state."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100"
        found = self.http.get(path).json()["task_instances"]
        return {(t["task_id"], t["map_index"]): t["state"] for t in found}

    def states(self, dag_id, run_id):
        return {task: state for (task, _), state in self.tasks(dag_id, run_id).items()}

    def task(self, dag_id, run_id, task_id):
        return self.http.get(
            f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        ).json()

    def log(self, dag_id, run_id, task_id, *, attempt=1):
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{attempt}"
        content = self.http.get(path, params={"full_content": True}).json()["content"]
        return "\n".join(c if isinstance(c, str) else str(c.get("event")) for c in content)

    def attempts(self, dag_id, run_id):
        return self.http.get(f"/promote/runs/{dag_id}/{run_id}/attempts").json()

    def ray_jobs(self, job_stem=""):
        """Ray's jobs of ours by id, with their states."""
        headers = {"Authorization": f"Bearer {self.stack.ray_token}"}
        jobs = httpx.get(f"{self.stack.ray_url}/api/jobs/", headers=headers, trust_env=False).json()
        found = {j["submission_id"]: j["status"] for j in jobs if j["submission_id"]}
        return {i: s for i, s in found.items() if i.startswith(job_stem or "promote-")}


@pytest.fixture(scope="session")
def airflow(request):
    """The session's stack, or for quick work the running one whose directory PROMOTE_TEST_STACK names."""
    running = os.environ.get("PROMOTE_TEST_STACK")
    if not running:
        return Airflow(request.getfixturevalue("stack"))
    from jupyterlab_promote.stack import status

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTE_STACK_DIR", running)
        return Airflow(status())
