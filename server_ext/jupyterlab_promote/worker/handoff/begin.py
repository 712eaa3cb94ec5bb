"""The beginning of a step in its kernel, before the first cell: called by the worker's hidden first request."""

import json
import os

from jupyterlab_promote.worker.handoff import state

WATCHED = "PROMOTE_FINGERPRINTS"
"""The variable by which `verify` asks for what is in `surviving.py`."""


def begin() -> None:
    """Note what the notebook starts with, and what it is to be watched for."""
    told = os.environ.pop(WATCHED, None)
    state.begin()
    if told is not None:
        from jupyterlab_promote.worker.handoff.surviving import Watch

        Watch(**json.loads(told)).start()
