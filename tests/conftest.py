"""What several areas of the tests share: the one embedded stack of a test session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_promote.stack import StackInfo

pytest_plugins = ("pytest_jupyter.jupyter_server",)


def pytest_configure(config: pytest.Config) -> None:
    """Everything temporary of a session lies in one folder, also that of killed processes; its end removes it.

    Its name is short, because the paths of sockets are.
    """
    folder = tempfile.mkdtemp(prefix="pt-", dir="/tmp")
    os.environ["TMPDIR"] = folder
    tempfile.tempdir = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the stack is marked so and runs last, so that quick failures are seen first."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)
        if item.get_closest_marker("stack") and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))
    items.sort(key=lambda item: item.get_closest_marker("stack") is not None)


@pytest.fixture(scope="session")
def stack() -> Iterator[StackInfo]:
    """The embedded stack in a directory of its own, started once, ended by the processes that it holds.

    While developing, PROMOTE_TEST_STACK names the directory of a stack that stays.
    """
    from jupyterlab_promote import stack as embedded

    running = os.environ.get("PROMOTE_TEST_STACK")
    if running:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PROMOTE_STACK_DIR", running)
            yield embedded.up(lambda line: print(line))
        return
    directory = Path(tempfile.mkdtemp(prefix="pst-", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTE_STACK_DIR", str(directory))
        patch.setenv("PROMOTE_STACK_CPUS", "4")
        try:
            yield embedded.up(lambda line: print(line))
        finally:
            embedded.down(force=True)
            keep = os.environ.get("PROMOTE_KEEP_STACK_LOGS")
            if keep:
                shutil.copytree(directory, keep, dirs_exist_ok=True)
            shutil.rmtree(directory, ignore_errors=True)
