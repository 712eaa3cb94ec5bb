"""The button on an Airflow task that opens its executed notebook."""

from typing import Any

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

from jupyterlab_promote.airflow_provider.names import URL_PREFIX


class ExecutedNotebookLink(BaseOperatorLink):
    """The button on a task instance that opens its executed notebook."""

    name = "Executed notebook"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow passes it
        """The page of the plugin, in this Airflow."""
        base = conf.get("api", "base_url", fallback="").rstrip("/")
        run = f"{URL_PREFIX}/runs/{ti_key.dag_id}/{ti_key.run_id}"
        return f"{base}{run}/steps/{ti_key.task_id}/notebook.html?map_index={ti_key.map_index}"
