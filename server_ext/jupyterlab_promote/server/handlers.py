"""The one handler of all routes, and the read-only drive's. HTTP ends here: use cases know nothing of it."""

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from pydantic import BaseModel, ValidationError
from tornado import web
from tornado.iostream import StreamClosedError

from jupyterlab_promote.errors import InvalidInput, PromoteError
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.review import FileRequest
from jupyterlab_promote.server import drive, edge, written_files
from jupyterlab_promote.server.calls import Call, Route
from jupyterlab_promote.server.problems import problem_of, status_of
from jupyterlab_promote.server.routes import PREFIX, ROUTES
from jupyterlab_promote.server.site import Site

AUTH_RESOURCE = "promote"
_PART = 2**20

T = TypeVar("T")


class _PromoteHandler(APIHandler):
    """Answers with JSON; errors become problem JSON."""

    auth_resource = AUTH_RESOURCE
    site: Site

    async def answer(self, act: Any, *arguments: Any) -> None:
        """Do it in a thread, because Airflow's clients block, and write what comes of it."""
        try:
            result = await self.done(act, *arguments)
        except PromoteError as error:
            self.problem(error)
            return
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        # Whoever asked may have left meanwhile.
        with contextlib.suppress(StreamClosedError):
            await self.finish(_json(result))

    async def done(self, act: Callable[..., T], *arguments: object) -> T:
        """What comes of it, in a thread; raises PromoteError."""
        said = f"{self.request.method} {self.request.path}"
        return await asyncio.to_thread(partial(edge.done, act, *arguments, said=said))

    def problem(self, error: PromoteError) -> None:
        """Write an error."""
        self.set_status(status_of(error))
        self.set_header("Content-Type", "application/problem+json")
        self.finish(_json(problem_of(error)))


class RouteHandler(_PromoteHandler):
    """All routes of one path."""

    def initialize(self, site: Site, routes: dict[str, Route]) -> None:
        """Which routes it serves, by method."""
        self.site = site
        self.routes = routes

    @web.authenticated
    @authorized
    async def get(self, **names: str) -> None:
        """Answer by the path's GET route."""
        await self._do("GET", names)

    @web.authenticated
    @authorized
    async def post(self, **names: str) -> None:
        """Answer by the path's POST route."""
        await self._do("POST", names)

    async def _do(self, method: str, names: dict[str, str]) -> None:
        route = self.routes.get(method)
        if route is None:
            raise web.HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            body = _body(route, self.request.body)
        except PromoteError as error:
            self.problem(error)
            return
        query = {name: self.get_query_argument(name, "") for name in route.query}
        given = {name: value for name, value in query.items() if value}
        await self.answer(route.act, self.site, Call(names, given, body))


class DriveHandler(_PromoteHandler):
    """The read-only drive `promote:`: executed notebooks, as Jupyter's contents API gives them."""

    def initialize(self, site: Site) -> None:
        """Whose runs."""
        self.site = site

    @web.authenticated
    @authorized
    async def get(self, path: str = "") -> None:
        """A folder or a notebook."""
        content = self.get_query_argument("content", "1") != "0"
        await self.answer(drive.contents, self.site, path, content)


class FileHandler(_PromoteHandler):
    """A file that a step wrote, as a download: what it holds must never be shown as a page of Jupyter's."""

    def initialize(self, site: Site) -> None:
        """Whose runs."""
        self.site = site

    @web.authenticated
    @authorized
    async def get(self, dag_id: str, run_id: str, step: str) -> None:
        """The file that the query names."""
        query = {
            name: self.get_query_argument(name, "") for name in ("path", "map_index", "attempt")
        }
        call = Call({}, {name: value for name, value in query.items() if value})
        with tempfile.TemporaryDirectory(prefix="promote-file-") as folder:
            local = Path(folder) / "content"
            try:
                wish = FileRequest(
                    path=query["path"],
                    map_index=call.number("map_index", UNMAPPED),
                    attempt=call.attempt,
                )
                fetch = partial(written_files.fetch, to=local)
                await self.done(fetch, self.site, dag_id, run_id, step, wish)
            except PromoteError as error:
                self.problem(error)
                return
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header(
                "Content-Disposition", f"attachment; filename*=UTF-8''{_name(wish.path)}"
            )
            self.set_header("X-Content-Type-Options", "nosniff")
            self.set_header("Cache-Control", "no-store")
            with local.open("rb") as file, contextlib.suppress(StreamClosedError):
                while part := file.read(_PART):
                    self.write(part)
                    await self.flush()
                await self.finish()


class CheckpointsHandler(_PromoteHandler):
    """The drive has no checkpoints."""

    @web.authenticated
    @authorized
    async def get(self, path: str = "") -> None:  # noqa: ARG002 - named by the route
        """An empty list, which the file browser takes for no checkpoints."""
        await self.finish("[]")


def handlers(site: Site) -> list[tuple[str, type[APIHandler], dict[str, Any]]]:
    """What Jupyter Server is given."""
    by_path: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route
    made: list[tuple[str, type[APIHandler], dict[str, Any]]] = [
        (_pattern(path), RouteHandler, {"site": site, "routes": routes})
        for path, routes in by_path.items()
    ]
    step = _pattern("runs/{dag_id}/{run_id}/steps/{step}")
    made.append((f"{step}/file", FileHandler, {"site": site}))
    base = url_path_join("/", PREFIX, "contents")
    made.append((rf"{base}(?P<path>(?:/[^/]+)*)/checkpoints", CheckpointsHandler, {}))
    made.append((rf"{base}(?P<path>(?:/.*)?)", DriveHandler, {"site": site}))
    return made


def _pattern(path: str) -> str:
    return url_path_join("/", PREFIX, re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))


def _name(path: str) -> str:
    return quote(PurePosixPath(path).name, safe="")


def _body(route: Route, data: bytes) -> BaseModel | None:
    if route.body is None:
        return None
    try:
        return route.body.model_validate_json(data or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidInput(place, first["msg"]) from error


def _json(value: Any) -> str:
    return json.dumps(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return dump(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
