"""What a step costs in Airflow beside PapermillOperator, which runs the same notebooks in the same Airflow."""

from concurrent.futures import ThreadPoolExecutor

from benchmarks.airflow import Airflow, noop_chain, noop_notebook, running_stack
from benchmarks.run import Result, result

_STEPS = 10
_REPETITIONS = 5
_PEER = "papermill_chain"
_OURS = "promote_chain"
_PEER_DAG = """
from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG
from pathlib import Path

here = Path(__file__).parent
with DAG("{dag_id}", schedule=None, catchup=False) as dag:
    before = None
    for index in range({steps}):
        step = PapermillOperator(
            task_id=f"step_{{index:02}}",
            input_nb=str(here / "noop.ipynb"),
            output_nb=str(here / f"out_{{index:02}}.ipynb"),
        )
        if before is not None:
            before >> step
        before = step
"""


def _overhead(runners: str) -> Result:
    dags = {
        "peer.py": _PEER_DAG.format(dag_id=_PEER, steps=_STEPS),
        "noop.ipynb": noop_notebook().decode(),
    }
    with running_stack(settings={"PROMOTE_STACK_RUNNERS": runners}, dags=dags) as airflow:
        airflow.publish(noop_chain(_OURS, length=_STEPS), revision=0)
        ours, peer = _interleaved(airflow)
    return result(ours, unit="s", peer=peer)


def _interleaved(airflow: Airflow) -> tuple[list[float], list[float]]:
    """Seconds per step of both, in turns, so that a change of the machine's load hits both."""
    for dag_id in (_OURS, _PEER):
        airflow.unpause(dag_id)
    with ThreadPoolExecutor() as pool:
        list(pool.map(airflow.timed_run, (_OURS, _PEER)))
    ours, peer = [], []
    for _ in range(_REPETITIONS):
        ours.append(airflow.timed_run(_OURS) / _STEPS)
        peer.append(airflow.timed_run(_PEER) / _STEPS)
    return ours, peer


def step_overhead_cold() -> Result:
    """Seconds per no-op step with a fresh process and kernel, through the gateway."""
    return _overhead("cold")


def step_overhead_warm() -> Result:
    """Seconds per no-op step with a kernel that was started ahead."""
    return _overhead("warm")


def step_overhead_jobs() -> Result:
    """Seconds per no-op step as a Ray job each, the fallback."""
    return _overhead("jobs")


BENCHMARKS = {
    "step_overhead_cold": step_overhead_cold,
    "step_overhead_warm": step_overhead_warm,
    "step_overhead_jobs": step_overhead_jobs,
}
