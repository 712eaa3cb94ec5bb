"""The edge of the server: of what no error of ours foresaw, the log has the traceback, whoever asked a sentence."""

import logging
from collections.abc import Callable
from typing import TypeVar

from jupyterlab_promote.errors import PromoteError

log = logging.getLogger(__name__)

T = TypeVar("T")


class Internal(PromoteError):
    """A fault of ours."""

    code = "internal"


def done(act: Callable[..., T], *arguments: object, said: str) -> T:
    """What an act gives.

    Args:
        said: what was asked for, for the log.

    Raises:
        PromoteError: as the act raises it; Internal for anything else.
    """
    try:
        return act(*arguments)
    except PromoteError:
        raise
    except Exception:
        log.exception("%s failed unexpectedly", said)
        raise Internal(
            "Something went wrong inside jupyterlab-promote.",
            hint="The log of the Jupyter server has the details.",
        ) from None
