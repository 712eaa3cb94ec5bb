"""A process started ahead for one step: everything imported, the kernel ready, waiting at a socket.

Forked by `template.py`. It takes one request, runs it with the same `run_step` as a fresh process, answers with the
exit code, and ends. It ends as well when its pool is gone before, or the task that gave it the request.
"""

import json
import logging
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.settings import Environment, Resources
from jupyterlab_promote.worker.__main__ import main
from jupyterlab_promote.worker.environment import kernel_environment
from jupyterlab_promote.worker.gateway.pool import ADDRESS
from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.starter import Starter, end_without
from jupyterlab_promote.worker.stopping import Stop
from jupyterlab_promote.worker.watch import run as run_coroutine

log = logging.getLogger(__name__)

_LOOK_EVERY = 1.0


def serve(folder: Path, kernel_name: str, *, stop: Stop) -> int:
    """Boot a kernel, wait for one request at the Unix socket in `folder`, run it.

    A kernel of another language is only booted for the step, in the step's folder.
    """
    parent = os.getppid()
    kernel = StepKernel(kernel_name, folder=folder)
    environment = kernel_environment(os.environ, resources=Resources(), environment=Environment())
    try:
        if kernel.python:
            run_coroutine(kernel.start(env=environment, folder=folder))
            run_coroutine(_ready(kernel))
        return _one_request(folder / ADDRESS, kernel, parent=parent, stop=stop)
    finally:
        run_coroutine(kernel.close())
        if os.getppid() != parent:
            # The pool would have removed it.
            shutil.rmtree(folder, ignore_errors=True)


async def _ready(kernel: StepKernel) -> None:
    await kernel.connect()


def _one_request(address: Path, kernel: StepKernel, *, parent: int, stop: Stop) -> int:
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
            with connection:
                return _answer(connection, kernel, stop=stop)
    return 0


def _answer(connection: socket.socket, kernel: StepKernel, *, stop: Stop) -> int:
    """Run the request that comes over the connection, which is the line to the task that holds the resources."""
    with connection.makefile("r") as stream:
        asked = json.loads(stream.readline())
        os.environ.update(asked["environment"])
        end_without(Starter.of(os.environ), lambda: connection.recv(1), stop)
        code = main(asked["request_uri"], kernel=kernel, stop=stop)
        connection.sendall(f"{code}\n".encode())
    return code


def load() -> None:
    """Import what `main` needs for a step."""
    import jupyterlab_promote.worker.engine
    import jupyterlab_promote.worker.run_step  # noqa: F401 - loaded ahead for `main`


def run(folder: Path, kernel_name: str) -> NoReturn:
    """Be a runner from here to the end of this process, which the template forked."""
    wish = Stop()
    signal.signal(signal.SIGTERM, wish.on_signal)
    code = 4
    try:
        code = serve(folder, kernel_name, stop=wish)
    except (PromoteError, OSError, ValueError, KeyboardInterrupt) as error:
        log.warning("ended: %s", error)
    finally:
        sys.stdout.flush()
        # Whatever happened, a fork must not go on in the template's loop.
        os._exit(code)
