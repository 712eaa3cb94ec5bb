"""What an attempt leaves: its handoff and changed files in the store, and its outcome. Only a success leaves values."""

import contextlib
import hashlib
import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import Outcome, StepRequest, StoredFile, WorkingFile
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import AttemptRef
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.workdir import diff, upload_changes
from jupyterlab_promote.worker import endings
from jupyterlab_promote.worker.endings import Ending
from jupyterlab_promote.worker.handoff.files.manifest import STREAMS, stored_files
from jupyterlab_promote.worker.masking import Mask
from jupyterlab_promote.worker.recorder import Recorder


@dataclass(frozen=True)
class Kept:
    """What a successful attempt stored: its handoff's files, and its changes of the working directory.

    Attributes:
        warnings: sentences for a person.
    """

    files: tuple[StoredFile, ...] = ()
    changes: tuple[WorkingFile, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Leavings:
    """What is known of an attempt at its end, besides how it ended.

    Attributes:
        recorder: None when no cell was reached.
        seconds: since its claim; `peak` is bytes.
        scratch: folder with the metrics that cells recorded.
    """

    kept: Kept
    recorder: Recorder | None
    cell_index: int | None
    seconds: float
    peak: int
    scratch: Path
    mask: Mask
    warnings: tuple[str, ...]


_FOR_OUTCOME = 16 * 2**10
_FOR_NOTEBOOK = 48 * 2**10


@dataclass(frozen=True)
class Reserve:
    """Space that is held in the store meanwhile: an attempt that fills the disk, or whose neighbour does, tells so."""

    store: Store
    ref: AttemptRef

    def take(self) -> None:
        """Hold it; raises Unavailable."""
        self.store.hold(self.ref.path(layout.RESERVE), _FOR_OUTCOME + _FOR_NOTEBOOK)

    def for_notebook(self) -> None:
        """Free what the notebook may need."""
        self._keep(_FOR_OUTCOME)

    def for_outcome(self) -> None:
        """Free the rest."""
        self._keep(0)

    def _keep(self, size: int) -> None:
        with contextlib.suppress(Unavailable):
            self.store.hold(self.ref.path(layout.RESERVE), size)


_LEFT_IN_VALUE = (
    "A value that the step leaves holds one of its secrets, which is now in the store. "
    "Read the secret in each step that needs it instead."
)


def keep(
    store: Store, ref: AttemptRef, before: Any, *, workdir: Path, output: Path, mask: Mask
) -> Kept:
    """Store what the step leaves in its working directory (since `before`) and in its handoff's folder."""
    changes = diff(before, workdir)
    upload_changes(store, changes, workdir)
    if not (output / "handoff.json").exists():
        return Kept(changes=changes)
    found = stored_files(output)
    if store.local_path(ref.path(layout.HANDOFF)) is None:
        for path, _, _ in found:
            store.upload(output / path, ref.path(f"{layout.HANDOFF}/{path}"))
    files = tuple(
        StoredFile(path=f"{layout.HANDOFF}/{path}", size=size, sha256=sha256)
        for path, size, sha256 in found
    )
    told = not mask.idle and mask.shows((output / STREAMS).read_bytes())
    return Kept(files=files, changes=changes, warnings=(_LEFT_IN_VALUE,) if told else ())


def outcome_of(request: StepRequest, ending: Ending, left: Leavings) -> Outcome:
    """Write the last events and the executed notebook, and give the outcome that names them."""
    queued = _queued(request, left.seconds)
    ending, kept, notebook = _with_notebook(ending, left)
    recorder, hide = left.recorder, left.mask.text
    if recorder is not None:
        recorder.event("finished", state=ending.state, text=hide(ending.message))
        recorder.tick(now=True)
    return Outcome(
        dag_id=request.dag_id,
        version=request.version,
        run_id=request.run_id,
        step=request.step,
        map_index=request.map_index,
        attempt=request.attempt,
        state=cast("Literal['success', 'failed', 'cancelled']", ending.state),
        cause=ending.cause,
        message=hide(ending.message),
        hint=hide(ending.hint),
        cell=ending.cell,
        cell_index=left.cell_index,
        line=ending.line,
        ename=ending.ename,
        evalue=None if ending.evalue is None else hide(ending.evalue),
        name=ending.name,
        learned=ending.learned,
        seconds=round(left.seconds, 3),
        queued_seconds=queued,
        peak_memory=left.peak or None,
        handoff_bytes=sum(file.size for file in kept.files),
        cells=recorder.times() if recorder is not None else (),
        files=(*kept.files, *notebook),
        changes=kept.changes,
        metrics=_metrics(left.scratch / "metrics.jsonl"),
        warnings=left.warnings,
        node=socket.gethostname(),
    )


def _with_notebook(ending: Ending, left: Leavings) -> tuple[Ending, Kept, tuple[StoredFile, ...]]:
    """How the step ended and what it keeps, once its notebook is written: without that it has not succeeded."""
    if left.recorder is None:
        return ending, left.kept, ()
    try:
        return ending, left.kept, (_written(left.recorder),)
    except Unavailable as error:
        if ending.state == "success":
            return endings.of_error(error), Kept(), ()
        return ending, left.kept, ()


def _queued(request: StepRequest, ran: float) -> float | None:
    """Seconds that the step waited before it `ran` for so many; None where nobody took the time."""
    if request.asked is None:
        return None
    since = (datetime.now(UTC) - request.asked).total_seconds()
    return round(max(0.0, since - ran), 3)


def _written(recorder: Recorder) -> StoredFile:
    content = recorder.write()
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredFile(path=layout.NOTEBOOK, size=len(content), sha256=sha256)


def _metrics(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {line["name"]: line["value"] for line in lines}
