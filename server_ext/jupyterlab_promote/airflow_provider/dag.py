"""Hop 7, second half: manifest -> Airflow DAG.

The DAG holds ids only: what a step is and needs is read from its version when it runs. Nothing here reads
the notebook or starts anything; `registered_dag` is what the files of the bundle call.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Asset
from airflow.sdk.bases.operator import BaseOperator

from jupyterlab_promote.airflow_provider.fan_out import CountItemsOperator
from jupyterlab_promote.airflow_provider.manifests import ManifestCache
from jupyterlab_promote.airflow_provider.names import (
    ITEMS_TASK,
    OVERLAP_TASK,
    POOL,
    TAG,
)
from jupyterlab_promote.airflow_provider.operator import INFRASTRUCTURE_RETRIES, StepOperator
from jupyterlab_promote.airflow_provider.overlap import SkipOverlapOperator
from jupyterlab_promote.airflow_provider.parameters import airflow_param
from jupyterlab_promote.airflow_provider.retries import StepRetryPolicy
from jupyterlab_promote.airflow_provider.schedule import (
    max_active_runs,
    skips_overlap,
    start_date,
    timetable,
)
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.ids import TASK_PREFIX
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.model.version import Manifest

_RETRY_DELAY = timedelta(seconds=5)


def registered_dag(file: str, dag_id: str, version: str, *, retired: bool = False) -> DAG:
    """The DAG of a pipeline's file in the bundle.

    Args:
        file: the DAG file itself; the manifests are kept beside the bundle's folders.
        retired: unpublished; the DAG stays for the runs that are live, without schedule.
    """
    cache = ManifestCache.beside(Path(file))
    manifest = cache.manifest(dag_id, version)
    return build_dag(manifest, version=version, store_url=cache.store_url, retired=retired)


def build_dag(manifest: Manifest, *, version: str, store_url: str, retired: bool = False) -> DAG:
    """The DAG of one version. Each version gives another DAG, also when only notebook code changed.

    Raises:
        InvalidInput: a step's name is one of ours, or an edge names no step.
    """
    _check(manifest)
    schedule = Schedule() if retired else manifest.schedule
    dag = DAG(
        manifest.dag_id,
        dag_display_name=manifest.name,
        description=manifest.description or None,
        doc_md=_documentation(manifest, version, retired=retired),
        schedule=timetable(schedule),
        start_date=start_date(schedule),
        catchup=schedule.catchup,
        max_active_runs=max_active_runs(schedule),
        params={p.name: airflow_param(p) for p in manifest.parameters},
        tags={TAG, version},
        is_paused_upon_creation=True,
        default_args={"pool": POOL},
    )
    with dag:
        heads = _tasks(manifest, version=version, store_url=store_url)
        if skips_overlap(schedule):
            guard = SkipOverlapOperator(task_id=OVERLAP_TASK, retries=2, retry_delay=_RETRY_DELAY)
            for task in [t for t in heads.values() if not t.upstream_task_ids]:
                guard >> task
    return dag


def _check(manifest: Manifest) -> None:
    names = {step.name for step in manifest.steps}
    for step in manifest.steps:
        if step.name.startswith(TASK_PREFIX):
            raise InvalidInput(
                f"step {step.name}",
                f"step names must not begin with {TASK_PREFIX!r}",
                hint="Rename the step in the notebook.",
            )
    for edge in manifest.edges:
        if not {edge.source, edge.target} <= names:
            raise InvalidInput(
                "edges", f"{edge.source!r} -> {edge.target!r} names a step that does not exist"
            )


def _documentation(manifest: Manifest, version: str, *, retired: bool) -> str:
    state = "Unpublished: no new runs." if retired else "Published from JupyterLab."
    return "\n\n".join(
        part for part in (manifest.description, state, f"Version `{version}`") if part
    )


def _tasks(manifest: Manifest, *, version: str, store_url: str) -> dict[str, BaseOperator]:
    """All Airflow tasks by id, wired; within the DAG that is being built."""
    tasks: dict[str, BaseOperator] = {}
    for step in manifest.steps:
        rule = _trigger_rule(manifest, step)
        common = _step_arguments(manifest, step, version=version, store_url=store_url)
        if step.settings.map_over is None:
            tasks[step.name] = StepOperator(trigger_rule=rule, **common)
            continue
        items = CountItemsOperator(
            task_id=ITEMS_TASK + step.name,
            step=step.name,
            version=version,
            store_url=store_url,
            trigger_rule=rule,
            retries=INFRASTRUCTURE_RETRIES,
            retry_delay=_RETRY_DELAY,
        )
        tasks[items.task_id] = items
        tasks[step.name] = StepOperator.partial(**common).expand(item=items.output)
    for edge in manifest.edges:
        upstream, downstream = tasks[edge.source], tasks[edge.target]
        upstream >> tasks.get(ITEMS_TASK + edge.target, downstream)
    return tasks


def _step_arguments(
    manifest: Manifest, step: Step, *, version: str, store_url: str
) -> Mapping[str, Any]:
    last = step.name == manifest.steps[-1].name
    return {
        "task_id": step.name,
        "version": version,
        "store_url": store_url,
        "user_retries": step.settings.retries,
        "retries": step.settings.retries + INFRASTRUCTURE_RETRIES,
        "retry_delay": _RETRY_DELAY,
        "retry_policy": StepRetryPolicy(user_delay=step.settings.retry_delay),
        "outlets": [Asset(name) for name in manifest.produces] if last else [],
    }


def _trigger_rule(manifest: Manifest, step: Step) -> str:
    """A mapped step over an empty list counts as skipped, which must not skip what follows."""
    rules = {
        upstream.settings.map_over.when
        for upstream in map(manifest.step, manifest.upstream(step.name))
        if upstream.settings.map_over is not None
    }
    if "all_done" in rules:
        return "all_done"
    return "none_failed" if rules else "all_success"
