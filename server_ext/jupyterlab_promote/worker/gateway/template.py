"""A process that has imported all that runs a step, and forks: a runner then costs its kernel and nothing else.

Two thirds of the CPU that a ready process took went into imports, beside the steps that ran meanwhile. The template
has one thread and nothing that must not be forked: no event loop, no socket, no numpy. Runners are its children, so
they end with it; it ends with its pool. What a runner does is `runner.py`'s.
"""

import gc
import logging
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psutil

_MODULE = "jupyterlab_promote.worker.gateway.template"
_ANSWER_SECONDS = 10.0
_READY = b"ready"


class Template:
    """The pool's side: one child process that forks when it is told to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        self._orders, self._answers = self._process.stdin, self._process.stdout
        self._ready = False

    @property
    def living(self) -> bool:
        """Whether it can still fork."""
        return self._process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it has imported everything; asks without waiting."""
        if not self._ready:
            self._ready = self._has_answered(0.0) and self._line() == _READY
        return self._ready

    def fork(self, folder: Path, kernel: str) -> psutil.Process | None:
        """Start a runner in a folder of its own; None when the template or the runner is gone."""
        try:
            self._orders.write(f"{folder}\t{kernel}\n".encode())
            self._orders.flush()
            answered = self._has_answered(_ANSWER_SECONDS)
            return psutil.Process(int(self._line())) if answered else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def close(self) -> None:
        """End it, and the runners that wait with it."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._orders, self._answers):
            pipe.close()

    def _has_answered(self, seconds: float) -> bool:
        # Not `select`, which knows the first 1024 files of a process only.
        asked = select.poll()
        asked.register(self._answers, select.POLLIN)
        return bool(asked.poll(seconds * 1000))

    def _line(self) -> bytes:
        return self._answers.readline().strip()


def _serve() -> None:
    """Fork a runner for each line of standard input, and say its id; end with the input."""
    from jupyterlab_promote.worker.gateway import runner

    runner.load()
    # What is shared with the runners stays shared, instead of being copied when garbage is collected.
    gc.freeze()
    signal.signal(signal.SIGCHLD, _collect)
    _say(_READY)
    while line := sys.stdin.readline():
        folder, _, kernel = line.rstrip("\n").partition("\t")
        pid = os.fork()
        if pid == 0:
            _become_a_process_of_its_own()
            runner.run(Path(folder), kernel)
        _say(str(pid).encode())


def _become_a_process_of_its_own() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)


def _collect(_signal: int, _frame: object) -> None:
    """So that a runner that ended is gone for who looks at its id."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _say(word: bytes) -> None:
    os.write(1, word + b"\n")


if __name__ == "__main__":
    from jupyterlab_promote.worker.lean import block_slow_imports

    block_slow_imports()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    _serve()
