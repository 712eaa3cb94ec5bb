"""The schedule as `jupyter promote publish` takes it: its arguments, and what they make of the notebook's own."""

import argparse
from typing import Any

from jupyterlab_promote.cli.airflow import moment
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.notebook.schedules import check_cron, check_timezone
from jupyterlab_promote.server.settings import local_timezone

_OFF = "none"
_OVERLAPS = ("skip", "queue", "parallel")


def add_schedule(parser: argparse.ArgumentParser) -> None:
    """When runs begin, and what happens when they overlap. What is not given stays as the notebook has it."""
    when = parser.add_mutually_exclusive_group()
    when.add_argument(
        "--schedule",
        metavar="CRON",
        help="five fields or a preset such as @daily; `none` for by hand only",
    )
    when.add_argument(
        "--when-updated",
        metavar="ASSET",
        action="append",
        help="run when this asset of Airflow is updated; several: when all are",
    )
    parser.add_argument(
        "--timezone", help="of the schedule, such as Europe/Berlin; a new one takes this computer's"
    )
    parser.add_argument("--start", metavar="DATE", help="no run before, such as 2026-01-31")
    parser.add_argument(
        "--catchup",
        action=argparse.BooleanOptionalAction,
        help="run also what was missed since the start",
    )
    parser.add_argument(
        "--overlap", choices=_OVERLAPS, help="when a run is due while another one is going"
    )


def is_given(args: argparse.Namespace) -> bool:
    """Whether anything of the schedule was said."""
    own = ("schedule", "when_updated", "timezone", "start", "catchup", "overlap")
    return any(getattr(args, name) is not None for name in own)


def scheduled(schedule: Schedule, args: argparse.Namespace) -> Schedule:
    """The schedule with what was given. Raises InvalidInput, naming the argument."""
    changes: dict[str, Any] = {
        name: getattr(args, name)
        for name in ("catchup", "overlap")
        if getattr(args, name) is not None
    }
    changes |= _when(schedule, args)
    if args.timezone is not None:
        if reason := check_timezone(args.timezone):
            raise InvalidInput("--timezone", f"{args.timezone!r} {reason}")
        changes["timezone"] = args.timezone
    if args.start is not None:
        changes["start"] = moment(args.start, "--start")
    return schedule.model_copy(update=changes)


def _when(schedule: Schedule, args: argparse.Namespace) -> dict[str, Any]:
    if args.when_updated:
        return {"cron": None, "assets": tuple(args.when_updated)}
    if args.schedule is None:
        return {}
    if args.schedule == _OFF:
        return {"cron": None, "assets": ()}
    if reason := check_cron(args.schedule):
        raise InvalidInput("--schedule", f"{args.schedule!r} {reason}")
    changes = {"cron": args.schedule, "assets": ()}
    return changes if schedule.cron else changes | {"timezone": local_timezone()}
