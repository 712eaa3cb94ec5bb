"""A step that is mapped over 50 elements, beside PapermillOperator mapped over 50 in the same Airflow."""

from dataclasses import replace

from benchmarks.airflow import beside_peer, noop_chain, peer_dag, running_stack
from benchmarks.run import Result, result

from jupyterlab_promote.model.pipeline import Parameter
from jupyterlab_promote.model.settings import MapOver, StepSettings
from jupyterlab_promote.store.versions import Draft

_ITEMS = 50
_REPETITIONS = 3
"""Fewer than elsewhere: one takes a minute on four CPUs."""

_PEER = "papermill_fan_out"
_OURS = "promote_fan_out"
_PEER_TASKS = f"""
outputs = [str(here / f"out_{{index:02}}.ipynb") for index in range({_ITEMS})]
PapermillOperator.partial(task_id="step", input_nb=notebook).expand(output_nb=outputs)
"""


def fan_out_50() -> Result:
    """Seconds from the trigger to the end of all 50, with kernels started ahead."""
    settings = {"PROMOTE_STACK_RUNNERS": "warm"}
    with running_stack(settings=settings, dags=peer_dag(_PEER, _PEER_TASKS)) as airflow:
        airflow.publish(_mapped(), revision=0)
        ours, peer = beside_peer(airflow, _OURS, _PEER, repetitions=_REPETITIONS)
    return result(ours, unit="s", peer=peer)


def _mapped() -> Draft:
    chain = noop_chain(_OURS, length=1)
    over = MapOver(over="items", item="item")
    step = chain.manifest.steps[0].model_copy(update={"settings": StepSettings(map_over=over)})
    items = Parameter(name="items", type="list", default=list(range(_ITEMS)))
    manifest = chain.manifest.model_copy(update={"steps": (step,), "parameters": (items,)})
    return replace(chain, manifest=manifest)


BENCHMARKS = {"fan_out_50": fan_out_50}
