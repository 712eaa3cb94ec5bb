"""Runs as people see them, from what Airflow and the attempts say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import AttemptInfo, Event, Outcome
from jupyterlab_promote.model.run_states import RunState, TaskState
from jupyterlab_promote.model.run_views import CellOf, StepRun
from jupyterlab_promote.model.settings import StepSettings
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.server.overview import is_open
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
    task = TaskState(task_id="train", state="running")
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
    task = TaskState(task_id="train", state=state, seconds=7.0)
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
        TaskState(task_id=name, map_index=index, state="running")
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


def a_run(**known: Any) -> RunState:
    return RunState(
        **{"dag_id": "churn", "run_id": "r/1", "state": "running", "due": MOMENT, **known}
    )


@pytest.mark.parametrize(
    ("served", "attempts", "number"),
    [
        ("25", (), 2),
        ("30", (), 3),
        ("5", (), None),
        ("", (), None),
        ("promote", (), None),
        ("30", (AttemptInfo(step="train", attempt=1, outcome=outcome()),), 1),
    ],
    ids=[
        "what served then",
        "what begins then",
        "before the first",
        "not said",
        "another bundle",
        "what its steps ran",
    ],
)
def test_the_version_of_a_run_is_what_its_steps_ran_else_what_served_when_it_began(
    served: str, attempts: tuple[AttemptInfo, ...], number: int | None
) -> None:
    version = version_of(a_run(bundle_version=served), attempts, HISTORY)
    assert (version.number if version else None) == number


@pytest.mark.parametrize(
    ("airflow", "steps", "shown"),
    [
        ("running", ("queued", "queued"), "queued"),
        ("running", ("running", None), "running"),
        ("failed", ("failed", "upstream_failed"), "failed"),
        ("failed", ("success", "failed"), "failed"),
        ("failed", ("success", "failed", "skipped"), "failed"),
        ("success", ("success", "success"), "success"),
        ("success", ("skipped", "skipped"), "skipped"),
    ],
)
def test_a_run_is_as_its_steps_are(airflow: str, steps: tuple[str | None, ...], shown: str) -> None:
    tasks = [TaskState(task_id=f"s{n}", state=state) for n, state in enumerate(steps)]
    run = a_run(state=airflow, tasks=tasks)
    view = run_view(run, (), version=None, manifest=None, url="http://airflow")
    assert (view.state, view.whole, view.url) == (shown, "", "http://airflow/dags/churn/runs/r/1")


@pytest.mark.parametrize(
    ("ended", "shown"),
    [
        (None, ("cancelled", "cancelled")),
        (
            outcome(state="failed", cause="cell_error", message="It raised."),
            ("cancelled", "failed"),
        ),
    ],
)
def test_a_step_that_was_stopped_is_cancelled_before_its_outcome_is_there(
    ended: Outcome | None, shown: tuple[str, str]
) -> None:
    tasks = [TaskState(task_id="train", state="failed"), TaskState(task_id="z", state="skipped")]
    attempt = AttemptInfo(step="train", attempt=1, claimed=True, outcome=ended)
    run = a_run(state="failed", cancelled=True, tasks=tasks)
    view = run_view(run, [attempt], version=None, manifest=None, url="http://airflow")
    assert (view.state, view.steps[0].state) == shown


@pytest.mark.parametrize(
    ("causes", "retries", "possible"),
    [
        (["ok"], 2, 3),
        (["cell_error", "ok"], 2, 3),
        (["node_lost", "ok"], 2, 4),
        (["node_lost", "cell_error", "cell_error"], 1, 3),
        ([], 2, None),
    ],
)
def test_a_step_may_have_as_many_attempts_as_its_retries_and_lost_nodes_allow(
    causes: list[str], retries: int, possible: int | None
) -> None:
    attempts = [
        AttemptInfo(
            step="train",
            attempt=number,
            outcome=outcome(state="success" if cause == "ok" else "failed", cause=cause),
        )
        for number, cause in enumerate(causes, start=1)
    ]
    step = Step(name="train", cells=(), settings=StepSettings(retries=retries))
    manifest = Manifest(
        dag_id="churn",
        uid="u",
        name="churn",
        kernel="python3",
        steps=(step,),
        edges=(),
        notebooks={},
        source="s",
    )
    run = a_run(state="running", tasks=[TaskState(task_id="train", state="running")])
    view = run_view(run, attempts, version=None, manifest=manifest, url="")
    assert [one.possible for one in view.steps] == [possible]
    again = run.model_copy(update={"resumed": MOMENT})
    view = run_view(again, attempts, version=None, manifest=manifest, url="")
    assert [one.possible for one in view.steps] == [None]


@pytest.mark.parametrize(
    ("state", "message", "after", "expected"),
    [
        ("failed", "", 2, True),
        ("failed", "", 40, False),
        ("failed", "It raised.", 2, False),
        ("cancelled", "", 2, False),
    ],
)
def test_a_failure_is_told_once_it_is_known_why(
    state: str, message: str, after: int, expected: bool
) -> None:
    view = run_view(
        a_run(state="failed", ended=MOMENT), (), version=None, manifest=None, url="http://airflow"
    )
    step = one_step("failed", None).model_copy(update={"state": state, "message": message})
    view = view.model_copy(update={"steps": (step,)})
    assert is_open(view, MOMENT + timedelta(seconds=after)) is expected
