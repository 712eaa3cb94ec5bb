"""The words that Airflow and this package agree on. No logic, no imports: every Airflow process loads it."""

POOL = "promote"
"""Airflow pool that limits how many steps run on Ray at once."""

POOL_SLOTS = 32
"""Size of the pool where the plugin makes it; an administrator's own size is left alone."""

CONNECTION = "promote_ray"
"""Airflow Connection with Ray's address and token."""

TAG = "promote"
"""Tag of every DAG of ours; the version is the second tag."""

OVERLAP_TASK = "promote-overlap"
ITEMS_TASK = "promote-items-"
"""Small tasks of ours; both begin with `ids.TASK_PREFIX`."""

HOUSEKEEPING = "promote_housekeeping"
"""Id of the DAG that is always there, and that no pipeline may take."""

URL_PREFIX = "/promote"
"""Where the plugin is mounted in Airflow's API server."""


def dag_file(dag_id: str) -> str:
    """The file of a pipeline in the bundle, relative to the bundle's folder."""
    return f"{dag_id}.py"
