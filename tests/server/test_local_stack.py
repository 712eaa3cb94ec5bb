"""What the embedded stack still answers when a part of it has ended."""

from datetime import UTC, datetime

import pytest

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.server import local_stack
from jupyterlab_promote.server.settings import from_environment
from jupyterlab_promote.stack import StackInfo

SETTINGS = from_environment({"USER": "ann"})


def ended(*missing: str) -> StackInfo:
    return StackInfo(
        airflow_url="http://127.0.0.1:1",
        user="ann",
        password="",
        ray_url="",
        ray_token="",
        ray_address="",
        gateway_url="",
        store_url="",
        directory="",
        logs="",
        pids={},
        started=datetime.now(UTC),
        missing=missing,
    )


def test_airflow_is_read_without_ray_but_given_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_stack, "status", lambda: ended("ray"))
    reached = local_stack.required(SETTINGS, reading=True)
    assert reached.airflow_url == "http://127.0.0.1:1"
    with pytest.raises(Unavailable, match="ray ended"):
        local_stack.required(SETTINGS)


def test_nothing_is_read_without_the_api_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_stack, "status", lambda: ended("api-server"))
    with pytest.raises(Unavailable, match="api-server ended"):
        local_stack.required(SETTINGS, reading=True)
