"""The hidden first request to a kernel: where it stands and what it finds, before any cell runs.

Sent silently, so that nothing of it is seen in the notebook or kept in the kernel's history. Needed because a
pre-started kernel has its environment already; the same request goes to a fresh one, so that both are alike.
"""

import ast
import queue
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from jupyterlab_promote.worker.foreign import Shadow
from jupyterlab_promote.worker.kernel import KernelNotStarted, StepKernel

_ANSWER_SECONDS = 60.0
_TEMPLATE = """\
def _promote_setup(environment, folder, back):
    import os, sys
    os.environ.update(environment)
    os.chdir(folder)
    if back and back not in sys.path:
        sys.path.append(back)
    if "" not in sys.path:
        sys.path.insert(0, "")
    from jupyterlab_promote.worker.handoff import begin
    begin()
_promote_setup(**{arguments!r})
del _promote_setup
"""
_VERSIONS = "__import__('jupyterlab_promote.worker.handoff.versions', fromlist=['versions']).versions({names!r})"


async def set_up(
    kernel: StepKernel, environment: Mapping[str, str], *, folder: Path, packages: Sequence[str]
) -> dict[str, str | None]:
    """Wait for the kernel and send it the request; a kernel of another language is only waited for.

    Returns:
        The versions that it has of some packages (`handoff.versions`); nothing of another language's.

    Raises:
        KernelNotStarted: the kernel ended, stayed silent, or cannot take its environment.
    """
    client = await kernel.connect()
    if not kernel.python:
        return {}
    source = _source(environment, folder=folder, shadow=kernel.shadow)
    asked = {"versions": _VERSIONS.format(names=list(packages))}
    sent = client.execute(source, silent=True, store_history=False, user_expressions=asked)
    answer = await _answer(kernel, client, sent)
    if answer["status"] != "ok":
        reason = f"{answer.get('ename', 'error')}: {answer.get('evalue', '')}"
        raise KernelNotStarted(
            f"The kernel {kernel.name!r} could not be prepared for the step: {reason}.",
            hint="Check that kernel's Python environment on the Ray nodes.",
        )
    told = answer["user_expressions"]["versions"]
    return dict(ast.literal_eval(told["data"]["text/plain"])) if told["status"] == "ok" else {}


async def _answer(kernel: StepKernel, client: AsyncKernelClient, sent: str) -> dict[str, Any]:
    """The reply to a request; a slow kernel still answers earlier questions, which are passed over."""
    try:
        while True:
            message = await client.get_shell_msg(timeout=_ANSWER_SECONDS)
            if message["parent_header"].get("msg_id") == sent:
                content: dict[str, Any] = message["content"]
                return content
    except queue.Empty:
        raise KernelNotStarted(
            f"The kernel {kernel.name!r} was silent for {_ANSWER_SECONDS:g} s before the first cell ran.",
            hint="Start the same kernel by hand on a Ray node to see why.",
        ) from None


def _source(environment: Mapping[str, str], *, folder: Path, shadow: Shadow | None) -> str:
    """Python source of the request; its values are literals made by `repr`."""
    arguments = {
        "environment": dict(environment),
        "folder": str(folder),
        "back": str(shadow.back) if shadow is not None else None,
    }
    return _TEMPLATE.format(arguments=arguments)
