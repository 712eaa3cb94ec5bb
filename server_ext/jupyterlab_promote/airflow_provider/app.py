"""The FastAPI app that the plugin mounts. Built in the API server only."""

from fastapi import FastAPI

from jupyterlab_promote._version import __version__
from jupyterlab_promote.airflow_provider import (
    housekeeper,
    listener,
    registration_api,
    run_api,
)
from jupyterlab_promote.airflow_provider.access import answer_with_problems
from jupyterlab_promote.airflow_provider.airflow_database import ensure_pool
from jupyterlab_promote.airflow_provider.airflow_internals import conf, get_listener_manager


def build_app() -> FastAPI:
    """All routes; the pool and the listener that belong to the API server are made on the way."""
    shown = "/docs" if conf.getboolean("api", "enable_swagger_ui", fallback=False) else None
    app = FastAPI(
        title="jupyterlab-promote",
        version=__version__,
        docs_url=shown,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    answer_with_problems(app)
    app.include_router(registration_api.router)
    app.include_router(run_api.of_many)
    app.include_router(run_api.router)
    ensure_pool()
    get_listener_manager().add_listener(listener)
    housekeeper.start()
    return app
