"""Airflow task -> Ray job on the real stack: success, failure, kill, cancel, repair, versions, fan-out."""

import os
import signal

import pytest
from pipelines import draft, parameter, step
from tests.waiting import until

from jupyterlab_promote.ids import job_stem
from jupyterlab_promote.model.settings import MapOver, Resources
from jupyterlab_promote.store.store import open_store

pytestmark = [pytest.mark.airflow, pytest.mark.stack, pytest.mark.ray]

LONG = "import time\nfor _ in range(600):\n    time.sleep(0.1)"
WHILE_FILE_MISSING = "import os, time\nwhile not os.path.exists({!r}):\n    time.sleep(0.1)"


def stem(airflow, dag_id, run_id, task):
    return job_stem(open_store(airflow.stack.store_url).uid, dag_id, run_id, task, -1)


def claimed(airflow, dag_id, run_id, task):
    return any(a["claimed"] for a in airflow.attempts(dag_id, run_id) if a["step"] == task)


def outcomes(airflow, dag_id, run_id, task):
    """(attempt, state, cause) of all attempts of a step."""
    return [
        (
            a["attempt"],
            a["outcome"] and a["outcome"]["state"],
            a["outcome"] and a["outcome"]["cause"],
        )
        for a in airflow.attempts(dag_id, run_id)
        if a["step"] == task
    ]


def start_and_wait_for(airflow, version, task):
    """Publish, trigger, and wait until a worker has begun the step."""
    dag_id = airflow.publish(version)
    run_id = airflow.trigger(dag_id)
    until(lambda: claimed(airflow, dag_id, run_id, task), what=f"{task} runs on Ray")
    return dag_id, run_id


def shared_out(items):
    """A step for each element of what an earlier one left; what succeeded is collected."""
    handoff = "from jupyterlab_promote.worker.handoff import load_inputs, save_outputs\n"
    over = MapOver(over="items", item="x", collect=("share",), when="all_done")
    steps = (
        step("load"),
        step("divide", inputs=(("load", ("items",)),), map_over=over),
        step("report", inputs=(("divide", ("share",)),)),
    )
    code = {
        "load": handoff + f"items = {items}\nsave_outputs([['items']])",
        "divide": handoff
        + "load_inputs({'load': ['items']})\nshare = 8 // x\nsave_outputs([['share']])",
        "report": handoff + "load_inputs({'divide': ['share']})\nprint('shares', share)",
    }
    edges = (("load", "divide"), ("divide", "report"))
    return draft("shared-out", steps=steps, edges=edges, code=code)


def mapped(dag_id):
    """A step for each element of a parameter."""
    return draft(
        dag_id,
        steps=(step("score", map_over=MapOver(over="items", item="x")), step("report")),
        edges=(("score", "report"),),
        parameters=(parameter("items", "list", [1]),),
    )


ONE = (step("load"),)
ALONE = {
    "works": draft("works", code={"load": "print('loaded')"}),
    "fails": draft("fails", code={"load": "print('before')\n1 / 0"}),
    "retries": draft(
        "retries",
        steps=(step("load", retries=1, retry_delay=0),),
        edges=(),
        code={"load": "1 / 0"},
    ),
    "impossible": draft("impossible", steps=(step("load", resources=Resources(gpus=1)),), edges=()),
    "cleared": draft("cleared", steps=ONE, edges=()),
    "stale": draft("stale", code={"train": "1 / 0"}),
    "mapped": mapped("mapped"),
    "unmapped": mapped("unmapped"),
    "shared-out": shared_out([]),
}
"""What runs without anybody's hand."""


@pytest.fixture(scope="module")
def begun(airflow):
    """A run of each of them. They begin at once, because a run waits more for Airflow's loops than it works."""
    for version in ALONE.values():
        airflow.register(version)
    for version in ALONE.values():
        airflow.switch_on(version)
    given = {"mapped": {"items": [10, 20, 30]}, "unmapped": {"items": []}}
    return {name: airflow.trigger(name, **given.get(name, {})) for name in ALONE}


def test_a_run_succeeds_and_each_step_leaves_a_reference_and_nothing_else(airflow, begun):
    dag_id, run_id, version = "works", begun["works"], ALONE["works"]
    assert airflow.finished(dag_id, run_id) == "success"
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/load/xcomEntries"
    value = airflow.http.get(f"{path}/return_value", params={"deserialize": True}).json()["value"]
    assert (value["attempt"], value["version"], set(value)) == (
        1,
        version.version,
        {"attempt", "version", "outcome_sha256"},
    )
    notebook = airflow.http.get(f"/promote/runs/{dag_id}/{run_id}/steps/load/notebook").json()
    assert "loaded" in str(notebook["cells"])
    page = airflow.http.get(f"/promote/runs/{dag_id}/{run_id}/steps/load/notebook.html")
    assert "loaded" in page.text
    assert "sandbox allow-scripts" in page.headers["content-security-policy"]


def test_a_failing_cell_fails_the_run_with_its_cause_in_the_log(airflow, begun):
    dag_id, run_id = "fails", begun["fails"]
    assert airflow.finished(dag_id, run_id) == "failed"
    assert airflow.states(dag_id, run_id) == {"load": "failed", "train": "upstream_failed"}
    assert "ZeroDivisionError" in airflow.log(dag_id, run_id, "load")
    assert outcomes(airflow, dag_id, run_id, "load") == [(1, "failed", "cell_error")]
    notebook = airflow.http.get(f"/promote/runs/{dag_id}/{run_id}/steps/load/notebook").json()
    assert "ZeroDivisionError" in str(notebook["cells"])


def test_the_users_retries_are_kept(airflow, begun):
    dag_id, run_id = "retries", begun["retries"]
    assert airflow.finished(dag_id, run_id) == "failed"
    assert [a for a, _, _ in outcomes(airflow, dag_id, run_id, "load")] == [1, 2]


def test_what_no_node_has_is_said_within_seconds(airflow, begun):
    dag_id, run_id = "impossible", begun["impossible"]
    assert airflow.finished(dag_id, run_id) == "failed"
    assert outcomes(airflow, dag_id, run_id, "load") == [(1, "failed", "impossible_resources")]
    assert "needs 1 GPU, the cluster has none" in airflow.log(dag_id, run_id, "load")
    assert airflow.ray_jobs(stem(airflow, dag_id, run_id, "load")) == {}


def test_a_step_survives_that_its_airflow_process_is_asked_to_end(airflow, tmp_path):
    gate = tmp_path / "go"
    code = {"load": WHILE_FILE_MISSING.format(str(gate))}
    dag_id, run_id = start_and_wait_for(
        airflow, draft("survives", steps=(step("load"),), edges=(), code=code), "load"
    )
    first = airflow.task(dag_id, run_id, "load")
    os.kill(first["pid"], signal.SIGTERM)
    until(
        lambda: airflow.task(dag_id, run_id, "load")["try_number"] > first["try_number"],
        what="Airflow tries again",
    )
    until(
        lambda: airflow.task(dag_id, run_id, "load")["state"] == "running",
        what="the second try runs",
    )
    gate.touch()
    assert airflow.finished(dag_id, run_id) == "success"
    assert outcomes(airflow, dag_id, run_id, "load") == [(1, "success", "ok")]


def test_cancelling_one_step_stops_the_ray_job(airflow):
    dag_id, run_id = start_and_wait_for(airflow, draft("cancel-task", code={"load": LONG}), "load")
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/load"
    airflow.http.patch(path, json={"new_state": "failed"}).raise_for_status()
    job = stem(airflow, dag_id, run_id, "load") + "-a1"

    def stopped():
        return airflow.ray_jobs(job).get(job) in (None, "STOPPED", "FAILED", "SUCCEEDED")

    until(stopped, what="the Ray job is stopped")
    until(
        lambda: outcomes(airflow, dag_id, run_id, "load") == [(1, "cancelled", "cancelled")],
        what="the attempt is shown as cancelled",
    )


def test_clearing_a_step_makes_a_new_attempt(airflow, begun):
    dag_id, run_id = "cleared", begun["cleared"]
    assert airflow.finished(dag_id, run_id) == "success"
    body = {"dry_run": False, "dag_run_id": run_id, "task_ids": ["load"], "only_failed": False}
    airflow.http.post(f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body).raise_for_status()
    assert airflow.finished(dag_id, run_id) == "success"
    assert outcomes(airflow, dag_id, run_id, "load") == [(1, "success", "ok"), (2, "success", "ok")]


def test_a_repair_on_a_result_of_other_code_is_refused_and_says_why(airflow, begun):
    dag_id, run_id = "stale", begun["stale"]
    assert airflow.finished(dag_id, run_id) == "failed"
    airflow.publish(draft("stale", code={"load": "x = 'changed'", "train": "pass"}))
    body = {
        "dry_run": False,
        "dag_run_id": run_id,
        "only_failed": True,
        "reset_dag_runs": True,
        "run_on_latest_version": True,
    }
    airflow.http.post(f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body).raise_for_status()
    assert airflow.finished(dag_id, run_id) == "failed"
    tries = airflow.task(dag_id, run_id, "train")["try_number"]
    assert "with other code than" in airflow.log(dag_id, run_id, "train", attempt=tries)


@pytest.mark.parametrize(("dag_id", "expected"), [("mapped", 3), ("unmapped", 0)])
def test_a_mapped_step_runs_once_for_each_element_of_a_parameter(airflow, begun, dag_id, expected):
    run_id = begun[dag_id]
    assert airflow.finished(dag_id, run_id) == "success"
    tasks = airflow.tasks(dag_id, run_id)
    states = [state for (task, index), state in tasks.items() if task == "score" and index >= 0]
    assert states == ["success"] * expected
    assert tasks["report", -1] == "success"


def test_what_is_collected_of_an_empty_list_is_empty(airflow, begun):
    """Items of which one fails are in `e2e/test_lifecycle.py`."""
    run_id = begun["shared-out"]
    assert airflow.finished("shared-out", run_id) == "success"
    assert [t for t in airflow.tasks("shared-out", run_id) if t[0] == "divide" and t[1] >= 0] == []
    path = f"/promote/runs/shared-out/{run_id}/steps/report/notebook"
    assert "shares []" in str(airflow.http.get(path).json()["cells"])


def test_a_step_that_waits_too_long_for_resources_ends_and_leaves_ray(airflow, tmp_path):
    gate = tmp_path / "go"
    holds = (step("holds", resources=Resources(cpus=4)),)
    code = {"holds": WHILE_FILE_MISSING.format(str(gate))}
    holder = start_and_wait_for(airflow, draft("holds", steps=holds, edges=(), code=code), "holds")
    waits = (step("waits", resources=Resources(cpus=4), queue_timeout=3),)
    dag_id = airflow.publish(draft("waits", steps=waits, edges=()))
    run_id = airflow.trigger(dag_id)
    assert airflow.finished(dag_id, run_id) == "failed"
    assert outcomes(airflow, dag_id, run_id, "waits") == [(1, "failed", "queue_timeout")]
    job = stem(airflow, dag_id, run_id, "waits") + "-a1"
    until(
        lambda: airflow.ray_jobs(job).get(job) in (None, "FAILED", "STOPPED"),
        what="Ray has removed the job",
    )
    gate.touch()
    assert airflow.finished(*holder) == "success"
