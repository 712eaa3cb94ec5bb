"""The edge to Airflow's own processes: whatever goes wrong in what we do there, they go on, and their log has it."""

import logging
from collections.abc import Callable
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


def survived(act: Callable[[], T], otherwise: Callable[[], T], said: str, *about: object) -> T:
    """What an act gives; after any failure of it what `otherwise` gives.

    Args:
        said, about: what the log says of the failure, as `logging` takes it.
    """
    try:
        return act()
    except Exception:
        log.exception(said, *about)
        return otherwise()
