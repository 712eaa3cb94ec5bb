"""Remove a Ray job that waits for resources: `python -m jupyterlab_promote.worker.remove_waiting <job id>`.

Ray's own stop leaves such a job waiting. Runs as a Ray job without resources; ends what has not begun, nothing else.
"""

import sys

import ray

_NAMESPACE = "SUPERVISOR_ACTOR_RAY_NAMESPACE"


def remove(job_id: str) -> bool:
    """End the supervisor that waits to be placed; False when there is none any more."""
    ray.init(address="auto", log_to_driver=False)
    try:
        supervisor = ray.get_actor(f"_ray_internal_job_actor_{job_id}", namespace=_NAMESPACE)
    except ValueError:
        return False
    ray.kill(supervisor)
    return True


if __name__ == "__main__":
    remove(sys.argv[1])
