"""The Jupyter Server extension: configuration, events and handlers are put together here."""

import asyncio
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.web import HTTPError
from traitlets import Bool, Callable, List, Unicode

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.model.api import Operation
from jupyterlab_promote.server.events import CHANGED, SCHEMA, changed
from jupyterlab_promote.server.handlers import handlers
from jupyterlab_promote.server.operations import Operations
from jupyterlab_promote.server.settings import Settings, from_environment
from jupyterlab_promote.server.site import Site

_LOOK_MILLISECONDS = 500
_IDLE_LOOKS = 3
"""While no run is live, only each third look asks Airflow: nothing changes within a second then."""
_LAST_OPERATIONS_SECONDS = 5.0


class PromoteApp(ExtensionApp):
    """jupyterlab-promote on the Jupyter server."""

    name = "jupyterlab_promote"
    extension_url = "/promote"

    airflow_url = Unicode(
        "",
        config=True,
        help="Base URL of Airflow; empty for the embedded Airflow on this computer.",
    )
    user = Unicode("", config=True, help="Airflow user, for sign-in by password.")
    password = Unicode("", config=True, help="Airflow password.")
    token = Unicode("", config=True, help="Airflow API token, instead of user and password.")
    token_command = List(
        Unicode(),
        config=True,
        help="Command whose output is a token; asked again before it expires.",
    )
    token_hook = Callable(
        None,
        allow_none=True,
        config=True,
        help="Function from the name of a Jupyter user to that user's Airflow token (JupyterHub).",
    )
    embedded_allowed = Bool(
        None,
        allow_none=True,
        config=True,
        help="Whether the embedded Airflow may be started; None: yes, but not under JupyterHub.",
    )

    ray_dashboard_url = Unicode(
        "", config=True, help="Address of Ray's dashboard, for links from runs to it."
    )

    def initialize_settings(self) -> None:
        """Make the site from the configuration, and announce the events."""
        self._server.event_logger.register_event_schema(SCHEMA)
        loop = IOLoop.current()
        folder = Path(jupyter_data_dir()) / "promote" / "operations"

        def tell(operation: Operation) -> None:
            data = {"kind": "operation", "id": operation.id, "state": operation.state}
            loop.add_callback(self._emit, data)

        self.site = Site(
            settings=self.frozen_settings(),
            operations=Operations(folder, changed=tell),
            root=self._root(),
            read=self._reader(loop),
        )
        self.settings["promote_site"] = self.site
        self._looks = 0
        self._watcher = PeriodicCallback(self._look, _LOOK_MILLISECONDS)
        self._watcher.start()

    def initialize_handlers(self) -> None:
        """The routes of the table, and the drive."""
        self.handlers.extend(handlers(self.site))

    async def stop_extension(self) -> None:
        """Let a publish that is under way come to its end."""
        self._watcher.stop()
        await asyncio.to_thread(self.site.operations.wait, _LAST_OPERATIONS_SECONDS)

    def frozen_settings(self) -> Settings:
        """The configuration, with the environment where the configuration says nothing."""
        known = from_environment(airflow_url=self.airflow_url)
        allowed = self.embedded_allowed
        return Settings(
            airflow_url=known.airflow_url,
            user=self.user or known.user,
            password=self.password or known.password,
            token=self.token or known.token,
            token_command=tuple(self.token_command) or known.token_command,
            token_hook=self.token_hook,
            jupyter_user=known.jupyter_user,
            embedded_allowed=known.embedded_allowed if allowed is None else allowed,
            ray_url=self.ray_dashboard_url,
        )

    @property
    def _server(self) -> Any:
        """The server that the extension is linked to; linked before anything here is called."""
        return self.serverapp

    def _root(self) -> Path | None:
        root = getattr(self._server.contents_manager, "root_dir", "")
        return Path(root).resolve() if root and Path(root).is_dir() else None

    def _reader(self, loop: IOLoop) -> Any:
        manager = self._server.contents_manager

        def read(path: str) -> dict[str, Any]:
            """Called in a thread; the contents manager lives on the loop."""

            async def on_loop() -> dict[str, Any]:
                answer = manager.get(path, content=True, type="notebook")
                model = await answer if asyncio.iscoroutine(answer) else answer
                return dict(model["content"])

            future = asyncio.run_coroutine_threadsafe(on_loop(), loop.asyncio_loop)  # type: ignore[attr-defined]
            try:
                return future.result(timeout=60)
            except (HTTPError, OSError, TimeoutError) as error:
                raise NotFound("notebook", path, hint=f"Save it first. ({error})") from error

        return read

    def _emit(self, data: dict[str, str]) -> None:
        self._server.event_logger.emit(schema_id=CHANGED, data=data)

    async def _look(self) -> None:
        self._looks += 1
        if not self.site.watching() or not (self.site.live or self._looks % _IDLE_LOOKS == 0):
            return
        for data in await asyncio.to_thread(changed, self.site):
            self._emit(data)
