"""A second pair of eyes on cancelling, in Airflow's API server.

When a person marks a task, its own process or trigger stops the Ray job. A mark that falls between the two
(the process is deferring, the trigger has not begun) reaches neither; so a few seconds later it is made sure here.
"""

import logging
import threading
from typing import Any

from jupyterlab_promote.airflow_provider.airflow_internals import hookimpl
from jupyterlab_promote.airflow_provider.cancelling import cancel
from jupyterlab_promote.airflow_provider.edge import survived
from jupyterlab_promote.airflow_provider.runner import open_runner
from jupyterlab_promote.airflow_provider.site import site_store
from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.ids import UNMAPPED, is_dag_id, is_step_name
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import AttemptRef, read_outcome, read_request

log = logging.getLogger(__name__)

_LATER = 5.0
"""Seconds that the step's own process or trigger has; a person waits ten."""


@hookimpl
def on_task_instance_failed(previous_state: Any, task_instance: Any, error: Any) -> None:  # noqa: ARG001 - Airflow's names
    """A person marked a task as failed, or a whole run."""
    _make_sure_later(task_instance)


@hookimpl
def on_task_instance_success(previous_state: Any, task_instance: Any) -> None:  # noqa: ARG001 - Airflow's names
    """A person marked a task as done."""
    _make_sure_later(task_instance)


@hookimpl
def on_task_instance_skipped(previous_state: Any, task_instance: Any) -> None:  # noqa: ARG001 - Airflow's names
    """A person marked a task as skipped."""
    _make_sure_later(task_instance)


def _make_sure_later(instance: Any) -> None:
    """Remember which attempt it is about now: a later one is somebody's new wish."""
    if not (is_dag_id(instance.dag_id) and is_step_name(instance.task_id)):
        return
    try:
        ref = _latest(instance)
    except PromoteError:
        log.exception("The attempts of a marked step could not be read")
        return
    if ref is not None:
        timer = threading.Timer(_LATER, _make_sure, args=(ref,))
        timer.daemon = True
        timer.start()


def _latest(instance: Any) -> AttemptRef | None:
    index = UNMAPPED if instance.map_index is None else instance.map_index
    folder = layout.step_run(instance.dag_id, instance.run_id, instance.task_id, index)
    names = site_store().list(folder)
    numbers = [int(name[1:]) for name in names if name.startswith("a") and name[1:].isdecimal()]
    if not numbers:
        return None
    return AttemptRef(
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        step=instance.task_id,
        map_index=index,
        attempt=max(numbers),
    )


def _make_sure(ref: AttemptRef) -> None:
    said = "A cancelled step may still run on Ray: %s"
    survived(lambda: _end(ref), lambda: None, said, ref.folder)


def _end(ref: AttemptRef) -> None:
    store = site_store()
    if read_outcome(store, ref) is not None:
        return
    request = read_request(store, ref)
    cancel(store, ref, version=request.version, job_id=request.job_id, runner=open_runner().runner)
