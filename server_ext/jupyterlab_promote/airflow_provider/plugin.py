"""Entry point `airflow.plugins`: our calls in Airflow's API server, and the tab with the executed notebook.

Airflow loads this module in every process, so nothing heavy is imported until the API server asks for the app.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin

from jupyterlab_promote.airflow_provider.edge import survived
from jupyterlab_promote.airflow_provider.names import URL_PREFIX

_Message = MutableMapping[str, Any]
_App = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]],
    Awaitable[None],
]


class PromotePlugin(AirflowPlugin):
    """Mounts the registration API under `/promote`."""

    name = "promote"

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """Read by the API server when it starts; a fault here would keep it from starting."""
        return [{"app": _app(), "url_prefix": URL_PREFIX, "name": "jupyterlab-promote"}]

    @property
    def fastapi_root_middlewares(self) -> list[dict[str, Any]]:
        """What stands before all routes of the API server: nothing, unless its database is SQLite."""
        from airflow.configuration import conf

        from jupyterlab_promote.airflow_provider.one_writer import OneWriter
        from jupyterlab_promote.airflow_provider.sqlite_savepoints import keep_savepoints_whole

        if not conf.get("database", "sql_alchemy_conn").startswith("sqlite"):
            return []
        keep_savepoints_whole()
        return [{"middleware": OneWriter, "name": "promote-one-writer"}]

    @property
    def external_views(self) -> list[dict[str, str]]:
        """The tab on a task instance. The plugin manager removes entries from this very list."""
        if PromotePlugin._views is None:
            PromotePlugin._views = [_executed_notebook_tab()]
        return PromotePlugin._views

    _views: list[dict[str, str]] | None = None


def _app() -> object:
    # Airflow's api-server must start without it.
    said = "The promote plugin could not be built; %s answers 503."
    return survived(_build, _unavailable, said, URL_PREFIX)


def _build() -> object:
    from jupyterlab_promote.airflow_provider.app import build_app

    return build_app()


def _executed_notebook_tab() -> dict[str, str]:
    from airflow.configuration import conf

    base = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
    page = "/runs/{DAG_ID}/{RUN_ID}/steps/{TASK_ID}/notebook.html?map_index={MAP_INDEX}"
    return {
        "name": "Executed notebook",
        "destination": "task_instance",
        "url_route": "executed-notebook",
        "href": base + URL_PREFIX + page,
    }


def _unavailable() -> _App:
    """An app that says where to look. It names no detail: anybody may call it."""
    problem = {
        "code": "plugin_failed",
        "message": "The promote plugin of this Airflow could not be loaded.",
        "hint": "The administrator finds the reason in the log of the API server.",
        "fields": {},
    }
    body = json.dumps(problem).encode()

    async def app(
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],  # noqa: ARG001 - the shape of ASGI
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "http":
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app
