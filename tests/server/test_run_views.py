"""Runs as people see them, from what Airflow and the attempts say."""

from datetime import UTC, datetime

from jupyterlab_promote.model.run import AttemptInfo, Event
from jupyterlab_promote.model.run_views import CellOf
from jupyterlab_promote.server.run_views import step_views


def test_a_running_step_shows_its_cell_and_what_a_terminal_would_show_last() -> None:
    said = Event(
        seq=4,
        at=datetime(2026, 11, 21, tzinfo=UTC),
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
