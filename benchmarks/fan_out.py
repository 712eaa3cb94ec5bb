"""A step that is mapped over 50 elements, beside PapermillOperator mapped over 50 in the same Airflow."""

from dataclasses import replace

from benchmarks.airflow import noop_chain, noop_notebook, running_stack
from benchmarks.run import Result, result

from jupyterlab_promote.model.pipeline import Parameter
from jupyterlab_promote.model.settings import MapOver, StepSettings
from jupyterlab_promote.store.versions import Draft

_ITEMS = 50
_REPETITIONS = 3
"""Fewer than elsewhere: one takes a minute on four CPUs."""

_PEER = "papermill_fan_out"
_OURS = "promote_fan_out"
_PEER_DAG = """
from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG
from pathlib import Path

here = Path(__file__).parent
with DAG("{dag_id}", schedule=None, catchup=False) as dag:
    PapermillOperator.partial(task_id="step", input_nb=str(here / "noop.ipynb")).expand(
        output_nb=[str(here / f"out_{{index:02}}.ipynb") for index in range({items})]
    )
"""


def fan_out_50() -> Result:
    """Seconds from the trigger to the end of all 50, with kernels started ahead."""
    dags = {
        "peer.py": _PEER_DAG.format(dag_id=_PEER, items=_ITEMS),
        "noop.ipynb": noop_notebook().decode(),
    }
    ours, peer = [], []
    with running_stack(settings={"PROMOTE_STACK_RUNNERS": "warm"}, dags=dags) as airflow:
        airflow.publish(_mapped(), revision=0)
        for dag_id in (_OURS, _PEER):
            airflow.unpause(dag_id)
        for _ in range(_REPETITIONS):
            ours.append(airflow.timed_run(_OURS))
            peer.append(airflow.timed_run(_PEER))
    return result(ours, unit="s", peer=peer)


def _mapped() -> Draft:
    chain = noop_chain(_OURS, length=1)
    over = MapOver(over="items", item="item")
    step = chain.manifest.steps[0].model_copy(update={"settings": StepSettings(map_over=over)})
    items = Parameter(name="items", type="list", default=list(range(_ITEMS)))
    manifest = chain.manifest.model_copy(update={"steps": (step,), "parameters": (items,)})
    return replace(chain, manifest=manifest)


BENCHMARKS = {"fan_out_50": fan_out_50}
