"""`jupyter promote backfill`: run past dates; without `--yes` it only says which."""

import argparse
from zoneinfo import ZoneInfo

from jupyterlab_promote.cli.airflow import (
    add_connection,
    add_parameters,
    add_pipeline,
    at_least_one,
    moment,
    parameters_of,
    say,
    session_of,
)
from jupyterlab_promote.model.run_views import Backfill, BackfillRequest
from jupyterlab_promote.server.run_control import backfill

_SHOWN = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and the dates."""
    add_pipeline(parser)
    parser.add_argument("start", metavar="FROM", help="first date, such as 2026-01-01")
    parser.add_argument("end", metavar="TO", help="last date")
    parser.add_argument("--yes", action="store_true", help="start them; else it only says which")
    parser.add_argument("--backwards", action="store_true", help="newest first")
    parser.add_argument(
        "--parallel", type=at_least_one, default=4, help="runs at once; 4 if not given"
    )
    add_parameters(parser)
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Do it, or say what it would do."""
    session = session_of(args)
    serving = session.serving(args.pipeline)
    zone = ZoneInfo(serving.schedule.timezone)
    request = BackfillRequest(
        start=moment(args.start, "FROM", zone=zone),
        end=moment(args.end, "TO", zone=zone, end=True),
        confirm=args.yes,
        backwards=args.backwards,
        parallel=args.parallel,
        parameters=parameters_of(args, serving.parameters),
    )
    made = backfill(session, args.pipeline, request)
    say(args, made, described(made, args, zone))
    return 0


def described(made: Backfill, args: argparse.Namespace, zone: ZoneInfo) -> str:
    """What was started or would be, with the dates on the schedule's clocks."""
    count = len(made.dates)
    if not count:
        return (
            "There is no date to run: none of the schedule lies there, or each has its run already."
        )
    order = "newest" if args.backwards else "oldest"
    begun = "Started" if made.id is not None else "Would start (add --yes)"
    runs, steps = _plural(count, "run"), _plural(made.steps, "step")
    head = f"{begun} {runs} of {steps}, {min(args.parallel, count)} at once, {order} first."
    return "\n".join([f"{head}{_cost(made)}", *_dates(made, zone)])


def _cost(made: Backfill) -> str:
    if made.mean_seconds is None:
        return ""
    whole = made.mean_seconds * len(made.dates)
    return f" A run took {_time(made.mean_seconds)} on average, so about {_time(whole)} of work."


def _dates(made: Backfill, zone: ZoneInfo) -> list[str]:
    """The moments on the schedule's clocks; the middle of many is left out."""
    lines = [f"  {date.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}" for date in made.dates]
    if len(lines) <= _SHOWN:
        return lines
    return [*lines[: _SHOWN - 2], f"  ... {len(lines) - _SHOWN + 1} more ...", lines[-1]]


def _time(seconds: float) -> str:
    for name, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
