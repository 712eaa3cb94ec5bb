"""Handlers that listen to loggers, made again from what they were told."""

import logging
import logging.handlers
import sys
from pathlib import Path

import pytest

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values import log_handlers
from jupyterlab_promote.worker.handoff.values.pickling import dump_group
from jupyterlab_promote.worker.handoff.values.unpickling import load_group


@pytest.fixture
def logger() -> logging.Logger:
    made = logging.getLogger("test_log_handlers")
    made.handlers.clear()
    made.propagate = True
    return made


def _elsewhere(logger: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> logging.Handler:
    """Hand over what listens to a logger, to a kernel in which nothing does; the first that listens there."""
    stream = dump_group({"state": log_handlers.get()}, [])
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()
    monkeypatch.setattr(log_handlers, "_made", {})
    log_handlers.set_(load_group(stream, [])["state"])
    return logger.handlers[0]


def test_a_file_is_gone_on_with(
    logger: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.log"
    handler = logging.handlers.RotatingFileHandler(file, mode="w", maxBytes=1000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    logger.addHandler(handler)
    logger.warning("before")
    made = _elsewhere(logger, monkeypatch)
    logger.warning("after")
    logger.info("too little")
    assert made is not handler
    assert (made.backupCount, made.maxBytes) == (3, 1000)
    assert file.read_text().splitlines() == [f"{logger.name} before", f"{logger.name} after"]


def test_a_file_that_is_closed_stays_closed(
    logger: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.log"
    logger.addHandler(logging.FileHandler(file, mode="w"))
    logger.error("before")
    _elsewhere(logger, monkeypatch)
    logger.error("after")
    assert logger.handlers[0].delay is False
    logger.handlers[0].close()
    logger.error("closed")
    _elsewhere(logger, monkeypatch)
    logger.error("closed there")
    assert file.read_text().splitlines() == ["before", "after"]


def test_a_file_that_is_not_begun_is_begun_anew(
    logger: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.log"
    file.write_text("of yesterday")
    logger.addHandler(logging.FileHandler(file, mode="w", delay=True))
    _elsewhere(logger, monkeypatch)
    logger.error("today")
    assert file.read_text() == "today\n"


def test_one_that_writes_nowhere_goes_on_where_no_library_gives_it(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger.addHandler(logging.NullHandler())
    assert isinstance(_elsewhere(logger, monkeypatch), logging.NullHandler)
    monkeypatch.setitem(sys.modules, logger.name, logging)
    assert logger.name not in log_handlers.get()
    logger.handlers.clear()


def test_a_stream_is_the_one_of_the_kernel(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger.addHandler(logging.StreamHandler(sys.stdout))
    logger.propagate = False
    made = _elsewhere(logger, monkeypatch)
    assert isinstance(made, logging.StreamHandler)
    assert made.stream is sys.stdout
    assert logger.propagate is False


def test_a_handler_of_the_notebook_s_own_is_refused(logger: logging.Logger) -> None:
    class Own(logging.Handler):
        pass

    Own.__module__ = "__main__"
    logger.addHandler(Own())
    with pytest.raises(NotPicklable, match="Own that listens"):
        dump_group({"state": log_handlers.get()}, [])
    logger.handlers.clear()
