"""A run that somebody ended is told as cancelled, whichever way it was ended; one that failed by itself as failed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pipelines import draft, step
from tests.waiting import until

MOMENT = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        from jupyterlab_promote.airflow_provider import cancelled_runs

        yield cancelled_runs


@pytest.mark.parametrize(
    ("extra", "ended"),
    [
        ('{"state": "failed", "method": "PATCH"}', ["one"]),
        ('{"state": "success", "method": "PATCH"}', []),
        ('{"note": "failed", "method": "PATCH"}', []),
        ("not JSON", []),
        ("[]", []),
        (None, []),
        (
            json.dumps(
                {
                    "actions": [
                        {
                            "action": "update",
                            "entities": [
                                {"dag_run_id": "two", "state": "failed"},
                                {"dag_run_id": "three", "state": "success"},
                            ],
                        },
                        {"action": "delete", "entities": ["four"]},
                    ]
                }
            ),
            ["two"],
        ),
    ],
)
def test_which_runs_a_row_of_the_log_ends(told, extra, ended):
    assert [run_id for _, run_id in told.runs_ended("churn", "one", extra)] == ended


@pytest.mark.parametrize(
    ("at", "cancelled"), [(-60, False), (0, True), (30, True), (60, True), (90, False)]
)
def test_only_what_was_ended_while_it_went_on_is_cancelled(told, at, cancelled):
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine("sqlite://")
    told.Log.__table__.create(engine)
    one = told.FailedTry(
        dag_id="churn", run_id="one", began=MOMENT, ended=MOMENT + timedelta(seconds=60)
    )
    with Session(engine) as session:
        row = told.Log(event=told.ONE, dag_id="churn", run_id="one", extra='{"state": "failed"}')
        row.dttm = MOMENT + timedelta(seconds=at)
        session.add(row)
        session.flush()
        assert (("churn", "one") in told.ended_early(session, [one])) is cancelled


def shown(airflow, dag_id):
    recent = airflow.http.get("/promote/recent").json()
    return {r["run_id"]: (r["state"], r["cancelled"]) for r in recent if r["dag_id"] == dag_id}


@pytest.mark.airflow
@pytest.mark.ray
@pytest.mark.stack
def test_what_people_end_in_airflow_is_cancelled_and_what_fails_has_failed(airflow):
    long = draft(
        "ended-by-hand", steps=(step("load"),), edges=(), code={"load": "while True: pass"}
    )
    broken = draft("ended-itself", steps=(step("load"),), edges=(), code={"load": "1 / 0"})
    dag_id = airflow.publish(long)
    one, several = airflow.trigger(dag_id), airflow.trigger(dag_id)
    failed = airflow.trigger(airflow.publish(broken))
    until(lambda: airflow.run(dag_id, one)["state"] == "running", what="the first run begins")
    runs = f"/api/v2/dags/{dag_id}/dagRuns"
    airflow.http.patch(f"{runs}/{one}", json={"state": "failed"}).raise_for_status()
    entities = [{"dag_run_id": several, "state": "failed"}]
    body = {"actions": [{"action": "update", "entities": entities}]}
    airflow.http.patch(runs, json=body).raise_for_status()
    assert shown(airflow, dag_id) == {one: ("failed", True), several: ("failed", True)}

    assert airflow.finished("ended-itself", failed) == "failed"
    # Said again of a run that has ended, it ends nothing.
    path = f"/api/v2/dags/ended-itself/dagRuns/{failed}"
    airflow.http.patch(path, json={"state": "failed"}).raise_for_status()
    assert shown(airflow, "ended-itself") == {failed: ("failed", False)}
    names = {(run["dag_id"], run["run_id"]) for run in airflow.http.get("/promote/failed").json()}
    assert ("ended-itself", failed) in names
    assert not names & {(dag_id, one), (dag_id, several)}
