"""What the API server does from time to time: it can see Airflow's database, which tasks cannot."""

import logging
import threading

from jupyterlab_promote.airflow_provider import registration
from jupyterlab_promote.airflow_provider.airflow_internals import conf
from jupyterlab_promote.airflow_provider.edge import survived
from jupyterlab_promote.airflow_provider.site import site_store

log = logging.getLogger(__name__)

_MINUTES = 10.0


def start() -> None:
    """Begin, in a thread that ends with the process; the first time comes after one interval."""
    minutes = conf.getfloat("promote", "housekeeping_minutes", fallback=_MINUTES)
    if minutes > 0:
        threading.Thread(target=_for_ever, args=(minutes * 60,), daemon=True).start()


def _for_ever(seconds: float) -> None:
    pause = threading.Event()
    while not pause.wait(seconds):
        once()


def once() -> None:
    """Do it, and write into the log what could not be done: the next time is another chance."""
    said = "Housekeeping could not be done; it is tried again."
    swept = survived(lambda: registration.sweep(site_store()), lambda: (), said)
    if swept:
        log.info("Swept: pipelines=%s", ",".join(swept))
