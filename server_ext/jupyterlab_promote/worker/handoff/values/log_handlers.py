"""Who listens to loggers: handlers that a step gave to a logger listen in later steps too.

A handler is made again from what it was told: where it writes, its level, format and filters. A file that was begun is
gone on with, never begun anew, and a closed one stays closed. A handler that a name of the notebook leads to as well
stays one object.
"""

import importlib
import logging
import logging.handlers
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.context import current
from jupyterlab_promote.worker.handoff.problems import NotPicklable

_KEY = "_promote_key"
_made: dict[str, logging.Handler] = {}
"""The handlers of this kernel that came from, or go to, another one."""
_LIBRARY = ("logging", "logging.handlers")
_MADE_AGAIN = (logging.StreamHandler, logging.NullHandler)
_STREAMS = ("stdout", "stderr")
_SAID = ("level", "formatter", "filters")
_OF_FILES = ("mode", "delay", "_closed")
_OF_ROTATION = (
    "backupCount", "dayOfWeek", "extMatch", "interval", "maxBytes", "namer", "rolloverAt", "rotator", "suffix", "utc",
    "when", "atTime",
)  # fmt: skip


_of_kernel = {"IPKernelApp", "traitlets"}


def begin() -> None:
    """Note the loggers that the kernel has set up for itself."""
    _of_kernel.update(name for name, logger in _loggers() if logger.handlers)


def get() -> dict[str, dict[str, Any]]:
    """By logger what listens to it; the empty name is the root's."""
    return {name: dict(_told(logger)) for name, logger in _loggers() if _is_set_up(name, logger)}


def set_(value: Mapping[str, Mapping[str, Any]]) -> None:
    """Let the same handlers listen."""
    for name, told in value.items():
        logger = logging.getLogger(name)
        logger.handlers[:] = [_mine(handler, logger) for handler in told["handlers"]]
        logger.filters[:] = told["filters"]
        logger.propagate, logger.disabled = told["propagate"], told["disabled"]


def _mine(told: logging.Handler, logger: logging.Logger) -> logging.Handler:
    """The one that a line of the notebook gave the logger again, if it is the same; names lead to it."""
    for handler in logger.handlers:
        if type(handler) is type(told) and _where(handler) == _where(told):
            handler.__dict__.update({name: vars(told)[name] for name in (_KEY, *_SAID)})
            return handler
    return told


def _loggers() -> Iterator[tuple[str, logging.Logger]]:
    root = logging.getLogger()
    yield "", root
    for name, logger in sorted(dict(root.manager.loggerDict).items()):
        if isinstance(logger, logging.Logger):
            yield name, logger


def _is_set_up(name: str, logger: logging.Logger) -> bool:
    """Whether somebody other than the kernel or a library that is imported set a logger up."""
    if name in _of_kernel:
        return False
    kinds = {type(handler) for handler in logger.handlers}
    if name.partition(".")[0] in sys.modules:
        # A library gives its own loggers this one wherever it is imported.
        kinds -= {logging.NullHandler}
    ours = all(kind.__module__ in (*_LIBRARY, "__main__") for kind in kinds)
    return ours and bool(kinds or logger.filters or not logger.propagate or logger.disabled)


def _told(logger: logging.Logger) -> Iterator[tuple[str, Any]]:
    yield "handlers", list(logger.handlers)
    yield "filters", list(logger.filters)
    yield "propagate", logger.propagate
    yield "disabled", logger.disabled


def reduce(handler: logging.Handler) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """How a handler is made again.

    Raises:
        NotPicklable: it is of a class of the notebook's own, or writes to an object of the notebook.
    """
    kind = type(handler)
    if kind.__module__ not in _LIBRARY or not issubclass(kind, _MADE_AGAIN):
        raise NotPicklable(f"a {kind.__name__} that listens to a logger cannot leave its kernel")
    key = vars(handler).setdefault(_KEY, uuid.uuid4().hex)
    _made.setdefault(key, handler)
    handler.flush()
    kept = (*_SAID, *_OF_FILES, *_OF_ROTATION)
    state = {name: vars(handler)[name] for name in kept if name in vars(handler)}
    return _again, (key, kind.__module__, kind.__name__, _where(handler)), state


def _where(handler: Any) -> dict[str, Any]:
    """Where a handler writes, in words that another kernel understands; nothing for one that writes nowhere."""
    if isinstance(handler, logging.NullHandler):
        return {}
    if not isinstance(handler, logging.FileHandler):
        # The stream of a kernel may have been replaced, and the handler have the first one.
        names = [n for n in _STREAMS if handler.stream in (vars(sys)[n], vars(sys)[f"__{n}__"])]
        if not names:
            raise NotPicklable(
                "a handler that writes to an object of the notebook cannot leave its kernel"
            )
        return {"stream": names[0]}
    path, base = Path(handler.baseFilename), current().workdir.resolve()
    inside = path.resolve().is_relative_to(base)
    told = path.resolve().relative_to(base).as_posix() if inside else str(path)
    said = {"encoding": handler.encoding, "errors": handler.errors}
    return {"file": told, "inside": inside, "begun": handler.stream is not None, **said}


def _again(key: str, module: str, kind: str, where: Mapping[str, Any]) -> logging.Handler:
    """The handler; called by pickle in the receiving kernel."""
    if key not in _made:
        made = _listening(vars(importlib.import_module(module))[kind], where)
        vars(made)[_KEY] = key
        _made[key] = made
    return _made[key]


def _listening(kind: Any, where: Mapping[str, Any]) -> logging.Handler:
    if not where:
        return logging.NullHandler()
    if "stream" in where:
        return logging.StreamHandler(vars(sys)[where["stream"]])
    path = Path(where["file"])
    path = current().workdir / path if where["inside"] else path
    # Its mode comes with its state, and would empty the file where it is opened only then.
    later = not (where["begun"] and path.exists())
    said = {"encoding": where["encoding"], "errors": where["errors"]}
    made: logging.Handler = kind(path, delay=later, **said)
    return made
