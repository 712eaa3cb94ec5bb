"""Threads and tasks of the notebook that go on after a step: what they do from then on no later step would see."""

import asyncio
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values.namespace import user_namespace


def check() -> None:
    """Look whether code of the notebook is still running, besides the cell that asks.

    Raises:
        NotPicklable: it is.
    """
    for what, function in (*_threads(), *_tasks()):
        raise NotPicklable(
            f"{what} that runs {function} of the notebook goes on after this step; "
            "later steps would not see what it does from here on.",
            hint="Wait for it at the end of the step, as `thread.join()` and `await task` do, "
            "or merge the steps that it runs beside.",
        )


def _threads() -> Iterator[tuple[str, str]]:
    here = threading.get_ident()
    frames = sys._current_frames()
    for thread in threading.enumerate():
        if thread.ident == here or thread is threading.main_thread():
            continue
        function = _running(frames.get(thread.ident or 0)) or _told(thread)
        if function:
            yield "A thread", function


def _running(frame: types.FrameType | None) -> str:
    """The function of the notebook that a thread is in; empty where it is in none."""
    namespace = user_namespace()
    while frame is not None:
        if frame.f_globals is namespace:
            return f"`{frame.f_code.co_name}`"
        frame = frame.f_back
    return ""


def _told(thread: threading.Thread) -> str:
    """What a thread has been told to run, if it is the notebook's: `Timer` waits before it does so."""
    function = getattr(thread, "function", None)
    of_notebook = getattr(function, "__globals__", None) is user_namespace()
    # Such as `rows.append`, whose object may be the notebook's.
    may_be = of_notebook or isinstance(function, types.BuiltinMethodType)
    return f"`{function.__qualname__}`" if function is not None and may_be else ""


def _tasks() -> Iterator[tuple[str, str]]:
    try:
        tasks: set[asyncio.Task[Any]] = asyncio.all_tasks()
    except RuntimeError:
        # Outside of a kernel no loop is running.
        return
    for task in tasks:
        frame = getattr(task.get_coro(), "cr_frame", None)
        if frame is not None and frame.f_globals is user_namespace():
            yield "A task", f"`{frame.f_code.co_name}`"
