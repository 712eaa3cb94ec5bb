"""A pipeline's schedule as Airflow's timetable: when runs begin and what happens when they overlap."""

from datetime import UTC, datetime

from airflow.sdk import Asset, CronTriggerTimetable

from jupyterlab_promote.model.settings import Schedule

PARALLEL_RUNS = 16
"""Runs of one pipeline that may be active at once, unless they queue."""


def timetable(schedule: Schedule) -> CronTriggerTimetable | list[Asset] | None:
    """What Airflow is given as `schedule`; None for runs by hand only.

    The timezone is always explicit: a timetable without one would follow the installation's default.
    """
    if schedule.assets:
        return [Asset(name) for name in schedule.assets]
    if schedule.cron is None:
        return None
    return CronTriggerTimetable(schedule.cron, timezone=schedule.timezone)


def start_date(schedule: Schedule) -> datetime | None:
    """The first moment at which a tick may count."""
    if schedule.start is None or schedule.start.tzinfo is not None:
        return schedule.start
    return schedule.start.replace(tzinfo=UTC)


def max_active_runs(schedule: Schedule) -> int:
    """How many runs may be active: one where they queue; Airflow itself cannot skip one."""
    return 1 if schedule.overlap == "queue" else PARALLEL_RUNS


def skips_overlap(schedule: Schedule) -> bool:
    """Whether a run has to look for an earlier one that is still going."""
    return schedule.overlap == "skip" and timetable(schedule) is not None
