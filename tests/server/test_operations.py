"""Operations: they go on unwatched, are one at a time for a notebook, and know when they were cut off."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyterlab_promote.errors import Conflict, NotFound
from jupyterlab_promote.model.api import Operation, Stage
from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.registration import PluginProblem
from jupyterlab_promote.server.operations import Operations

RESULT = PublishResult(
    dag_id="d",
    uid="u",
    version="v-0",
    number=1,
    revision=1,
    created=True,
    seconds=0.1,
    paused=False,
)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def operations(tmp_path: Path, told: list[str]) -> Operations:
    return Operations(tmp_path, changed=lambda operation: told.append(operation.state))


def ended(operations: Operations, operation: Operation) -> Operation:
    operations.wait(60)
    return operations.get(operation.id)


def test_a_publish_ends_with_its_stages_done_and_its_identities(operations, told) -> None:
    weekly = RESULT.model_copy(update={"dag_id": "d__weekly", "further": "weekly"})

    def work(progress) -> tuple[PublishResult, ...]:
        progress("one", "first")
        progress("two", "second")
        return RESULT, weekly

    done = ended(operations, operations.start("publish", ("one", "two"), work, path="a.ipynb"))
    assert done.state == "done"
    assert (done.result, done.results) == (RESULT, (RESULT, weekly))
    assert (done.published, done.published_as) == (RESULT.published, {"weekly": weekly.published})
    assert [(s.name, s.state, s.message) for s in done.stages] == [
        ("one", "done", "first"), ("two", "done", "second")
    ]  # fmt: skip
    assert told[-1] == "done"


def test_a_refusal_is_a_problem_at_the_stage_where_it_happened(operations) -> None:
    def work(progress) -> None:
        progress("one", "")
        raise Conflict("Taken.", hint="Choose.", code="name_taken", suggestion="b")

    done = ended(operations, operations.start("publish", ("one", "two"), work))
    assert done.state == "failed"
    assert [stage.state for stage in done.stages] == ["failed", "waiting"]
    assert done.problem == PluginProblem(
        code="name_taken", message="Taken.", hint="Choose.", fields={"suggestion": "b"}
    )


def test_a_fault_of_ours_is_told_without_its_details(operations) -> None:
    def work(progress) -> None:
        raise RuntimeError("secret")

    done = ended(operations, operations.start("publish", ("one",), work))
    assert done.problem is not None
    assert done.problem.code == "internal"
    assert "secret" not in done.model_dump_json()


def test_publishing_twice_at_once_is_one_operation(operations) -> None:
    go = threading.Event()

    def work(progress) -> None:
        go.wait(60)

    first = operations.start("publish", (), work, path="a.ipynb")
    second = operations.start("publish", (), work, path="a.ipynb")
    other = operations.start("publish", (), work, path="b.ipynb")
    go.set()
    assert first.id == second.id != other.id
    operations.wait(60)


def test_cancelling_ends_it_before_the_next_stage(operations) -> None:
    begun, go = threading.Event(), threading.Event()

    def work(progress) -> None:
        progress("one", "")
        begun.set()
        go.wait(60)
        progress("two", "")

    operation = operations.start("publish", ("one", "two"), work)
    assert begun.wait(60)
    operations.cancel(operation.id)
    go.set()
    assert ended(operations, operation).state == "cancelled"
    with pytest.raises(Conflict):
        operations.cancel(operation.id)


def test_a_restarted_server_says_that_it_was_interrupted(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    left = Operation(
        id="x", kind="publish", started=datetime.now(UTC), owner=child.pid,
        stages=(Stage(name="one", state="running"),),
    )  # fmt: skip
    (tmp_path / "x.json").write_text(left.model_dump_json(by_alias=True))
    (tmp_path / "broken.json").write_text("{")
    found = Operations(tmp_path, changed=lambda _: None).get("x")
    assert (found.state, found.stages[0].state) == ("interrupted", "failed")
    ours = left.model_copy(update={"owner": os.getpid()})
    (tmp_path / "x.json").write_text(ours.model_dump_json(by_alias=True))
    assert Operations(tmp_path, changed=lambda _: None).get("x").state == "interrupted"


def test_an_unknown_operation_is_not_found(operations) -> None:
    with pytest.raises(NotFound):
        operations.get("nope")
