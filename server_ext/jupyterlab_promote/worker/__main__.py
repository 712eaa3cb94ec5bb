"""`python -m jupyterlab_promote.worker <request URI>`: the entry point of a Ray job.

Exit codes: 0 success, 1 the step failed (its outcome says how), 2 the request cannot be read, 3 the attempt
belongs to another worker, 4 no outcome could be left. Not for anything that a library caller needs.
"""

import logging
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

import fsspec

from jupyterlab_promote.errors import Conflict, PromoteError
from jupyterlab_promote.worker.lean import block_slow_imports

if TYPE_CHECKING:
    from jupyterlab_promote.worker.kernel import StepKernel

log = logging.getLogger("jupyterlab_promote.worker")


def main(uri: str, *, kernel: "StepKernel | None" = None) -> int:
    """Run the attempt that the request at `uri` describes, in `kernel` if one was started ahead."""
    from jupyterlab_promote.worker.run_step import read_request, run_step

    try:
        with fsspec.open(uri, "rb") as file:
            request = read_request(file.read())
    except (OSError, PromoteError) as error:
        log.critical("The request %s cannot be read: %s", uri, error)
        return 2
    try:
        outcome = run_step(
            request,
            environment=os.environ,
            ray_address=os.environ.get("RAY_ADDRESS"),
            ready=kernel,
        )
    except Conflict as error:
        log.warning("%s", error)
        return 3
    except PromoteError as error:
        log.critical("%s", error)
        return 4
    log.info(
        "step=%s attempt=%s: %s %s", request.step, request.attempt, outcome.state, outcome.message
    )
    return 0 if outcome.ok else 1


def terminated(_signal: int, _frame: FrameType | None) -> None:
    """Make SIGTERM end the running step as an interrupt does, so that its outputs are kept."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    block_slow_imports()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, terminated)
    code = main(sys.argv[1]) if len(sys.argv) == 2 else 2
    sys.stdout.flush()
    # Threads of user libraries must not keep a finished step alive.
    os._exit(code)
