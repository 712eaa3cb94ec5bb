"""What verbs print of what Airflow and the analysis said, as a person reads it."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jupyterlab_promote.cli import backfill, publish, runs, versions
from jupyterlab_promote.cli.airflow import shown_run
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.run_views import Backfill, PipelineRow, Run, StepRun

MOMENT = datetime(2026, 11, 21, 6, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SALES = PipelineRow(
    dag_id="sales",
    name="sales",
    number=3,
    revision=4,
    by="ann",
    at=MOMENT,
    path="/home/ann/sales.ipynb",
    retired=False,
    source_found=True,
    paused=False,
    schedule="At 06:00",
    next_run=MOMENT + timedelta(days=1),
)


def lines(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("  ") if cell] for line in text.splitlines()]


def test_the_list_of_pipelines_says_when_each_runs_next_or_why_not() -> None:
    off = {"next_run": None}
    paused = SALES.model_copy(update={"dag_id": "off", "paused": True, **off})
    gone = SALES.model_copy(update={"dag_id": "gone", "retired": True, "schedule": "", **off})
    manual = SALES.model_copy(update={"dag_id": "manual", "schedule": "", **off})
    known = lines(versions.listed((SALES, paused, gone, manual)))
    assert known[0] == [
        *("PIPELINE", "VERSION", "BY", "AT (UTC)"),
        *("SCHEDULE", "NEXT RUN (UTC)", "NOTEBOOK"),
    ]
    assert [line[4] for line in known[1:]] == [
        "At 06:00",
        "At 06:00 (paused)",
        "unpublished",
        "by hand",
    ]
    assert known[1][5] == "2026-11-22 06:00:00"
    assert [len(line) for line in known[2:]] == [6, 6, 6]


def test_what_a_failed_step_kept_from_running_is_called_so_and_has_no_time() -> None:
    steps = (
        StepRun(step="load", state="failed", attempt=1, seconds=3.94, queued_seconds=42.3,
                message="No file.", hint="Look."),
        StepRun(step="fit", state="upstream_failed", seconds=0.0),
    )  # fmt: skip
    run = Run(
        dag_id="sales",
        run_id="r",
        state="failed",
        version=3,
        started=MOMENT,
        steps=steps,
        edges=(("load", "fit"),),
    )
    assert shown_run(run).splitlines() == [
        "sales/r: failed (v3, manual, 2026-11-21 06:00:00)",
        "STEP  STATE    AFTER  ATTEMPT  SECONDS  MESSAGE",
        "load  failed   -      1        3.9      No file.",
        "fit   not run  load",
        "load: waited 42 s for resources before it ran.",
        "load: Look.",
    ]
    assert runs.steps_in_words(run) == "load: failed  fit: not run"


def _backfill(count: int, **said: object) -> Backfill:
    dates = tuple(MOMENT + timedelta(days=n) for n in range(count))
    return Backfill(dates=dates, steps=2, **said)


def test_a_backfill_says_what_it_would_start_when_and_how_long_that_takes() -> None:
    asked = argparse.Namespace(backwards=False, parallel=4)
    assert backfill.described(_backfill(2, mean_seconds=90.0), asked, BERLIN).splitlines() == [
        "Would start (add --yes) 2 runs of 2 steps, 2 at once, oldest first. "
        "A run took 90 s on average, so about 3 min of work.",
        "  2026-11-21 07:00 Europe/Berlin",
        "  2026-11-22 07:00 Europe/Berlin",
    ]
    for seconds, said in ((119, "119 s"), (120, "2 min"), (7200, "2 h")):
        once = backfill.described(_backfill(1, mean_seconds=seconds), asked, BERLIN)
        assert f"A run took {said} on average" in once
    assert backfill.described(_backfill(0), asked, BERLIN).startswith("There is no date to run")
    newest = argparse.Namespace(backwards=True, parallel=1)
    begun = backfill.described(_backfill(1, id=7), newest, BERLIN)
    assert begun.startswith("Started 1 run of 2 steps, 1 at once, newest first.\n")


def test_the_dates_of_a_long_backfill_are_told_by_the_first_and_the_last() -> None:
    asked = argparse.Namespace(backwards=False, parallel=4)
    _, *all_of_20 = backfill.described(_backfill(20), asked, BERLIN).splitlines()
    _, *some_of_30 = backfill.described(_backfill(30), asked, BERLIN).splitlines()
    assert (len(all_of_20), len(some_of_30)) == (20, 20)
    assert some_of_30[17:] == [
        "  2026-12-08 07:00 Europe/Berlin",
        "  ... 11 more ...",
        "  2026-12-20 07:00 Europe/Berlin",
    ]


def test_warnings_of_a_publish_are_told_beside_its_result(capsys) -> None:
    frozen = Finding(
        code="PRM406", severity="warning", message="It is frozen.", fix="Accept it.",
        cell="c1", cell_index=4, line=1,
    )  # fmt: skip
    publish.warn((frozen,), as_json=False)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "Check:",
        "  PRM406  cell 5, line 1: It is frozen.",
        "          Accept it.",
    ]
    publish.warn((frozen,), as_json=True)
    [told] = json.loads(capsys.readouterr().out)["findings"]
    assert (told["code"], told["cell_index"]) == ("PRM406", 4)
    publish.warn((), as_json=True)
    assert capsys.readouterr() == ("", "")
