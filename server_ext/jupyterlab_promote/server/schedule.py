"""A schedule in words and moments, as Airflow's CronTriggerTimetable will run it.

Airflow is not imported here: its rules for daylight saving are repeated, and a test compares the two.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cron_descriptor import CasingTypeEnum, ExpressionDescriptor, FormatException
from croniter import croniter

from jupyterlab_promote.model.publishing import (
    ScheduleChange,
    SchedulePreview,
    SchedulePreviewRequest,
)
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.notebook.schedules import check_cron, check_timezone

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
}


def preview(request: SchedulePreviewRequest) -> SchedulePreview:
    """The sentence and the next runs; what cannot be used is said with its field."""
    if reason := check_cron(request.cron):
        return SchedulePreview(field="cron", error=f"{request.cron!r} {reason}.")
    if reason := check_timezone(request.timezone):
        return SchedulePreview(field="timezone", error=f"{request.timezone!r} {reason}.")
    zone = ZoneInfo(request.timezone)
    after = request.after or datetime.now(UTC)
    moments = ticks(request.cron, zone, after=after if after.tzinfo else after.replace(tzinfo=UTC))
    try:
        runs = tuple(next(moments).astimezone(zone) for _ in range(request.count))
    except ValueError as error:
        return SchedulePreview(field="cron", error=f"{request.cron!r} never comes: {error}.")
    said = (
        sentence(request.cron, request.timezone),
        *clock_changes(request.cron, zone, after=runs[0]),
    )
    return SchedulePreview(sentence=". ".join(said), runs=runs)


def sentence(cron: str, timezone: str) -> str:
    """The schedule in words, such as `At 02:00, Europe/Berlin`."""
    expression = _PRESETS.get(cron.strip(), cron.strip())
    try:
        words = ExpressionDescriptor(
            expression, casing_type=CasingTypeEnum.Sentence, use_24hour_time_format=True
        ).get_description()
    except FormatException:
        words = expression
    _, _, day, _, weekday = expression.split()
    if day != "*" and weekday != "*":
        words += " (either of the two days is enough)"
    return f"{words}, {timezone}"


def words(schedule: Schedule) -> str:
    """Any schedule as a person says it, such as `When the asset prices is updated`."""
    if schedule.assets:
        names = " and ".join(schedule.assets)
        many = len(schedule.assets) > 1
        return (
            f"When the assets {names} are updated" if many else f"When the asset {names} is updated"
        )
    return sentence(schedule.cron, schedule.timezone) if schedule.cron else "Only by hand"


def change(before: Schedule, after: Schedule) -> ScheduleChange | None:
    """What publishing does to a schedule; None where it stays, or is said with the same words."""
    was, now = words(before), words(after)
    return None if was == now else ScheduleChange(before=was, after=now)


def ticks(cron: str, zone: ZoneInfo, *, after: datetime) -> Iterator[datetime]:
    """The moments after `after` in UTC, without end. Raises ValueError for a date that never comes."""
    expression = _PRESETS.get(cron.strip(), cron.strip())
    current = after.astimezone(UTC)
    while True:
        current = _next(expression, zone, current)
        yield current


def clock_changes(cron: str, zone: ZoneInfo, *, after: datetime) -> tuple[str, ...]:
    """What the next changes of the clocks do to a schedule, in words; nothing where they do nothing."""
    expression = _PRESETS.get(cron.strip(), cron.strip())
    if croniter(expression).expanded[1] == ["*"]:
        return ()
    told = (_told(expression, zone, moment) for moment in _changes(zone, after=after))
    return tuple(words for words in told if words)


def _changes(zone: ZoneInfo, *, after: datetime) -> Iterator[datetime]:
    """The minutes in UTC within a year at which the zone's clocks are changed."""
    hour = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for day in (hour + timedelta(days=number) for number in range(366)):
        if day.astimezone(zone).utcoffset() == (day + _DAY).astimezone(zone).utcoffset():
            continue
        low, high = day, day + _DAY
        while high - low > _MINUTE:
            middle = low + (high - low) // _MINUTE // 2 * _MINUTE
            same = middle.astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset()
            low, high = (middle, high) if same else (low, middle)
        yield high


def _told(expression: str, zone: ZoneInfo, change: datetime) -> str:
    before = (change - _MINUTE).astimezone(zone).replace(tzinfo=None) + _MINUTE
    now = change.astimezone(zone).replace(tzinfo=None)
    first, last = min(before, now), max(before, now)
    due: datetime = croniter(expression, first - _MINUTE).get_next(datetime)
    if due >= last:
        return ""
    if now > before:
        runs = _aware(due, zone)
        return f"On {due:%Y-%m-%d} the clocks skip {due:%H:%M}: it runs at {runs:%H:%M}"
    return f"On {due:%Y-%m-%d} the clocks show {due:%H:%M} twice: it runs the second time"


def _next(expression: str, zone: ZoneInfo, current: datetime) -> datetime:
    naive = current.astimezone(zone).replace(tzinfo=None)
    schedule = croniter(expression, naive)
    scheduled: datetime = schedule.get_next(datetime)
    if schedule.expanded[1] == ["*"]:
        # A schedule of every hour runs in both of the hours that the clock shows twice.
        return current + (scheduled - naive)
    return _aware(scheduled, zone).astimezone(UTC)


def _aware(naive: datetime, zone: ZoneInfo) -> datetime:
    """Airflow's reading: the second of two equal times; a time that is skipped moves on by the gap."""
    before = naive.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    after = naive.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    if after > before:
        return (naive + (after - before)).replace(tzinfo=zone)
    return naive.replace(tzinfo=zone, fold=1)
