"""Runs as people see them, from what Airflow and the attempts say."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jupyterlab_promote.model.run import AttemptInfo, Event, Outcome
from jupyterlab_promote.model.run_views import CellOf, StepRun
from jupyterlab_promote.model.version import VersionInfo
from jupyterlab_promote.server.run_views import run_view, step_views, version_of

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
V = ["v-" + str(n) * 16 for n in range(4)]


def test_a_running_step_shows_its_cell_and_what_a_terminal_would_show_last() -> None:
    said = Event(
        seq=4,
        at=MOMENT,
        kind="output",
        cell="c2",
        k=2,
        n=9,
        text="one\ntwo\nthree\nfour\n 10 %\r 20 %\n",
    )
    task = {"task_id": "train", "map_index": -1, "state": "running"}
    attempt = AttemptInfo(step="train", attempt=1, claimed=True, progress=said)
    [step] = step_views([task], [attempt], dag_id="churn", run_id="r", order=["train"])
    assert step.cell == CellOf(k=2, n=9, output="two\nthree\nfour\n 20 %")

    began = said.model_copy(update={"kind": "cell_start", "k": 3, "text": ""})
    attempt = attempt.model_copy(update={"progress": began})
    [step] = step_views([task], [attempt], dag_id="churn", run_id="r", order=["train"])
    assert step.cell == CellOf(k=3, n=9)


def outcome(**changes: Any) -> Outcome:
    told = {"state": "success", "cause": "ok", **changes}
    return Outcome(dag_id="churn", version=V[1], run_id="r", step="train", attempt=1, **told)


def one_step(state: str | None, attempt: AttemptInfo | None) -> StepRun:
    task = {"task_id": "train", "map_index": -1, "state": state, "duration": 7.0}
    found = [attempt] if attempt is not None else []
    [step] = step_views([task], found, dag_id="churn", run_id="r", order=["train"])
    return step


@pytest.mark.parametrize(
    ("airflow", "ended", "shown"),
    [
        (None, None, "queued"),
        ("scheduled", None, "queued"),
        ("running", None, "running"),
        ("deferred", None, "running"),
        ("success", outcome(), "success"),
        ("success", outcome(cached_from="r0"), "cached"),
        ("failed", outcome(state="failed", cause="cell_error"), "failed"),
        ("failed", outcome(state="cancelled", cause="cancelled"), "cancelled"),
        ("upstream_failed", None, "upstream_failed"),
        ("removed", None, "skipped"),
    ],
)
def test_a_step_has_one_state_from_airflows_and_from_its_outcome(
    airflow: str | None, ended: Outcome | None, shown: str
) -> None:
    attempt = AttemptInfo(step="train", attempt=1, outcome=ended) if ended else None
    assert one_step(airflow, attempt).state == shown


def test_a_step_that_runs_again_says_nothing_of_the_attempt_before() -> None:
    failed = outcome(state="failed", cause="cell_error", message="Cell 2 raised.", cell="c2")
    attempt = AttemptInfo(step="train", attempt=1, outcome=failed)
    again, ended = one_step("queued", attempt), one_step("failed", attempt)
    assert (again.message, again.failed_cell, again.state) == ("", None, "queued")
    assert (ended.message, ended.failed_cell, ended.state) == ("Cell 2 raised.", "c2", "failed")


def test_a_step_that_waits_says_for_what() -> None:
    waits = Event(seq=0, at=MOMENT, kind="waiting", text="The step needs 2 GPUs.")
    step = one_step("running", AttemptInfo(step="train", attempt=1, progress=waits))
    assert (step.state, step.message) == ("waiting", "The step needs 2 GPUs.")


def test_steps_stand_in_notebook_order_with_their_latest_attempt_and_no_task_of_ours() -> None:
    tasks = [
        {"task_id": name, "map_index": index, "state": "running"}
        for name, index in (("train", 1), ("train", 0), ("promote-begin", -1), ("load", -1))
    ]
    attempts = [AttemptInfo(step="load", attempt=number) for number in (2, 3, 1)]
    found = step_views(tasks, attempts, dag_id="churn", run_id="r", order=["load", "train"])
    assert [(s.step, s.map_index, s.attempt) for s in found] == [
        ("load", -1, 3),
        ("train", 0, 0),
        ("train", 1, 0),
    ]


HISTORY = [
    VersionInfo(
        dag_id="churn", version=V[n], number=n, revision=n, by="", at=MOMENT, message="",
        current=n == 3, since=10 * n,
    )
    for n in (3, 2, 1)
]  # fmt: skip


@pytest.mark.parametrize(
    ("run", "attempts", "number"),
    [
        ({"bundle_version": "25"}, (), 2),
        ({"bundle_version": "30"}, (), 3),
        ({"bundle_version": "5"}, (), None),
        ({"bundle_version": None, "dag_versions": [{"bundle_version": "12"}]}, (), 1),
        ({"bundle_version": "promote"}, (), None),
        ({"bundle_version": "30"}, (AttemptInfo(step="train", attempt=1, outcome=outcome()),), 1),
    ],
    ids=[
        "what served then",
        "what begins then",
        "before the first",
        "Airflow's own version",
        "another bundle",
        "what its steps ran",
    ],
)
def test_the_version_of_a_run_is_what_its_steps_ran_else_what_served_when_it_began(
    run: dict[str, Any], attempts: tuple[AttemptInfo, ...], number: int | None
) -> None:
    version = version_of(run, attempts, HISTORY)
    assert (version.number if version else None) == number


@pytest.mark.parametrize(
    ("airflow", "steps", "shown"),
    [
        ("running", ("queued", "queued"), "queued"),
        ("running", ("running", None), "running"),
        ("failed", ("failed", "upstream_failed"), "failed"),
        ("failed", ("skipped", "skipped"), "cancelled"),
        ("success", ("success", "success"), "success"),
        ("success", ("skipped", "skipped"), "skipped"),
    ],
)
def test_a_run_is_as_its_steps_are(airflow: str, steps: tuple[str | None, ...], shown: str) -> None:
    run = {"dag_id": "churn", "dag_run_id": "r/1", "state": airflow}
    tasks = [{"task_id": f"s{n}", "map_index": -1, "state": state} for n, state in enumerate(steps)]
    view = run_view(run, tasks, (), history=HISTORY, manifest=None, url="http://airflow")
    assert (view.state, view.whole, view.url) == (shown, "", "http://airflow/dags/churn/runs/r/1")
