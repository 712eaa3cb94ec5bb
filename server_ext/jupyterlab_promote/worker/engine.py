"""papermill's engine for a step: a kernel that is there already, true cell states, bounded outputs."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from nbclient.exceptions import CellExecutionError
from nbclient.util import run_sync
from nbformat import NotebookNode

from jupyterlab_promote.worker.kernel import StepKernel
from jupyterlab_promote.worker.lean import import_papermill
from jupyterlab_promote.worker.masking import Mask
from jupyterlab_promote.worker.outputs import (
    OutputBudget,
    append_stream,
    finished_outputs,
)
from jupyterlab_promote.worker.recorder import Recorder
from jupyterlab_promote.worker.told import said

_clientwrap = import_papermill("papermill.clientwrap")
_engines = import_papermill("papermill.engines")
_OUTPUT_SECONDS = 600
"""How long the output of a cell that has ended is waited for. papermill fails the cell after 4 s, which a busy machine
needs for much output."""

_SAVE_EVERY = 0.5
_OUTPUTS = frozenset({"stream", "display_data", "execute_result", "error"})


class CellFailed(Exception):
    """A cell raised, and was not tagged `raises-exception`."""

    def __init__(self, cell_id: str, ename: str, evalue: str, traceback: str) -> None:
        super().__init__(f"{ename}: {evalue}")
        self.cell_id = cell_id
        self.ename = ename
        self.evalue = evalue
        self.traceback = traceback


class Overtaken(Exception):
    """The step was told to end, and the cell that ran then ended as if nothing had been."""


class StepClient(_clientwrap.PapermillNotebookClient):  # type: ignore[misc, name-defined]
    """nbclient for one step; stops at the first cell that fails."""

    def __init__(
        self,
        nb_man: Any,
        *,
        recorder: Recorder,
        kernel: StepKernel,
        mask: Mask,
        over: Callable[[], bool],
        **options: Any,
    ) -> None:
        super().__init__(nb_man, km=kernel.manager, kernel_name=kernel.name, **options)
        # A client of its own would wait for the kernel once more.
        self.kc = kernel.client
        self._language = dict(kernel.language)
        self._recorder = recorder
        self._mask = mask
        self._over = over
        self._budget = OutputBudget()
        self._noted: set[int] = set()
        self._asks_to_exit = False
        self.on_cell_executed = self._look_at_reply

    def papermill_execute_cells(self) -> None:
        """Execute the cells in order, telling the recorder what is true.

        papermill adds the language and the widgets only to a notebook whose cells all ran.
        """
        if self._language:
            self.nb.metadata["language_info"] = self._language
        try:
            self._execute_in_order()
        finally:
            self.set_widgets_metadata()

    def _execute_in_order(self) -> None:
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                if cell.cell_type == "code":
                    self._recorder.cell_ended(cell["id"], "completed")
                continue
            if self._over():
                raise Overtaken
            self._recorder.cell_started(cell["id"])
            self._recorder.save()
            failure = self._failure_of(cell, index)
            cell.outputs = finished_outputs(cell.outputs, mask=self._mask)
            self._recorder.cell_ended(cell["id"], "completed" if failure is None else "failed")
            if failure is not None:
                raise failure
            self._recorder.save()

    def _failure_of(self, cell: NotebookNode, index: int) -> CellFailed | None:
        """Execute a cell; None where it did not fail."""
        try:
            self.execute_cell(cell, index)
        except CellExecutionError as error:
            failure = CellFailed(cell["id"], error.ename, error.evalue, str(error))
            failure.__cause__ = error
            return failure
        # The kernel ends a moment later, in whichever cell stands there then.
        return CellFailed(cell["id"], "exit", "", "") if self._asks_to_exit else None

    def _look_at_reply(self, *, execute_reply: Mapping[str, Any], **_about: object) -> None:
        """Called by nbclient when a cell has ended: whether it called `exit()` or `quit()`."""
        told = execute_reply["content"].get("payload") or ()
        self._asks_to_exit = any(
            each.get("source") == "ask_exit" and not each.get("keepkernel") for each in told
        )

    async def async_execute_cell(self, *args: Any, **options: Any) -> NotebookNode:
        """Execute one cell; what has changed before it is written while it runs, however silent it is."""
        saving = asyncio.ensure_future(self._keep_saved())
        try:
            return await super().async_execute_cell(*args, **options)
        finally:
            saving.cancel()

    execute_cell = run_sync(async_execute_cell)

    async def _keep_saved(self) -> None:
        while True:
            await asyncio.sleep(_SAVE_EVERY)
            self._recorder.catch_up()

    def process_message(
        self, msg: Mapping[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message of the kernel, within the limits of what a notebook keeps."""
        kind, content = msg["msg_type"], self._mask.content(msg["content"])
        if kind in _OUTPUTS:
            self._recorder.output(cell["id"], said(content))
            if kind != "error" and not self._budget.admits(cell_index, content, len(cell.outputs)):
                if cell_index not in self._noted:
                    self._noted.add(cell_index)
                    cell.outputs.append(self._budget.note())
                return None
            if kind == "stream":
                append_stream(cell.outputs, content["name"], content["text"], mask=self._mask)
                self._recorder.save()
                return None
        result: NotebookNode | None = super().process_message(
            {**msg, "content": content}, cell, cell_index
        )
        self._recorder.save()
        return result


class StepEngine(_engines.NBClientEngine):  # type: ignore[misc, name-defined]
    """Registered as `promote`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the notebook of `nb_man` on the kernel in `options`."""
        del kernel_name
        StepClient(
            nb_man,
            recorder=options["recorder"],
            kernel=options["kernel"],
            mask=options["mask"],
            over=options["over"],
            timeout=None,
            iopub_timeout=_OUTPUT_SECONDS,
            store_widget_state=True,
            allow_errors=False,
        ).execute()


def execute(
    notebook: NotebookNode,
    *,
    recorder: Recorder,
    kernel: StepKernel,
    mask: Mask,
    over: Callable[[], bool],
) -> None:
    """Execute a notebook in place.

    Args:
        over: whether no further cell may begin.

    Raises:
        CellFailed: a cell raised.
        Overtaken: no further cell may begin.
        nbclient.exceptions.DeadKernelError: the kernel is gone.
        KeyboardInterrupt: the process was told to end.
    """
    _engines.papermill_engines.register("promote", StepEngine)
    _engines.papermill_engines.execute_notebook_with_engine(
        "promote",
        notebook,
        kernel.name,
        output_path=None,
        progress_bar=False,
        recorder=recorder,
        kernel=kernel,
        mask=mask,
        over=over,
    )
