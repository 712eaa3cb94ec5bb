"""What a step costs in Airflow beside PapermillOperator, which runs the same notebooks in the same Airflow."""

from benchmarks.airflow import beside_peer, noop_chain, peer_dag, running_stack
from benchmarks.run import Result, result

_STEPS = 10
_REPETITIONS = 5
_PEER = "papermill_chain"
_OURS = "promote_chain"
_PEER_TASKS = f"""
before = None
for index in range({_STEPS}):
    output = str(here / f"out_{{index:02}}.ipynb")
    step = PapermillOperator(task_id=f"step_{{index:02}}", input_nb=notebook, output_nb=output)
    if before is not None:
        before >> step
    before = step
"""


def _overhead(runners: str) -> Result:
    """Seconds per step of both."""
    settings = {"PROMOTE_STACK_RUNNERS": runners}
    with running_stack(settings=settings, dags=peer_dag(_PEER, _PEER_TASKS)) as airflow:
        airflow.publish(noop_chain(_OURS, length=_STEPS), revision=0)
        ours, peer = beside_peer(airflow, _OURS, _PEER, repetitions=_REPETITIONS, warm_up=True)
    return result([s / _STEPS for s in ours], unit="s", peer=[s / _STEPS for s in peer])


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
