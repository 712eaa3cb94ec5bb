"""A process started ahead for one step: everything imported, the kernel ready, waiting at a socket.

It takes one request, runs it with the same `run_step` as a fresh process, answers with the exit code, and ends.
It ends as well when whoever started it is gone.
"""

import json
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.settings import Environment, Resources
from jupyterlab_promote.worker.__main__ import main, terminated
from jupyterlab_promote.worker.environment import kernel_environment
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.lean import block_slow_imports
from jupyterlab_promote.worker.watch import run

KERNEL = "python3"
_LOOK_EVERY = 1.0


def serve(address: str) -> int:
    """Boot a kernel, wait for one request at the Unix socket `address`, run it."""
    folder = Path(tempfile.mkdtemp(prefix="promote-warm-"))
    kernel = StepKernel(KERNEL)
    environment = kernel_environment(os.environ, resources=Resources(), environment=Environment())
    try:
        run(kernel.start(env=environment, folder=folder))
        # Imported while the kernel boots; the step needs both.
        import jupyterlab_promote.worker.engine
        import jupyterlab_promote.worker.run_step  # noqa: F401 - loaded ahead for `main`

        run(_ready(kernel))
        return _one_request(address, kernel)
    finally:
        run(kernel.close())
        shutil.rmtree(folder, ignore_errors=True)


async def _ready(kernel: StepKernel) -> None:
    await kernel.connect()


def _one_request(address: str, kernel: StepKernel) -> int:
    parent = os.getppid()
    with socket.socket(socket.AF_UNIX) as listener:
        scratch = f"{address}.new"
        listener.bind(scratch)
        listener.listen(1)
        listener.settimeout(_LOOK_EVERY)
        # The name appears only now, so that who finds it finds a kernel that is ready.
        Path(scratch).rename(address)
        while os.getppid() == parent:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection, connection.makefile("rw") as stream:
                asked = json.loads(stream.readline())
                os.environ.update(asked["environment"])
                code = main(asked["request_uri"], kernel=kernel)
                stream.write(f"{code}\n")
            return code
    return 0


if __name__ == "__main__":
    block_slow_imports()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, terminated)
    try:
        code = serve(sys.argv[1])
    except (PromoteError, KeyboardInterrupt) as error:
        logging.getLogger(__name__).warning("not ready: %s", error)
        code = 4
    sys.stdout.flush()
    os._exit(code)
