"""One kernel process: started for one step, watched, ended, never used again.

What runs in it is the engine's matter; what it is allowed to use is `watch.py`'s.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
from jupyter_client._version import protocol_version_info
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.worker.foreign import Shadow, is_foreign, shadow
from jupyterlab_promote.worker.memory import tree
from jupyterlab_promote.worker.scratch import SOCKETS, Scratch

START_TIMEOUT = 60.0
_ASK_AGAIN = 1.0
_HEARD_WITHIN = 0.2
_GONE_WITHIN = 1.0
_LONGEST_SOCKET_FOLDER = 80
"""A Unix socket's path may have about 104 bytes; the kernel adds a few to the folder."""


class KernelMissing(PromoteError):
    """The worker has no kernelspec of that name."""

    code = "kernel_missing"


class KernelNotStarted(PromoteError):
    """The kernel's process ended or stayed silent before the first cell."""

    code = "kernel_died"


def find_kernelspec(name: str) -> KernelSpec:
    """The installed kernelspec; raises KernelMissing naming those that exist."""
    manager = KernelSpecManager()
    try:
        return manager.get_kernel_spec(name)
    except NoSuchKernel:
        known = ", ".join(sorted(manager.find_kernel_specs())) or "none"
        raise KernelMissing(
            f"The worker has no kernel named {name!r}; it has: {known}.",
            hint=f"Install that kernel on the Ray nodes, or choose one of: {known}.",
        ) from None


@contextlib.contextmanager
def _hearing_interrupts() -> Iterator[None]:
    """What Ray starts has SIGINT blocked; a kernel would inherit that, and no cell could be interrupted."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def _answer(client: AsyncKernelClient) -> Mapping[str, Any] | None:
    """What the kernel says of itself, once what it tells everybody is heard here; None while it is silent."""
    client.kernel_info()
    try:
        reply = await client.get_shell_msg(timeout=_ASK_AGAIN)
        await client.get_iopub_msg(timeout=_HEARD_WITHIN)
    except queue.Empty:
        return None
    told: Mapping[str, Any] = reply["content"]
    version = int(told["protocol_version"].split(".")[0])
    if version != protocol_version_info[0]:
        client.session.adapt_version = version
    return told


class StepKernel:
    """A kernel process and the client to it.

    Attributes:
        name: kernelspec name.
        python: the kernel speaks Python.
        interpreter: the Python that it runs on, for one that speaks Python.
        shadow: what a kernel of another environment needs on its path; None for our own.
        language: its `language_info`, by which a Lab colours the code; nothing before it answered.
    """

    def __init__(self, name: str, *, folder: Path | None = None) -> None:
        """Find the kernelspec.

        Args:
            folder: for sockets and connection file, removed by its owner; None makes one.

        Raises:
            KernelMissing: there is no such kernelspec.
        """
        spec = find_kernelspec(name)
        self.name = name
        self.python = spec.language.lower() == "python"
        foreign = self.python and is_foreign(spec.argv)
        self.interpreter = spec.argv[0] if foreign else sys.executable
        self.shadow: Shadow | None = shadow() if foreign else None
        self._own = Scratch(SOCKETS) if folder is None else None
        place = self._own.path if self._own is not None else folder
        options = {"kernel_name": name, "connection_file": f"{place}/kernel.json"}
        if len(str(place)) <= _LONGEST_SOCKET_FOLDER:
            options |= {"transport": "ipc", "ip": f"{place}/k"}
        self._manager = AsyncKernelManager(**options)
        self.language: Mapping[str, Any] = {}
        self._client: AsyncKernelClient | None = None
        self._exit_code: int | None = None

    async def start(
        self, *, env: Mapping[str, str], folder: Path, packages: Path | None = None
    ) -> None:
        """Start the process in a folder; returns before the kernel answers.

        Args:
            packages: a folder whose packages come before those of the kernel's environment.

        Raises:
            KernelNotStarted: the kernelspec's command cannot be run.
        """
        variables = dict(env)
        if self.shadow is not None:
            variables["PYTHONPATH"] = str(self.shadow.front)
        if packages is not None:
            rest = variables.get("PYTHONPATH")
            variables["PYTHONPATH"] = f"{packages}{os.pathsep}{rest}" if rest else str(packages)
        # An in-memory history: kernels of one user would otherwise share, and lock, one SQLite file.
        extra = ["--HistoryManager.hist_file=:memory:"] if self._manager.ipykernel else []
        try:
            with _hearing_interrupts():
                await self._manager.start_kernel(
                    env=variables, cwd=str(folder), extra_arguments=extra, independent=False
                )
        except OSError as error:
            raise KernelNotStarted(
                f"The kernel {self.name!r} could not be started: {error}.",
                hint="Check the kernelspec's command on the Ray nodes.",
            ) from error

    async def connect(self, *, timeout: float = START_TIMEOUT) -> AsyncKernelClient:  # noqa: ASYNC109 - nbclient's own
        """Wait until the kernel answers.

        Raises:
            KernelNotStarted: it ended, or was silent for `timeout` seconds.
        """
        if self._client is None:
            client = self._manager.client()
            client.start_channels()
            await self._until_it_answers(client, timeout)
            client.allow_stdin = False
            self._client = client
        return self._client

    @property
    def client(self) -> AsyncKernelClient:
        """The connection that `connect` made."""
        assert self._client is not None  # noqa: S101 - cells run in a kernel that was set up
        return self._client

    async def _until_it_answers(self, client: AsyncKernelClient, timeout: float) -> None:  # noqa: ASYNC109
        """What `client.wait_for_ready` does, without the 0.2 s of silence that it waits for afterwards.

        Those throw away what was said before; here and in nbclient, each message is told by what it answers.
        """
        end = time.monotonic() + timeout
        while (told := await _answer(client)) is None:
            code = self.exit_code()
            if code is not None or time.monotonic() > end:
                how = (
                    f"ended with exit code {code}"
                    if code is not None
                    else f"was silent for {timeout:g} s"
                )
                raise KernelNotStarted(
                    f"The kernel {self.name!r} {how} before the first cell ran.",
                    hint="Start the same kernel by hand on a Ray node to see why.",
                )
        self.language = told.get("language_info") or {}

    @property
    def manager(self) -> AsyncKernelManager:
        """What nbclient talks to the kernel through."""
        return self._manager

    @property
    def pid(self) -> int:
        """Process id of the kernel."""
        return self._provisioner().pid or 0

    def _provisioner(self) -> LocalProvisioner:
        """The kernel runs on this machine, whatever the kernelspec's metadata asks for."""
        provisioner = self._manager.provisioner
        if not isinstance(provisioner, LocalProvisioner):
            raise KernelNotStarted(f"The kernel {self.name!r} does not run on this machine.")
        return provisioner

    def exit_code(self) -> int | None:
        """How the process ended (negative: killed by that signal); None while it lives."""
        if self._exit_code is None:
            process = self._provisioner().process if self._manager.provisioner is not None else None
            self._exit_code = process.poll() if process is not None else None
        return self._exit_code

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        if self._manager.provisioner is None or not self._manager.has_kernel:
            return
        doomed = tree(self.pid)
        if self.exit_code() is None:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        for process in doomed:
            with contextlib.suppress(psutil.Error):
                process.kill()

    async def close(self) -> None:
        """Kill what still runs and remove sockets and connection file."""
        self.kill()
        if self._client is not None:
            self._client.stop_channels()
        if self._manager.provisioner is not None:
            process = self._provisioner().process
            if process is not None:
                # The provisioner looks every 0.1 s only, and the outcome waits for this.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=_GONE_WITHIN)
            self.exit_code()
            await self._manager.provisioner.wait()
            await self._manager.cleanup_resources()
        if self._own is not None:
            self._own.remove()
