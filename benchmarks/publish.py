"""Publishing: how long until Airflow confirms the new version."""

import time

from benchmarks.airflow import noop_chain, running_stack
from benchmarks.run import Result, result

_PUBLISHES = 10
_GOAL_SECONDS = 2.0


def publish_registered_s() -> Result:
    """Seconds from the upload of a new version until Airflow's REST API lists it; the peer is the goal."""
    seconds = []
    with running_stack() as airflow:
        for number in range(_PUBLISHES):
            draft = noop_chain("published", length=5, note=f"publish {number}")
            began = time.perf_counter()
            airflow.publish(draft, revision=number)
            seconds.append(time.perf_counter() - began)
    return result(seconds, unit="s", peer=_GOAL_SECONDS)


BENCHMARKS = {"publish_registered_s": publish_registered_s}
