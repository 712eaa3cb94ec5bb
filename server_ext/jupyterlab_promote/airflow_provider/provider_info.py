"""What Airflow's provider manager is told about this package."""

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Entry point `apache_airflow_provider`."""
    return {
        "package-name": "jupyterlab-promote",
        "name": "jupyterlab-promote",
        "description": "Notebook pipelines published from JupyterLab.",
    }
