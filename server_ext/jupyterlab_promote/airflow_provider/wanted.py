"""Whether Airflow still wants a step whose process was asked to end."""

import logging
from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError

log = logging.getLogger(__name__)

ALIVE = frozenset({"running", "queued", "scheduled", "deferred", "up_for_retry"})
"""States in which the process died and not the user's wish."""


def state_in_airflow(instance: Any) -> str | None:
    """The state of a running task instance, None without an answer.

    Asked from the main thread only: the line to Airflow's supervisor has one lock, which is not re-entrant.
    """
    try:
        states = instance.get_task_states(
            dag_id=instance.dag_id,
            task_ids=[instance.task_id],
            run_ids=[instance.run_id],
            map_index=instance.map_index,
        )
    except (AirflowRuntimeError, OSError, EOFError, ValueError):
        log.exception("Airflow did not say whether it still wants the step.")
        return None
    mapped = instance.map_index is not None and instance.map_index >= 0
    key = f"{instance.task_id}_{instance.map_index}" if mapped else instance.task_id
    state: str | None = states.get(instance.run_id, {}).get(key)
    return state
