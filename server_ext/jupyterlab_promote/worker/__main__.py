"""`python -m jupyterlab_promote.worker [--held] <request URI>`: the entry point of a Ray job.

With `--held`, standard input is the line to whoever started it: when that closes, the step ends.
Exit codes: 0 success, 1 the step failed (its outcome says how), 2 the request cannot be read, 3 the attempt
belongs to another worker, 4 no outcome could be left. Not for anything that a library caller needs.
"""

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

import fsspec

from jupyterlab_promote.errors import Conflict, PromoteError
from jupyterlab_promote.worker.lean import block_slow_imports
from jupyterlab_promote.worker.scratch import SOCKETS, STEP, sweep
from jupyterlab_promote.worker.starter import Starter, end_without
from jupyterlab_promote.worker.stopping import Stop

if TYPE_CHECKING:
    from jupyterlab_promote.worker.kernel import StepKernel

log = logging.getLogger("jupyterlab_promote.worker")


def main(uri: str, *, stop: Stop, kernel: "StepKernel | None" = None) -> int:
    """Run the attempt that the request at `uri` describes, in `kernel` if one was started ahead.

    Args:
        stop: its `on_signal` is the process's handler of SIGTERM.
    """
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
            stop=stop,
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


def _run(arguments: list[str]) -> int:
    stop = Stop()
    signal.signal(signal.SIGTERM, stop.on_signal)
    held = arguments[:1] == ["--held"]
    if held:
        end_without(Starter.of(os.environ), sys.stdin.read, stop)
    wanted = arguments[held:]
    code = main(wanted[0], stop=stop) if len(wanted) == 1 else 2
    # Late, when nobody waits any more: what killed workers left on this machine.
    sweep(STEP, SOCKETS)
    return code


if __name__ == "__main__":
    block_slow_imports()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    code = _run(sys.argv[1:])
    sys.stdout.flush()
    # Threads of user libraries must not keep a finished step alive.
    os._exit(code)
