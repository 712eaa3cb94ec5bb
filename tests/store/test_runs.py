"""Attempts: claimed once, committed once, read while they run."""

import concurrent.futures
import hashlib
from datetime import UTC, datetime

import pytest

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound
from jupyterlab_promote.model.document import canonical_json, dump, sha256_of
from jupyterlab_promote.model.run import (
    AttemptInfo,
    Cause,
    Event,
    InputRef,
    Outcome,
    RunRecord,
    StepRequest,
)
from jupyterlab_promote.store import runs
from jupyterlab_promote.store.attempts import attempts

RUN = "manual__2026-11-21T00:00:00+00:00/x"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def request(**more) -> StepRequest:
    base = {
        "store": "s",
        "dag_id": "demo",
        "version": "v-0123456789abcdef",
        "run_id": RUN,
        "step": "load",
    }
    return StepRequest(**{**base, "attempt": 1, "job_id": "j", **more})


def outcome(**more) -> Outcome:
    base = {
        "dag_id": "demo",
        "version": "v-0123456789abcdef",
        "run_id": RUN,
        "step": "load",
        "attempt": 1,
    }
    return Outcome(**{**base, "state": "success", "cause": Cause.OK, **more})


REF = runs.AttemptRef(dag_id="demo", run_id=RUN, step="load", attempt=1)


def events(*numbers) -> tuple[Event, ...]:
    return tuple(Event(seq=number, at=NOW, kind="output", text=str(number)) for number in numbers)


def test_a_request_is_written_once(store):
    runs.write_request(store, request())
    runs.write_request(store, request())
    assert runs.read_request(store, REF) == request()
    with pytest.raises(Conflict):
        runs.write_request(store, request(job_id="other"))
    with pytest.raises(NotFound):
        runs.read_request(
            store, runs.AttemptRef(dag_id="demo", run_id=RUN, step="other", attempt=1)
        )


def test_of_worker_and_operator_one_has_the_attempt(store):
    def ask(number):
        state = "started" if number % 2 else "abandoned"
        return runs.claim(store, REF, state, by=f"process {number}")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers.count(True) == 1
    winner = answers.index(True)
    assert ask(winner)
    held = runs.read_claim(store, REF)
    assert held is not None
    assert held.by == f"process {winner}"


def test_events_are_read_from_where_the_reader_stands(store):
    assert runs.read_events(store, REF) == ()
    runs.append_events(store, REF, events(0, 1, 2))
    runs.append_events(store, REF, events(3))
    runs.append_events(store, REF, events(4, 5))
    runs.append_events(store, REF, ())
    assert runs.read_events(store, REF) == events(0, 1, 2, 3, 4, 5)
    assert runs.read_events(store, REF, after=1) == events(2, 3, 4, 5)
    assert runs.read_events(store, REF, after=4) == events(5)
    assert runs.read_events(store, REF, after=5) == ()
    with pytest.raises(FileExistsError):
        runs.append_events(store, REF, events(3))


def test_a_late_zombie_gets_the_winners_outcome(store):
    first = outcome(seconds=1)
    assert runs.commit_outcome(store, first) == (first, True)
    assert runs.commit_outcome(store, first) == (first, True)
    assert runs.commit_outcome(store, outcome(seconds=2)) == (first, False)
    assert runs.read_outcome(store, REF) == first


def test_an_input_is_the_outcome_that_was_referred_to_or_nothing(store):
    good = outcome()
    reference = InputRef(
        step="load", attempt=1, version=good.version, outcome_sha256=sha256_of(good)
    )
    asked = request(step="train", inputs=(reference,))
    with pytest.raises(NotFound, match="load attempt 1"):
        runs.input_outcome(store, asked, reference)
    runs.commit_outcome(store, outcome(seconds=3))
    with pytest.raises(InvalidInput):
        runs.input_outcome(store, asked, reference)


def test_an_outcome_of_a_release_that_knew_less_is_still_the_one_referred_to(store):
    fields = dump(outcome())
    del fields["queued_seconds"]
    data = canonical_json(fields)
    store.create(REF.path("outcome.json"), data)
    told = runs.outcome_sha256(store, REF)
    assert told == hashlib.sha256(data).hexdigest()
    reference = InputRef(step="load", attempt=1, version=outcome().version, outcome_sha256=told)
    asked = request(step="train", inputs=(reference,))
    assert runs.input_outcome(store, asked, reference) == outcome()


def test_a_run_shows_its_attempts_while_they_run(store):
    runs.write_run(
        store, RunRecord(dag_id="demo", run_id=RUN, version="v-0123456789abcdef", started=NOW)
    )
    runs.write_run(store, RunRecord(dag_id="demo", run_id=RUN, version="v-ffffffffffffffff"))
    assert [run.run_id for run in runs.runs(store, "demo")] == [RUN]
    runs.claim(store, REF, "started", by="w")
    runs.append_events(store, REF, events(0, 1))
    runs.snapshot_notebook(store, REF, b"{}")
    runs.snapshot_notebook(store, REF, b'{"cells": []}')
    mapped = runs.AttemptRef(dag_id="demo", run_id=RUN, step="train", map_index=10, attempt=2)
    done = outcome(step="train", map_index=10, attempt=2)
    runs.claim(store, mapped, "started", by="w")
    runs.commit_outcome(store, done)
    store.put(mapped.path("handoff/streams"), b"x")
    assert attempts(store, "demo", RUN) == (
        AttemptInfo(step="load", attempt=1, claimed=True, progress=events(1)[0]),
        AttemptInfo(step="train", map_index=10, attempt=2, claimed=True, outcome=done),
    )
    assert runs.read_notebook(store, REF) == b'{"cells": []}'
    assert attempts(store, "demo", "no such run") == ()


def test_names_that_are_no_ids_never_become_paths():
    for wrong in ({"dag_id": "../x"}, {"step": "a/b"}, {"attempt": 0}, {"map_index": -2}):
        with pytest.raises(InvalidInput):
            runs.AttemptRef(**{"dag_id": "d", "run_id": "r", "step": "s", "attempt": 1, **wrong})
