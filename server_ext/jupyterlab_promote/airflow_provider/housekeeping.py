"""The DAG that is always in the bundle.

Its file gives clients a parse token before any pipeline exists, and it is where retention will hang.
It imports nothing of the operator: a fault there must not take this DAG away.
"""

from airflow.sdk import DAG
from airflow.sdk.bases.operator import BaseOperator

from jupyterlab_promote.airflow_provider.names import HOUSEKEEPING, TAG


class NothingToDoOperator(BaseOperator):
    """Ends at once."""

    def execute(self, context: object) -> None:
        """Do nothing."""


def housekeeping_dag() -> DAG:
    """A DAG by hand only, hidden among ours by its tag."""
    with DAG(
        HOUSEKEEPING,
        schedule=None,
        tags={TAG},
        doc_md="Keeps the bundle of notebook pipelines registered. It needs no runs.",
        is_paused_upon_creation=True,
    ) as dag:
        NothingToDoOperator(task_id="promote-nothing")
    return dag
