"""The handoff's kernel half: the two calls of a step notebook, and `record_metric`.

Needs the standard library and cloudpickle only, because the kernel may be another environment than the
worker's. It reads and writes plain folders; the store is the worker's.
"""

from jupyterlab_promote.worker.handoff.begin import begin
from jupyterlab_promote.worker.handoff.files.verification import finish_verification
from jupyterlab_promote.worker.handoff.load import load_inputs
from jupyterlab_promote.worker.handoff.metrics import record_metric
from jupyterlab_promote.worker.handoff.problems import HandoffError
from jupyterlab_promote.worker.handoff.save import save_outputs

__all__ = [
    "HandoffError",
    "begin",
    "finish_verification",
    "load_inputs",
    "record_metric",
    "save_outputs",
]
