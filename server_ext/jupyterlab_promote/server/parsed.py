"""Waiting until Airflow has read a version."""

import time

from jupyterlab_promote.errors import NotFound, Unavailable
from jupyterlab_promote.server.session import Session

_PARSE_SECONDS = 90.0
_LOOK_SECONDS = 0.1
_ASK_SECONDS = 10.0
"""Longer than Airflow takes for a file where nothing is wrong."""


def wait_for_version(session: Session, dag_id: str, version: str) -> str:
    """Wait until Airflow shows the version; the last line of its error when it cannot parse it.

    Airflow drops the wish to parse a file that it is parsing as it was before, and would look at it again half an hour
    later. So it is asked again until it has done it.

    Raises:
        Unavailable: it shows neither in time.
    """
    began = asked = time.monotonic()
    looks = 0
    while (now := time.monotonic()) < began + _PARSE_SECONDS:
        if version in _tags(session, dag_id):
            return ""
        looks += 1
        if looks % 10 == 0 and (trace := session.api.import_error(dag_id)):
            return trace.strip().splitlines()[-1]
        if now > asked + _ASK_SECONDS:
            session.registration.parse(dag_id)
            asked = now
        time.sleep(_LOOK_SECONDS)
    raise Unavailable(
        "Airflow's DAG processor",
        session.api.url,
        f"it has not read {dag_id} {version} within {_PARSE_SECONDS:.0f} s",
        hint="The version is registered; `jupyter promote doctor` looks for the reason.",
    )


def _tags(session: Session, dag_id: str) -> frozenset[str]:
    try:
        dag = session.api.dag(dag_id)
    except NotFound:
        return frozenset()
    return frozenset(tag["name"] for tag in dag.get("tags") or [])
