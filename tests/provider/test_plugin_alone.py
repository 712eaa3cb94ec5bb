"""The plugin without a stack: its faults stop nobody, a stricter right is asked for, housekeeping goes on."""

import asyncio
import json
import sqlite3
import sys

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from jupyterlab_promote.airflow_provider.sqlite_savepoints import keep_savepoints_whole

pytestmark = pytest.mark.airflow


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Airflow's configuration with our bundle, in this process."""
    kwargs = {"store_url": str(tmp_path / "store")}
    classpath = "jupyterlab_promote.airflow_provider.bundle.PromoteBundle"
    bundles = [{"name": "promote", "classpath": classpath, "kwargs": kwargs}]
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps(bundles))
    from jupyterlab_promote.airflow_provider.site import site, site_store

    for cached in (site, site_store):
        cached.cache_clear()
    yield kwargs["store_url"]
    for cached in (site, site_store):
        cached.cache_clear()


async def asked(app):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://airflow") as client:
        return await client.get("/info")


def test_a_plugin_that_cannot_be_built_answers_503_and_lets_the_api_server_start(
    configured, monkeypatch
):
    from jupyterlab_promote.airflow_provider.plugin import PromotePlugin

    # As if a package that the app needs were missing.
    monkeypatch.setitem(sys.modules, "jupyterlab_promote.airflow_provider.app", None)
    [mounted] = PromotePlugin().fastapi_apps
    answer = asyncio.run(asked(mounted["app"]))
    assert (mounted["url_prefix"], answer.status_code) == ("/promote", 503)
    assert answer.json()["code"] == "plugin_failed"


def test_a_site_may_ask_more_of_those_who_publish_than_the_right_to_edit(configured, monkeypatch):
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from jupyterlab_promote.airflow_provider import access
    from jupyterlab_promote.airflow_provider.site import site

    monkeypatch.setattr(access, "get_auth_manager", SimpleAuthManager)
    people = [SimpleAuthManagerUser(username=r, role=r) for r in ("viewer", "user", "op", "admin")]
    assert [access.can_publish(person) for person in people] == [False, True, True, True]
    monkeypatch.setenv("AIRFLOW__PROMOTE__PUBLISH_NEEDS_VARIABLE", "publishers")
    site.cache_clear()
    assert [access.can_publish(person) for person in people] == [False, False, True, True]


def test_housekeeping_that_fails_is_logged_and_done_the_next_time(configured, caplog):
    from jupyterlab_promote.airflow_provider import housekeeper
    from jupyterlab_promote.store import layout
    from jupyterlab_promote.store.store import open_store

    store = open_store(configured)
    store.put(layout.heads(1), b"damaged")
    housekeeper.once()
    assert "Housekeeping could not be done" in caplog.text
    caplog.clear()
    store.put(layout.heads(1), b'{"n": 1, "pipelines": {}}')
    housekeeper.once()
    assert caplog.text == ""


def test_what_is_done_in_savepoints_of_sqlite_is_seen_when_all_of_it_is_done(tmp_path):
    keep_savepoints_whole()
    path = tmp_path / "airflow.db"
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    other.execute("PRAGMA journal_mode = wal")
    other.execute("CREATE TABLE run (name TEXT)")
    count = "SELECT count(*) FROM run"
    with Session(create_engine(f"sqlite:///{path}")) as session:
        for name in ("a", "b"):
            with session.begin_nested():
                session.execute(text(count))
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("INSERT INTO run VALUES ('scheduler')")
                session.execute(text("INSERT INTO run VALUES (:name)"), {"name": name})
            assert other.execute(count).fetchone() == (0,)
        session.commit()
    assert other.execute(count).fetchone() == (2,)
    other.close()
