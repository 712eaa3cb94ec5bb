"""Runs: the folders of attempts. Attempts never share a folder; a reader believes only what an outcome names.

`request.json`, `claim.json` and `outcome.json` are create-only. The notebook snapshot, and what an attempt that
nobody has begun waits for, are replaced by their one writer. Which attempts a run has is found in `attempts.py`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Literal, TypeVar

from pydantic import ValidationError

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound
from jupyterlab_promote.ids import UNMAPPED, is_dag_id, is_step_name
from jupyterlab_promote.model.document import Document, canonical_json, dump
from jupyterlab_promote.model.run import (
    Claim,
    Event,
    InputRef,
    Outcome,
    RunRecord,
    StepRequest,
)
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.store import Store

D = TypeVar("D", bound=Document)


@dataclass(frozen=True, kw_only=True)
class AttemptRef:
    """Names one attempt: pipeline, run, step, map index, number (from 1)."""

    dag_id: str
    run_id: str
    step: str
    map_index: int = UNMAPPED
    attempt: int

    def __post_init__(self) -> None:
        """Refuse what must not become a path; raises InvalidInput."""
        if not is_dag_id(self.dag_id):
            raise InvalidInput("dag_id", f"{self.dag_id!r} is no pipeline id")
        if not is_step_name(self.step):
            raise InvalidInput("step", f"{self.step!r} is no step name")
        if self.attempt < 1 or self.map_index < UNMAPPED:
            raise InvalidInput("attempt", f"{self.attempt} of map index {self.map_index}")

    @property
    def folder(self) -> str:
        """The attempt's folder in the store."""
        return layout.attempt(self.dag_id, self.run_id, self.step, self.map_index, self.attempt)

    def path(self, name: str) -> str:
        """A file in the attempt's folder."""
        return f"{self.folder}/{name}"


def ref_of(document: StepRequest | Outcome) -> AttemptRef:
    """The attempt that a request or an outcome is about."""
    return AttemptRef(
        dag_id=document.dag_id,
        run_id=document.run_id,
        step=document.step,
        map_index=document.map_index,
        attempt=document.attempt,
    )


def ref_of_input(request: StepRequest, given: InputRef) -> AttemptRef:
    """The attempt that a request's input refers to: of the same run unless it names another."""
    return AttemptRef(
        dag_id=request.dag_id,
        run_id=given.run_id or request.run_id,
        step=given.step,
        map_index=given.map_index,
        attempt=given.attempt,
    )


def write_run(store: Store, record: RunRecord) -> None:
    """Write `run.json` once; the first writer's stays. Raises Unavailable."""
    path = layout.run_record(record.dag_id, record.run_id)
    if store.exists(path):
        return
    try:
        store.create_document(path, record)
    except FileExistsError:
        return


def read_run(store: Store, dag_id: str, run_id: str) -> RunRecord | None:
    """The record of a run, None when it has none; raises InvalidInput or Unavailable."""
    return _read(store, layout.run_record(dag_id, run_id), RunRecord)


def runs(store: Store, dag_id: str) -> tuple[RunRecord, ...]:
    """All runs of a pipeline that have a record, oldest first; raises Unavailable."""
    base = f"{layout.RUNS}/{dag_id}"
    found = (_read(store, f"{base}/{key}/run.json", RunRecord) for key in store.list(base))
    early = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted((run for run in found if run), key=lambda run: run.started or early))


def write_request(store: Store, request: StepRequest) -> None:
    """Write `request.json`; writing the same one again is harmless.

    Raises:
        Conflict: the attempt has another request (code `attempt_taken`).
        Unavailable: the store cannot be written.
    """
    ref = ref_of(request)
    try:
        store.create_document(ref.path(layout.REQUEST), request)
    except FileExistsError:
        if read_request(store, ref) != request:
            raise Conflict(
                f"Attempt {ref.attempt} of step {ref.step!r} was requested differently before.",
                hint="Start the next attempt instead.",
                code="attempt_taken",
            ) from None


def read_request(store: Store, ref: AttemptRef) -> StepRequest:
    """The request of an attempt; raises NotFound, InvalidInput or Unavailable."""
    request = _read(store, ref.path(layout.REQUEST), StepRequest)
    if request is None:
        raise NotFound("request", ref.folder, hint="Start the next attempt of the step.")
    return request


def claim(
    store: Store, ref: AttemptRef, state: Literal["started", "abandoned"], *, by: str
) -> bool:
    """Take an attempt; True for the one caller who wins, also when it asks again.

    `by` names the caller uniquely (host, process, random part), so that a repeated write after a lost
    answer is recognised. Raises Unavailable.
    """
    wish = Claim(state=state, by=by, at=datetime.now(UTC))
    try:
        store.create_document(ref.path(layout.CLAIM), wish)
    except FileExistsError:
        held = read_claim(store, ref)
        return held is not None and (held.state, held.by) == (state, by)
    return True


def read_claim(store: Store, ref: AttemptRef) -> Claim | None:
    """Who has the attempt, None for nobody yet; raises InvalidInput or Unavailable."""
    return _read(store, ref.path(layout.CLAIM), Claim)


def note_waiting(store: Store, ref: AttemptRef, text: str) -> None:
    """Say what an attempt waits for; only who gave it to Ray does, until it begins. Raises Unavailable."""
    event = Event(seq=0, at=datetime.now(UTC), kind="waiting", text=text)
    store.put(ref.path(layout.WAITING), canonical_json(dump(event)))


def append_events(store: Store, ref: AttemptRef, events: Sequence[Event]) -> None:
    """Write events as one part, named by the first one's number; raises Unavailable.

    Raises:
        FileExistsError: another process writes events of this attempt, which is then not ours.
    """
    if not events:
        return
    lines = "".join(event.model_dump_json() + "\n" for event in events)
    store.create(ref.path(f"{layout.EVENTS}/{events[0].seq:08d}.jsonl"), lines.encode())


def read_events(store: Store, ref: AttemptRef, *, after: int = -1) -> tuple[Event, ...]:
    """The events with a higher number than `after`, in order; raises InvalidInput or Unavailable."""
    starts = sorted(_numbers(store.list(ref.path(layout.EVENTS))))
    later = [
        start
        for start, following in zip_longest(starts, starts[1:])
        if following is None or following > after + 1
    ]
    found: list[Event] = []
    for start in later:
        path = ref.path(f"{layout.EVENTS}/{start:08d}.jsonl")
        for line in store.read(path).splitlines():
            event = _parse(path, line, Event)
            if event.seq > after:
                found.append(event)
    return tuple(found)


def last_event(store: Store, ref: AttemptRef) -> Event | None:
    """The newest event, None while there is none; raises InvalidInput or Unavailable."""
    starts = _numbers(store.list(ref.path(layout.EVENTS)))
    if not starts:
        return None
    return read_events(store, ref, after=max(starts) - 1)[-1]


def read_waiting(store: Store, ref: AttemptRef) -> Event | None:
    """What an attempt that nobody has begun waits for; raises InvalidInput or Unavailable."""
    return _read(store, ref.path(layout.WAITING), Event)


def snapshot_notebook(store: Store, ref: AttemptRef, data: bytes) -> None:
    """Write or replace the executed notebook; only the attempt's claimant does. Raises Unavailable."""
    store.put(ref.path(layout.NOTEBOOK), data)


def read_notebook(store: Store, ref: AttemptRef) -> bytes:
    """The executed notebook, also of a live attempt; raises NotFound or Unavailable."""
    return store.read(ref.path(layout.NOTEBOOK))


def commit_outcome(store: Store, outcome: Outcome) -> tuple[Outcome, bool]:
    """Write `outcome.json`, last; returns the attempt's outcome and whether it is this one.

    A zombie that comes late gets the winner's outcome and False. Raises Unavailable.
    """
    ref = ref_of(outcome)
    try:
        store.create_document(ref.path(layout.OUTCOME), outcome)
    except FileExistsError:
        held = read_outcome(store, ref)
        if held is None:
            raise
        return held, held == outcome
    return outcome, True


def read_outcome(store: Store, ref: AttemptRef) -> Outcome | None:
    """The outcome of an attempt, None while there is none; raises InvalidInput or Unavailable."""
    return _read(store, ref.path(layout.OUTCOME), Outcome)


def input_outcome(store: Store, request: StepRequest, given: InputRef) -> Outcome:
    """The outcome that an input refers to.

    Raises:
        NotFound: it is gone.
        InvalidInput: it is not the one that was referred to, or not a success.
        Unavailable: the store cannot be read.
    """
    path = ref_of_input(request, given).path(layout.OUTCOME)
    try:
        data = store.read(path)
    except NotFound as error:
        hint = f"Run step {given.step!r} again."
        raise NotFound("outcome", f"{given.step} attempt {given.attempt}", hint=hint) from error
    outcome = _parse(path, data, Outcome) if _sha256(data) == given.outcome_sha256 else None
    if outcome is None or not outcome.ok:
        raise InvalidInput(
            f"input {given.step}",
            "what the step left is not what this run was given: it was replaced or damaged",
            hint="Repair the run from that step.",
        )
    return outcome


def outcome_sha256(store: Store, ref: AttemptRef) -> str:
    """The hash by which an attempt's outcome is referred to; raises NotFound or Unavailable.

    Of the stored bytes: another release may know a field more, and would write the same outcome differently.
    """
    return _sha256(store.read(ref.path(layout.OUTCOME)))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _numbers(names: Iterable[str]) -> list[int]:
    stems = (PurePosixPath(name).stem for name in names)
    return [int(stem) for stem in stems if stem.isdecimal()]


def _read(store: Store, path: str, kind: type[D]) -> D | None:
    try:
        data = store.read(path)
    except NotFound:
        return None
    return _parse(path, data, kind)


def _parse(path: str, data: bytes, kind: type[D]) -> D:
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise InvalidInput(
            path,
            f"is damaged ({error.errors()[0]['msg']})",
            hint="Run the step again, or restore the file from a backup of the store.",
        ) from error
