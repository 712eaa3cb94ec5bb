"""The embedded stack: Airflow and a Ray head on this computer, loopback only.

Starts, finds and ends other people's programs. Knows nothing of notebooks; is no scheduler and no queue.
"""

from jupyterlab_promote.stack.lifecycle import cores, down, status, up, was_started
from jupyterlab_promote.stack.state import StackInfo

__all__ = ["StackInfo", "cores", "down", "status", "up", "was_started"]
