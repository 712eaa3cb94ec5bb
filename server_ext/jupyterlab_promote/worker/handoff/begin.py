"""The beginning of a step in its kernel, before the first cell: called by the worker's hidden first request."""

import json
import os

from jupyterlab_promote.worker.handoff.checks import watched_modules
from jupyterlab_promote.worker.handoff.hidden import state
from jupyterlab_promote.worker.handoff.load import load_inputs
from jupyterlab_promote.worker.handoff.save import save_outputs
from jupyterlab_promote.worker.handoff.values.namespace import hidden_names

WATCHED = "PROMOTE_FINGERPRINTS"
"""The variable by which `verify` asks for what is in `surviving.py`."""


def begin() -> None:
    """Note what the notebook starts with, and what it is to be watched for."""
    told = os.environ.pop(WATCHED, None)
    state.begin()
    watched_modules.start()
    # `%whos` lists the notebook's names, which these two are not.
    hidden_names().update(load_inputs=load_inputs, save_outputs=save_outputs)
    if told is not None:
        from jupyterlab_promote.worker.handoff.checks.surviving import Watch

        Watch(**json.loads(told)).start()
