"""Whether Airflow would take a schedule: one sentence why not."""

from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter

_CRON_PRESETS = frozenset({"@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly"})


def check_cron(cron: str) -> str:
    """Why Airflow would not take this cron; empty when it would."""
    text = cron.strip()
    if text in _CRON_PRESETS:
        return ""
    if text.startswith("@"):
        return f"is no preset; there are {', '.join(sorted(_CRON_PRESETS))}"
    if len(text) > 100:
        return "is too long for a cron expression"
    if len(text.split()) != 5:
        return "needs five fields: minute hour day month weekday, such as `0 2 * * *`"
    if not croniter.is_valid(text):
        return "is not a cron expression; write for example `0 2 * * *`"
    try:
        croniter(text).get_next()
    except (CroniterError, ValueError):
        return "names a day that never comes"
    return ""


def check_timezone(name: str) -> str:
    """Why this is no timezone; empty when it is one."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        return "is not a timezone; write for example `Europe/Berlin`"
    return ""
