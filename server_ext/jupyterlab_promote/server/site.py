"""What one Jupyter server knows: its settings, its session with Airflow, its notebooks, its operations."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyterlab_promote.errors import Forbidden, InvalidInput, Unavailable
from jupyterlab_promote.model.api import Connection, Operation
from jupyterlab_promote.model.publishing import PublishRequest, PublishResult
from jupyterlab_promote.model.review import Failure
from jupyterlab_promote.server import local_stack
from jupyterlab_promote.server.further import publish_all, publish_one
from jupyterlab_promote.server.notebooks import SourceNotebook, open_source
from jupyterlab_promote.server.operations import Operations, Progress
from jupyterlab_promote.server.publish import STAGES, Options
from jupyterlab_promote.server.session import Session, connect
from jupyterlab_promote.server.settings import Settings

ReadNotebook = Callable[[str], dict[str, Any]]

START_STAGE = "start Airflow and Ray"
_WATCHED_SECONDS = 90.0


@dataclass
class Site:
    """One Jupyter server.

    Attributes:
        root: the folder that Jupyter serves; None where notebooks lie elsewhere.
        read: gives the saved notebook at a path of Jupyter.
        failures: what was told of ended runs, which do not change.
        answers: whether Airflow answered at the last look for changes; None before the first.
        live: whether a run that somebody looks at may still come further.
    """

    settings: Settings
    operations: Operations
    root: Path | None
    read: ReadNotebook
    watched: dict[str, float] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    failures: dict[tuple[str, str, str], Failure | None] = field(default_factory=dict)
    answers: bool | None = None
    live: bool = False
    _session: Session | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _unreachable_since: datetime | None = None

    def session(self, *, reading: bool = False) -> Session:
        """The session with Airflow.

        Args:
            reading: only what is there already is asked for, which the embedded Airflow tells without Ray as well.

        Raises:
            Unavailable: the embedded stack does not run.
        """
        found = local_stack.required(self.settings, reading=reading)
        with self._lock:
            if self._session is None or self._session.settings != found:
                self._session = connect(found)
            return self._session

    def watch(self, dag_id: str) -> None:
        """Somebody looks at this pipeline's runs: changes are told."""
        self.watched[dag_id] = time.monotonic() + _WATCHED_SECONDS

    def watching(self) -> tuple[str, ...]:
        """The pipelines that somebody looks at."""
        now = time.monotonic()
        self.watched = {dag_id: end for dag_id, end in self.watched.items() if end > now}
        return tuple(self.watched)

    def source(self, path: str, content: dict[str, Any] | None = None) -> SourceNotebook:
        """A notebook: as the browser has it, or as it is saved. Raises InvalidInput or NotFound."""
        clean = path.strip("/")
        if ".." in clean.split("/"):
            raise InvalidInput(
                "path",
                f"{path!r} leads out of Jupyter's folder",
                hint="Name a notebook by its path in Jupyter's file browser.",
            )
        folder = (self.root / clean).parent if self.root is not None else None
        return open_source(
            _as_in_file(content if content is not None else self.read(clean)),
            path=(self.root / clean).as_posix() if self.root is not None else clean,
            folder=folder if folder is not None and folder.is_dir() else None,
        )

    def exists(self, path: str) -> bool:
        """Whether a notebook is at its path; True where that cannot be seen."""
        return self.root is None or (self.root / path).is_file()

    def shown(self, path: str) -> str:
        """A registered path as Jupyter shows it; whole where it lies outside of what Jupyter serves."""
        root = f"{self.root.as_posix().rstrip('/')}/" if self.root is not None else ""
        return path.removeprefix(root) if root else path

    def connection(self) -> Connection:
        """Where Airflow stands; never raises."""
        if self.settings.embedded:
            starting = self.operations.running("start_stack")
            if starting is not None:
                return _starting(starting)
            if local_stack.running(self.settings) is None:
                return _not_set_up(self.settings)
        try:
            answer = self._asked()
        except Forbidden as error:
            return self._view("sign_in", f"{error.message} {error.hint}".strip(), "Sign in")
        except Unavailable as error:
            self._unreachable_since = self._unreachable_since or datetime.now(UTC)
            return self._view("unreachable", str(error), "Try again").model_copy(
                update={"since": self._unreachable_since}
            )
        self._unreachable_since = None
        return answer

    def start_stack(self) -> Operation:
        """Start the embedded stack, as an operation; raises InvalidInput where another Airflow is set."""
        if not self.settings.embedded:
            raise InvalidInput(
                "airflow_url",
                f"{self.settings.airflow_url} is set, so nothing is started on this computer",
                hint="Unset it to use the embedded Airflow.",
            )

        def work(progress: Progress) -> None:
            local_stack.start(self.settings, lambda line: progress(START_STAGE, line))

        return self.operations.start("start_stack", (START_STAGE,), work)

    def stop_stack(self, *, force: bool) -> Operation:
        """End the embedded stack, as an operation."""

        def work(progress: Progress) -> None:
            progress("stop", "Ending Airflow and Ray.")
            local_stack.stop(force=force)

        return self.operations.start("stop_stack", ("stop",), work)

    def publish(self, request: PublishRequest) -> Operation:
        """Publish a notebook, starting the embedded stack first where it is needed."""
        source = self.source(request.path, request.notebook)
        options = Options(
            message=request.message,
            moved=request.moved,
            as_new=request.as_new,
            expected_revision=request.expected_revision,
            paused=request.paused,
        )
        starts = self.settings.embedded and local_stack.running(self.settings) is None

        def work(progress: Progress) -> tuple[PublishResult, ...]:
            if starts:
                source.pipeline(start=None)  # refused at once, not after a minute of starting
                local_stack.start(self.settings, lambda line: progress(START_STAGE, line))
            session, name = self.session(), request.further
            if name:
                return (publish_one(source, session, options, name=name, progress=progress),)
            return publish_all(source, session, options, progress=progress)

        stages = (START_STAGE, *STAGES) if starts else STAGES
        return self.operations.start("publish", stages, work, path=source.path)

    def _asked(self) -> Connection:
        info = self.session().registration.info()
        if info.store or info.bundle:
            return self._view("unreachable", info.store or info.bundle, "Try again")
        if not info.can_publish:
            words = f"Connected as {info.user}, who may look but not publish."
            return self._view("read_only", words, user=info.user)
        words = f"Connected as {info.user}."
        if self.settings.embedded:
            words += " Runs happen only while this computer is on."
        return self._view("connected", words, user=info.user)

    def _view(self, state: Any, message: str, action: str = "", *, user: str = "") -> Connection:
        url = self._session.settings.airflow_url if self._session else self.settings.airflow_url
        return Connection(
            state=state,
            message=message,
            action=action,
            user=user,
            url=url,
            embedded=self.settings.embedded,
        )


def _as_in_file(content: dict[str, Any]) -> dict[str, Any]:
    """The notebook without the trust that Jupyter adds to cells when it reads or shows them."""
    cells = content.get("cells")
    if not isinstance(cells, list):
        return content
    return {**content, "cells": [_untrusted(cell) for cell in cells]}


def _untrusted(cell: Any) -> Any:
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    if not isinstance(metadata, dict) or "trusted" not in metadata:
        return cell
    return {**cell, "metadata": {k: v for k, v in metadata.items() if k != "trusted"}}


def _starting(operation: Operation) -> Connection:
    told = operation.stages[0].message
    return Connection(
        state="starting", message=f"Starting Airflow and Ray. {told}".strip(), embedded=True
    )


def _not_set_up(settings: Settings) -> Connection:
    if not settings.embedded_allowed:
        return Connection(
            state="not_set_up",
            message="No Airflow is set. Ask the administrator to set PromoteApp.airflow_url.",
        )
    return Connection(
        state="not_set_up",
        message=local_stack.standstill(),
        action="Start it here",
        embedded=True,
    )
