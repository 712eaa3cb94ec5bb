"""Leaves the reason of a failed call in `problem.json`, where the worker finds it."""

import contextlib
import errno
from collections.abc import Iterator

from jupyterlab_promote.worker.handoff.context import Context
from jupyterlab_promote.worker.handoff.files.manifest import write_json
from jupyterlab_promote.worker.handoff.problems import HandoffError, StoreFull

PROBLEM = "problem.json"
_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def reporting(context: Context) -> Iterator[None]:
    """Write the problem of a HandoffError beside the handoff; name a full disk."""
    try:
        yield
    except HandoffError as error:
        _leave(context, error)
        raise
    except OSError as error:
        if error.errno not in _FULL:
            raise
        full = StoreFull(
            f"There is no space for the values of step {context.step!r} ({context.output}).",
            hint="Free some space there, then run the step again.",
        )
        _leave(context, full)
        raise full from error


def _leave(context: Context, error: HandoffError) -> None:
    with contextlib.suppress(OSError):
        context.output.mkdir(parents=True, exist_ok=True)
        write_json(context.output / PROBLEM, error.as_json())
