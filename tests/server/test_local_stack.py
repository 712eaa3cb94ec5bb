"""What the embedded stack still answers when a part of it has ended."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.server import local_stack, overview
from jupyterlab_promote.server.operations import Operations
from jupyterlab_promote.server.settings import from_environment
from jupyterlab_promote.server.site import Site
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


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (False, "Airflow does not run. It can run on this computer."),
        (
            True,
            "Airflow does not run, and nothing runs at its times until it does. It can run on this computer.",
        ),
    ],
)
def test_whoever_has_pipelines_here_is_told_that_they_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: bool, said: str
) -> None:
    monkeypatch.setenv("PROMOTE_STACK_DIR", str(tmp_path))
    if before:
        (tmp_path / "airflow").mkdir()
        (tmp_path / "airflow" / "airflow.db").touch()
    assert local_stack.standstill() == said


def test_nothing_has_failed_before_anything_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROMOTE_STACK_DIR", str(tmp_path))
    site = Site(
        settings=SETTINGS,
        operations=Operations(tmp_path, changed=lambda _: None),
        root=None,
        read=lambda _: {},
    )
    assert overview.failures(site) == ()
    monkeypatch.setattr(local_stack, "was_started", lambda: True)
    with pytest.raises(Unavailable):
        overview.failures(site)


def test_airflow_is_read_without_ray_but_given_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_stack, "status", lambda: ended("ray"))
    reached = local_stack.required(SETTINGS, reading=True)
    assert reached.airflow_url == "http://127.0.0.1:1"
    with pytest.raises(Unavailable, match="Ray ended"):
        local_stack.required(SETTINGS)


def test_nothing_is_read_without_the_api_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_stack, "status", lambda: ended("api-server"))
    with pytest.raises(Unavailable, match="Airflow's API server ended"):
        local_stack.required(SETTINGS, reading=True)


def test_a_lab_reads_without_ray_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(local_stack, "status", lambda: ended("ray"))
    site = Site(
        settings=SETTINGS,
        operations=Operations(tmp_path, changed=lambda _: None),
        root=None,
        read=lambda _: {},
    )
    assert site.session(reading=True).settings.airflow_url == "http://127.0.0.1:1"
    with pytest.raises(Unavailable, match="Ray ended"):
        site.session()
    connection = site.connection()
    assert connection.state == "not_set_up"
    assert "What ran before can be seen." in connection.message
