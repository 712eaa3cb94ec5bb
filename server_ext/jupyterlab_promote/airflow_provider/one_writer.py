"""One writing request at a time in an API server on SQLite. Where the database is a server, this is not used.

Airflow's audit log commits on the event loop. If another request holds SQLite's write lock at that moment, its own
commit waits for the event loop, which waits for the lock: the API server stands still until SQLite gives up.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from jupyterlab_promote.airflow_provider.names import URL_PREFIX

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class OneWriter:
    """Lets the requests that may write wait for each other, without holding up those that read.

    Our own routes need no turn: each of their transactions begins and ends within one thread.

    Args:
        app: what answers the requests, in the shape of ASGI.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _writes(scope):
            await self._app(scope, receive, send)
            return
        async with self._turn:
            await self._app(scope, receive, send)


def _writes(scope: Message) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] in _WRITING
        and not str(scope["path"]).startswith(URL_PREFIX + "/")
    )
