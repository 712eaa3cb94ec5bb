"""jupyterlab-promote: from a notebook to a scheduled pipeline.

This module stays light: Airflow's processes, Ray's workers and the step's kernel all import it.
The only name meant for notebooks is `metric` (`import jupyterlab_promote as promote`).
"""

from typing import Any

__all__ = ["metric"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "_labextension", "dest": "jupyterlab-promote"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from jupyterlab_promote.server.app import PromoteApp

    return [{"module": "jupyterlab_promote", "app": PromoteApp}]


def metric(name: str, value: float) -> None:
    """Record a number of this run, shown over runs in the Lab. Outside a pipeline it only prints.

    Args:
        name: what is measured, such as `"auc"`.
        value: a finite number.
    """
    from jupyterlab_promote.worker.handoff import record_metric

    record_metric(name, value)
