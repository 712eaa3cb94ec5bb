"""The preview against Airflow's own timetable, over both changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum
import pytest

from jupyterlab_promote.model.publishing import (
    ScheduleChange,
    SchedulePreview,
    SchedulePreviewRequest,
)
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.server.schedule import change, clock_changes, preview, ticks


def airflow_ticks(cron: str, zone: str, *, after: datetime, count: int) -> list[datetime]:
    from airflow.timetables.trigger import CronTriggerTimetable

    timetable = CronTriggerTimetable(cron, timezone=zone)
    current = pendulum.instance(after)
    found = []
    for _ in range(count):
        current = timetable._get_next(current)
        found.append(current)
    return found


SPRING = datetime(2026, 3, 28, 12, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 12, tzinfo=UTC)
AMERICA_SPRING = datetime(2026, 3, 7, 12, tzinfo=UTC)
AMERICA_AUTUMN = datetime(2026, 10, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("after", [SPRING, AUTUMN, AMERICA_SPRING, AMERICA_AUTUMN])
@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]
)
@pytest.mark.parametrize(
    "cron",
    ["30 2 * * *", "0 2 * * *", "30 1 * * *", "*/20 * * * *", "15 */2 * * *", "0 0 1 * *",
     "30 2 29 3 0", "@daily", "@hourly", "5 1-3 * * *"],
)  # fmt: skip
def test_the_next_runs_are_those_of_airflow(cron: str, zone: str, after: datetime) -> None:
    ours = ticks(cron, ZoneInfo(zone), after=after)
    assert [next(ours) for _ in range(30)] == airflow_ticks(cron, zone, after=after, count=30)


@pytest.mark.parametrize(
    ("cron", "zone", "told"),
    [
        (
            "30 2 * * *",
            "Europe/Berlin",
            (
                "On 2026-03-29 the clocks skip 02:30: it runs at 03:30",
                "On 2026-10-25 the clocks show 02:30 twice: it runs the second time",
            ),
        ),
        (
            "30 1 * * *",
            "America/New_York",
            ("On 2026-11-01 the clocks show 01:30 twice: it runs the second time",),
        ),
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            ("On 2026-10-04 the clocks skip 02:15: it runs at 02:45",),
        ),
        ("30 4 * * *", "Europe/Berlin", ()),
        ("15 * * * *", "Europe/Berlin", ()),
        ("30 2 * * *", "UTC", ()),
    ],
)
def test_what_a_change_of_the_clocks_does_is_said_and_is_what_airflow_does(
    cron: str, zone: str, told: tuple[str, ...]
) -> None:
    after = datetime(2026, 1, 31, tzinfo=UTC)
    assert clock_changes(cron, ZoneInfo(zone), after=after) == told
    runs = [
        tick.astimezone(ZoneInfo(zone))
        for tick in airflow_ticks(cron, zone, after=after, count=300)
    ]
    said = {
        run.strftime("%Y-%m-%d"): f"{run:%H:%M}{' (second)' if run.fold else ''}" for run in runs
    }
    for words in told:
        _, day, _, _, what, due, *_, last = words.split()
        assert said[day] == (last if what == "skip" else f"{due} (second)")


def test_a_schedule_is_said_in_words_with_its_next_runs() -> None:
    request = SchedulePreviewRequest(
        cron="0 2 * * 1",
        timezone="Europe/Berlin",
        count=2,
        after=datetime(2026, 10, 20, tzinfo=UTC),
    )
    zone = ZoneInfo("Europe/Berlin")
    assert preview(request) == SchedulePreview(
        sentence="At 02:00, only on Monday, Europe/Berlin",
        runs=(
            datetime(2026, 10, 26, 2, tzinfo=zone),
            datetime(2026, 10, 26, 2, tzinfo=zone) + timedelta(days=7),
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            Schedule(cron="0 2 * * *", timezone="Europe/Berlin"),
            Schedule(cron="0 6 * * *", timezone="Europe/Berlin"),
            ScheduleChange(before="At 02:00, Europe/Berlin", after="At 06:00, Europe/Berlin"),
        ),
        (
            Schedule(cron="@daily"),
            Schedule(),
            ScheduleChange(before="At 00:00, UTC", after="Only by hand"),
        ),
        (
            Schedule(assets=("prices",)),
            Schedule(assets=("prices", "rates")),
            ScheduleChange(
                before="When the asset prices is updated",
                after="When the assets prices and rates are updated",
            ),
        ),
        (Schedule(cron="@daily", start=AUTUMN), Schedule(cron="@daily"), None),
    ],
)
def test_a_change_of_the_schedule_is_said_in_words(before, after, said) -> None:
    assert change(before, after) == said


@pytest.mark.parametrize(
    ("cron", "zone", "field"),
    [
        ("often", "UTC", "cron"),
        ("* * *", "UTC", "cron"),
        ("99 2 * * *", "UTC", "cron"),
        ("0 0 30 2 *", "UTC", "cron"),
        ("0 2 * * *", "Mars/Olympus", "timezone"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_field(cron: str, zone: str, field: str) -> None:
    answer = preview(SchedulePreviewRequest(cron=cron, timezone=zone))
    assert (answer.field, bool(answer.error), answer.runs) == (field, True, ())
