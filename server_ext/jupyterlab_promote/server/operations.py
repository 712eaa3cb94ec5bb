"""Long work of the server: it goes on when the browser is closed, and says so when the server was restarted."""

import os
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psutil
from pydantic import ValidationError

from jupyterlab_promote.errors import Conflict, NotFound, PromoteError
from jupyterlab_promote.model.api import Operation, Stage
from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.registration import PluginProblem
from jupyterlab_promote.model.review import TrialResult
from jupyterlab_promote.server.edge import done
from jupyterlab_promote.server.problems import problem_of

_KEPT = 50

Kind = Literal["publish", "start_stack", "stop_stack", "test_run", "verify"]
Result = tuple[PublishResult, ...] | TrialResult | None
Progress = Callable[[str, str], None]
Work = Callable[[Progress], Result]


class _Cancelled(BaseException):
    """The user ended the operation between two stages. No failure, so nobody who handles these may meet it."""


class Operations:
    """The operations of one Jupyter server; each is one file, so that a restart finds them."""

    def __init__(self, folder: Path, *, changed: Callable[[Operation], None]) -> None:
        self._folder = folder
        self._changed = changed
        self._lock = threading.Lock()
        self._known: dict[str, Operation] = {}
        self._cancelled: set[str] = set()
        self._threads: list[threading.Thread] = []
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.json"):
            self._load(file)

    def start(self, kind: Kind, stages: Sequence[str], work: Work, *, path: str = "") -> Operation:
        """Begin; a second publish of the same notebook meanwhile gives the first one."""
        with self._lock:
            for known in self._known.values():
                if (known.kind, known.path, known.state) == (kind, path, "running"):
                    return known
            operation = Operation(
                id=uuid.uuid4().hex[:12],
                kind=kind,
                path=path,
                stages=tuple(Stage(name=name) for name in stages),
                started=datetime.now(UTC),
                owner=os.getpid(),
            )
            self._known[operation.id] = operation
        self._keep(operation)
        thread = threading.Thread(
            target=self._run, args=(operation.id, work), name=f"promote-{kind}", daemon=True
        )
        self._threads.append(thread)
        thread.start()
        return operation

    def get(self, operation_id: str) -> Operation:
        """One operation. Raises NotFound."""
        try:
            return self._known[operation_id]
        except KeyError as error:
            raise NotFound(
                "operation", operation_id, hint="Jupyter was restarted since; look at the pipeline."
            ) from error

    def all(self) -> tuple[Operation, ...]:
        """The latest operations, newest first."""
        return tuple(sorted(self._known.values(), key=lambda o: o.started, reverse=True)[:_KEPT])

    def running(self, kind: Kind) -> Operation | None:
        """The running operation of a kind."""
        return next((o for o in self.all() if o.kind == kind and o.state == "running"), None)

    def cancel(self, operation_id: str) -> Operation:
        """End it before its next stage. Raises Conflict when it has ended."""
        operation = self.get(operation_id)
        if operation.state != "running":
            raise Conflict(f"The operation has ended ({operation.state}).", code="ended")
        self._cancelled.add(operation_id)
        return operation

    def wait(self, seconds: float) -> None:
        """Let what runs come to its end, when the server stops."""
        for thread in self._threads:
            thread.join(seconds)

    def _run(self, operation_id: str, work: Work) -> None:
        def progress(stage: str, message: str) -> None:
            if operation_id in self._cancelled:
                raise _Cancelled
            before = self.get(operation_id).stages
            stages = _begun(before, stage, message)
            if stages != before:
                self._update(operation_id, stages=stages)

        try:
            result = done(work, progress, said=f"operation={operation_id}")
        except _Cancelled:
            self._end(operation_id, "cancelled")
        except PromoteError as error:
            self._end(operation_id, "failed", problem=problem_of(error))
        else:
            self._end(operation_id, "done", result=result)

    def _end(
        self,
        operation_id: str,
        state: Literal["done", "failed", "cancelled"],
        *,
        result: Result = None,
        problem: PluginProblem | None = None,
    ) -> None:
        stages = self.get(operation_id).stages
        results = result if isinstance(result, tuple) else ()
        own = next((each for each in results if not each.further), None)
        self._update(
            operation_id,
            state=state,
            result=results[0] if results else None,
            results=results,
            published=own.published if own else None,
            published_as={each.further: each.published for each in results if each.further},
            trial=result if isinstance(result, TrialResult) else None,
            problem=problem,
            stages=_ended(stages, done=state == "done"),
        )

    def _update(self, operation_id: str, **changes: object) -> None:
        with self._lock:
            operation = self._known[operation_id].model_copy(update=changes)
            self._known[operation_id] = operation
        self._keep(operation)

    def _keep(self, operation: Operation) -> None:
        file = self._folder / f"{operation.id}.json"
        part = file.with_suffix(".part")
        part.write_text(operation.model_dump_json(by_alias=True))
        part.replace(file)
        for old in sorted(self._folder.glob("*.json"), key=lambda f: f.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
        self._changed(operation)

    def _load(self, file: Path) -> None:
        try:
            operation = Operation.model_validate_json(file.read_text())
        except (OSError, ValidationError):
            file.unlink(missing_ok=True)
            return
        # In a container every server has the same process id: one of our own was of a server before.
        gone = operation.owner == os.getpid() or not psutil.pid_exists(operation.owner)
        if operation.state == "running" and gone:
            operation = operation.model_copy(
                update={"state": "interrupted", "stages": _ended(operation.stages, done=False)}
            )
        self._known[operation.id] = operation


def _begun(stages: tuple[Stage, ...], name: str, message: str) -> tuple[Stage, ...]:
    """The stage of that name runs; the ones before it are done."""
    names = [stage.name for stage in stages]
    place = names.index(name) if name in names else len(names)
    return tuple(
        stage.model_copy(
            update={"state": "done"}
            if k < place
            else {"state": "running", "message": message}
            if k == place
            else {}
        )
        for k, stage in enumerate(stages)
    )


def _ended(stages: tuple[Stage, ...], *, done: bool) -> tuple[Stage, ...]:
    last = {"running": "done" if done else "failed", "waiting": "done" if done else "waiting"}
    return tuple(s.model_copy(update={"state": last.get(s.state, s.state)}) for s in stages)
