"""Our papermill engine: runs the cells in a kernel that is there already and says truthfully how each ended.

papermill keeps the notebook's form (statuses, times, injected parameters); what it does not do is here: cells
that never ran stay pending when the kernel dies, outputs are bounded, progress is told while cells run.
"""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from jupyterlab_promote.worker.lean import import_papermill
from jupyterlab_promote.worker.outputs import (
    OutputBudget,
    append_stream,
    finished_outputs,
    latest_text,
)
from jupyterlab_promote.worker.progress import Progress
from jupyterlab_promote.worker.watch import Supervisor

_engines = import_papermill("papermill.engines")
_clientwrap = import_papermill("papermill.clientwrap")

ENGINE = "promote"
SKIP_TAG = "skip-execution"
_IOPUB_TIMEOUT = 60

log = logging.getLogger(__name__)


@dataclass
class Session:
    """One run of a notebook's cells: what the engine works with and what it found.

    Attributes:
        failed: place of the cell in the step notebook that raised, was running at death, or was stopped.
        error: name, text and traceback of what a cell raised.
    """

    loop: asyncio.AbstractEventLoop
    client: AsyncKernelClient
    supervisor: Supervisor
    progress: Progress
    budget: OutputBudget
    failed: int | None = None
    error: tuple[str, str, tuple[str, ...]] | None = None


class _Manager(_engines.NotebookExecutionManager):  # type: ignore[misc, name-defined]
    """papermill's record of the notebook, telling our progress instead of saving at every cell."""

    def __init__(self, nb: NotebookNode, session: Session) -> None:
        super().__init__(nb, output_path=None, progress_bar=False, autosave_cell_every=0)
        self._progress = session.progress
        self._progress.notebook = nb
        self._places = {
            index: k
            for k, index in enumerate(
                (index for index, cell in enumerate(nb.cells) if cell.cell_type == "code"), start=1
            )
        }
        self._progress.total = len(self._places)
        self._since = 0.0

    def save(self, **_: Any) -> None:
        """Ask for a snapshot, which the progress throttles."""
        self._progress.touch()

    def cell_start(self, cell: NotebookNode, cell_index: int = 0, **_: Any) -> None:
        """A cell begins."""
        super().cell_start(cell, cell_index)
        self._since = time.monotonic()
        if cell_index in self._places:
            self._progress.tell("cell_start", cell=cell.get("id"), k=self._places[cell_index])

    def cell_complete(self, cell: NotebookNode, cell_index: int = 0, **_: Any) -> None:
        """A cell ended, well or not."""
        super().cell_complete(cell, cell_index)
        if cell_index in self._places:
            self._progress.tell(
                "cell_end",
                cell=cell.get("id"),
                k=self._places[cell_index],
                seconds=round(time.monotonic() - self._since, 3),
                state=cell.metadata.papermill["status"],
            )

    def notebook_complete(self, **_: Any) -> None:
        """Write the notebook's times. papermill would mark cells as completed that never ran."""
        self.end_time = self.now()
        record = self.nb.metadata.papermill
        record["end_time"] = self.end_time.isoformat()
        record["duration"] = (self.end_time - self.start_time).total_seconds()


class _Client(_clientwrap.PapermillNotebookClient):  # type: ignore[misc, name-defined]
    """nbclient with bounded outputs, running in our kernel and telling the latest output."""

    def __init__(self, manager: _Manager, session: Session, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._session = session
        self._cut: set[int] = set()
        self.kc = session.client

    async def _async_check_alive(self) -> None:
        if self._session.supervisor.died:
            raise DeadKernelError("Kernel died")

    def give_up(self) -> None:
        """The kernel is dead: stop waiting for its reply."""
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, index: int
    ) -> NotebookNode | None:
        """Add an output to its cell, unless the cell or the notebook is full."""
        kind, content = msg["msg_type"], msg["content"]
        hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if kind != "error" and not self._session.budget.admits(index, content, len(outs)):
            if index not in self._cut:
                self._cut.add(index)
                outs.append(self._session.budget.note())
            return None
        self._session.progress.tell("output", cell=self.nb.cells[index].get("id"), text=latest_text(content))
        self._session.progress.touch()
        if kind == "stream" and not hooked and not self.clear_before_next_output:
            append_stream(outs, content["name"], content["text"])
            return None
        out: NotebookNode | None = super().output(outs, msg, display_id, index)
        return out

    def clear_output(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        """A cell cleared its output: it may fill it again."""
        super().clear_output(outs, msg, cell_index)
        self._session.budget.forget(cell_index)
        self._cut.discard(cell_index)

    def tidy(self, cell: NotebookNode, index: int) -> None:
        """Bring an ended cell's outputs into their kept form; displays that may be updated keep their place."""
        shown = any(places.get(index) for places in self._display_id_map.values())
        if cell.cell_type == "code" and not shown:
            cell.outputs = finished_outputs(cell.outputs)


class StepEngine(_engines.Engine):  # type: ignore[misc, name-defined]
    """The engine as papermill sees it."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, *, session: Session, **_: Any
    ) -> NotebookNode:
        """Run the cells up to the first that fails; `session` then says which and why."""
        manager = _Manager(nb, session)
        manager.notebook_start()
        client = _Client(
            manager,
            session,
            kernel_name=kernel_name,
            log=log,
            timeout=None,
            iopub_timeout=_IOPUB_TIMEOUT,
            raise_on_iopub_timeout=False,
            store_widget_state=True,
        )
        client.reset_execution_trackers()
        try:
            session.loop.run_until_complete(_run_cells(client, manager, session))
        finally:
            manager.notebook_complete()
        return nb


async def _run_cells(client: _Client, manager: _Manager, session: Session) -> None:
    beside = [
        asyncio.ensure_future(session.supervisor.watch(client.give_up)),
        asyncio.ensure_future(session.progress.pump()),
    ]
    try:
        for index, cell in enumerate(client.nb.cells):
            if session.supervisor.stopped is not None or session.supervisor.died:
                session.failed = index
                break
            if not await _run_cell(client, manager, session, cell=cell, index=index):
                break
        client.set_widgets_metadata()
    finally:
        for task in beside:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*beside, return_exceptions=True)


async def _run_cell(
    client: _Client, manager: _Manager, session: Session, *, cell: NotebookNode, index: int
) -> bool:
    """Run one cell; False when the notebook ends here."""
    manager.cell_start(cell, index)
    try:
        await client.async_execute_cell(cell, index)
    except CellExecutionError as error:
        session.failed = index
        session.error = (error.ename, error.evalue, _traceback(cell))
        manager.cell_exception(cell, index)
    except DeadKernelError:
        session.failed = index
        manager.cell_exception(cell, index)
    finally:
        client.tidy(cell, index)
        manager.cell_complete(cell, index)
    return session.failed is None


def _traceback(cell: NotebookNode) -> tuple[str, ...]:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return tuple(errors[-1].traceback) if errors else ()


def register() -> None:
    """Make the engine known to this process's papermill."""
    _engines.papermill_engines.register(ENGINE, StepEngine)


def execute(notebook: NotebookNode, *, kernel_name: str, session: Session) -> NotebookNode:
    """Run a prepared notebook's cells through papermill's engine interface."""
    register()
    executed: NotebookNode = _engines.papermill_engines.execute_notebook_with_engine(
        ENGINE, notebook, kernel_name, session=session
    )
    return executed
