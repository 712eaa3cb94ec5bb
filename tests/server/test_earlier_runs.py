"""Which earlier run a run is compared with, among those of a real Airflow."""

import httpx
import pytest
from tests.server.use_cases import finished, put

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.server import local_stack, pipelines, run_control, runs
from jupyterlab_promote.server.earlier import earlier_run
from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.server.session import connect
from jupyterlab_promote.server.settings import from_environment

RUNS = {
    "two-weeks": ("2026-03-03T02:00:00Z", "success"),
    "week-early": ("2026-03-10T01:00:00Z", "success"),
    "week-same": ("2026-03-10T02:00:00Z", "failed"),
    "week-late": ("2026-03-10T09:00:00Z", "success"),
    "before": ("2026-03-17T01:00:00Z", "failed"),
    "own": ("2026-03-17T02:00:00Z", "success"),
    "later": ("2026-03-17T03:00:00Z", "success"),
}


@pytest.fixture(scope="module")
def session(stack):
    return connect(local_stack.required(from_environment({"USER": "ann"})))


@pytest.fixture
def past(stack, session, make_notebook, tmp_path):
    """Publishes a paused pipeline with runs of the past that are said to have ended.

    Other tests publish to the same stack, so their names must not be taken here.
    """

    def published(name: str) -> str:
        content = make_notebook("# step a\nx = 1", settings={"name": name})
        source = open_source(content, path=f"/{name}.ipynb", folder=tmp_path)
        result = publish(source, session, Options(paused=True), progress=lambda *_: None)
        user = {"username": stack.user, "password": stack.password}
        with httpx.Client(base_url=stack.airflow_url, trust_env=False, timeout=60) as http:
            token = http.post("/auth/token", json=user).json()["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"
            where = f"/api/v2/dags/{result.dag_id}/dagRuns"
            for run_id, (moment, state) in RUNS.items():
                body = {"dag_run_id": run_id, "logical_date": None, "run_after": moment}
                http.post(where, json=body).raise_for_status()
                http.patch(f"{where}/{run_id}", json={"state": state}).raise_for_status()
        return str(result.dag_id)

    return published


def test_the_run_to_compare_with_is_the_one_that_is_meant(session, past) -> None:
    dag_id = past("earlier-compared")

    def chosen(run_id: str, kind: str) -> str:
        return earlier_run(session, dag_id, run_id, kind)

    assert chosen("own", "previous") == "before"
    assert chosen("own", "success") == "week-late"
    assert chosen("own", "weekday") == "week-same"
    assert chosen("later", "weekday") == "week-same"
    assert chosen("before", "weekday") == "week-early"
    assert chosen("week-early", "previous") == "two-weeks"
    assert chosen("week-late", "weekday") == "two-weeks"
    with pytest.raises(NotFound, match="There is no run on the same weekday a week before"):
        chosen("two-weeks", "weekday")


def test_the_failures_of_ones_own_pipelines_are_told_newest_first(session, write) -> None:
    dag_id, other = "earlier-failing", "earlier-failing-too"
    for name in (dag_id, other):
        put(write(name, "# step a\n1 / 0"), session)
    elsewhere = run_control.trigger(session, other, {})
    older, newer = (finished(session, run_control.trigger(session, dag_id, {})) for _ in range(2))
    finished(session, elsewhere)
    failed = [run for run in session.registration.failed(limit=300) if run.dag_id == dag_id]
    assert [(run.name, run.run_id) for run in failed] == [
        (dag_id, newer.run_id),
        (dag_id, older.run_id),
    ]
    page = runs.page(session, dag_id, states=["failed"], kinds=["manual"], limit=1)
    assert ([run.run_id for run in page.runs], page.total) == ([newer.run_id], 2)
    assert runs.page(session, dag_id, kinds=["backfill"]).total == 0
    pipelines.unpublish(session, dag_id, expected_revision=None)
    assert dag_id not in {run.dag_id for run in session.registration.failed(limit=300)}
