"""The first task of a pipeline whose runs must not overlap.

Airflow can queue a run or let it go ahead, but cannot drop it; so the run starts and this task ends it.
"""

from typing import Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import DownstreamTasksSkipped

_SCHEDULED = frozenset({"scheduled", "asset_triggered"})


class SkipOverlapOperator(BaseOperator):
    """Skips all steps of a scheduled run while an earlier run of the pipeline is still going.

    A run that somebody triggered, or a backfill, is wanted as it is and never skipped.
    """

    def execute(self, context: Any) -> None:
        """Look for an earlier run that is still going."""
        run = context["dag_run"]
        if str(getattr(run.run_type, "value", run.run_type)) not in _SCHEDULED:
            return
        earlier = context["ti"].get_previous_dagrun(state="running")
        if earlier is None:
            return
        self.log.info(
            "Run %s is still going, so this one is skipped (overlap: skip).", earlier.run_id
        )
        others = [task_id for task_id in context["dag"].task_ids if task_id != self.task_id]
        raise DownstreamTasksSkipped(tasks=others)
