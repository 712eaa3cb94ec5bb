"""Steps of Airflow through the gateway of the embedded stack: its death, its token, Airflow's secrets."""

import os
import signal

import psutil
import pytest
from pipelines import draft, step
from tests.waiting import until

from jupyterlab_promote.airflow_provider.gateway import Gateway
from jupyterlab_promote.airflow_provider.ray_jobs import RayAddress, RayJobs
from jupyterlab_promote.airflow_provider.runner import GatewayRunner, JobRunner
from jupyterlab_promote.errors import PromoteError, Unavailable
from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.model.settings import Environment
from jupyterlab_promote.stack.gateway import start_gateway

pytestmark = [pytest.mark.airflow, pytest.mark.stack, pytest.mark.ray]

ONE_AT_A_TIME = """\
import os, time
others = [name for name in os.listdir({folder!r}) if name.startswith('alive-')]
own = os.path.join({folder!r}, 'alive-' + str(os.getpid()))
for name in others:
    try:
        os.kill(int(name.partition('-')[2]), 0)
        raise SystemExit('another execution lives')
    except ProcessLookupError:
        pass
open(own, 'w').close()
print('begun')
while not os.path.exists({gate!r}):
    time.sleep(0.1)
"""


def gateway_process(stack):
    found = []
    for child in psutil.Process(stack.pids["ray"]).children(recursive=True):
        try:
            if "jupyterlab_promote.worker.gateway" in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found


def runner_of(stack, *, token):
    jobs = JobRunner(RayJobs(RayAddress(stack.ray_url, stack.ray_token)))
    gateway = Gateway(url=stack.gateway_url, token=token, mode="warm", verify=True)
    return GatewayRunner(gateway, jobs)


def request(job_id):
    return StepRequest(
        store="file:///nowhere", dag_id="d", version="v-" + 16 * "0", run_id="r", step="s",
        attempt=1, job_id=job_id,
    )  # fmt: skip


@pytest.fixture
def gateway(airflow):
    """The gateway's processes; it is there again after the test."""
    assert gateway_process(airflow.stack)
    yield gateway_process(airflow.stack)
    if not gateway_process(airflow.stack):
        start_gateway(airflow.stack, progress=print)


def test_a_step_whose_gateway_is_killed_ends_before_it_is_run_again(airflow, tmp_path, gateway):
    gate = tmp_path / "go"
    code = {"load": ONE_AT_A_TIME.format(folder=str(tmp_path), gate=str(gate))}
    version = draft("gateway-dies", steps=(step("load", retry_delay=0),), edges=(), code=code)
    dag_id = airflow.publish(version)
    run_id = airflow.trigger(dag_id)

    def executions():
        return [name for name in os.listdir(tmp_path) if name.startswith("alive-")]

    until(lambda: len(executions()) == 1, what="the first execution runs")
    for process in gateway:
        os.kill(process.pid, signal.SIGKILL)
    until(lambda: len(executions()) == 2, what="the second execution runs")
    gate.touch()
    assert airflow.finished(dag_id, run_id) == "success"
    ended = [a["outcome"] for a in airflow.attempts(dag_id, run_id)]
    assert [(o["state"], o["cause"]) for o in ended] == [
        ("failed", "infrastructure"),
        ("success", "ok"),
    ]
    # Ray may kill the worker before it can say so itself; then the operator does.
    assert "gateway" in ended[0]["message"]
    assert "The gateway did not take the step" in airflow.log(dag_id, run_id, "load", attempt=2)


def test_a_gateway_that_refuses_the_token_is_no_reason_to_go_around_it(airflow, gateway):
    runner = runner_of(airflow.stack, token="wrong")
    with pytest.raises(Unavailable, match="refused the token"):
        runner.submit(request("promote-token-a1"), uri="file:///nowhere/request.json")
    assert airflow.ray_jobs("promote-token") == {}


def test_a_step_that_the_gateway_cannot_take_is_refused_with_its_reason(airflow, gateway):
    runner = runner_of(airflow.stack, token=airflow.stack.ray_token)
    with pytest.raises(PromoteError, match="refused the step"):
        runner.submit(request("no job id"), uri="file:///nowhere/request.json")


def test_a_secret_of_airflow_reaches_the_cell_and_nothing_else(airflow):
    connection = {
        "connection_id": "warehouse",
        "conn_type": "generic",
        "password": "c4nary-of-airflow",
    }
    answer = airflow.http.post("/api/v2/connections", json=connection)
    assert answer.status_code in (201, 409), answer.text
    environment = Environment(secrets={"TOKEN": "secret://airflow/warehouse"})
    code = {"load": "import os\nprint(len(os.environ['TOKEN']), os.environ['TOKEN'])"}
    steps = (step("load", environment=environment),)
    dag_id = airflow.publish(draft("has-a-secret", steps=steps, edges=(), code=code))
    run_id = airflow.trigger(dag_id)
    assert airflow.finished(dag_id, run_id) == "success", airflow.log(dag_id, run_id, "load")
    notebook = airflow.http.get(f"/promote/runs/{dag_id}/{run_id}/steps/load/notebook").text
    assert "17 ***" in notebook
    assert "c4nary" not in notebook + airflow.log(dag_id, run_id, "load")


def test_a_version_whose_secrets_no_step_may_have_is_refused(airflow):
    environment = Environment(secrets={"TOKEN": "secret://airflow/promote_ray"})
    version = draft("takes-ours", steps=(step("load", environment=environment),), edges=())
    refused = airflow.put(version)
    assert refused.status_code == 422, refused.text
    assert "'promote_ray', which steps may not use" in refused.text


def test_a_secret_that_airflow_does_not_have_fails_once_and_says_which(airflow):
    environment = Environment(secrets={"TOKEN": "secret://airflow/nobody-made-this"})
    steps = (step("load", environment=environment),)
    dag_id = airflow.publish(draft("lacks-a-secret", steps=steps, edges=()))
    run_id = airflow.trigger(dag_id)
    assert airflow.finished(dag_id, run_id) == "failed"
    assert "names no Connection ('nobody-made-this')" in airflow.log(dag_id, run_id, "load")


def test_a_cached_step_is_answered_by_the_run_before_and_runs_again_when_the_run_is_cleared(
    airflow,
):
    steps = (step("load", cache=True),)
    dag_id = airflow.publish(draft("caches", steps=steps, edges=()))
    first = airflow.trigger(dag_id)
    assert airflow.finished(dag_id, first) == "success"
    second = airflow.trigger(dag_id)
    assert airflow.finished(dag_id, second) == "success"
    log = airflow.log(dag_id, second, "load")
    assert f"Step load did not run again: run {first} has its result." in log
    body = {"dry_run": False, "dag_run_id": second, "task_ids": ["load"], "only_failed": False}
    airflow.http.post(f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body).raise_for_status()
    assert airflow.finished(dag_id, second) == "success"
    made = [a["outcome"]["cached_from"] for a in airflow.attempts(dag_id, second)]
    assert made == [first, None]
