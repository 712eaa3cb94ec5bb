"""`jupyter promote backfill`: run past dates; without `--yes` it only says which."""

import argparse
from zoneinfo import ZoneInfo

from jupyterlab_promote.cli.airflow import (
    add_connection,
    add_parameters,
    moment,
    parameters_of,
    say,
    session_of,
    short,
)
from jupyterlab_promote.model.run_views import Backfill, BackfillRequest
from jupyterlab_promote.server.runs import backfill


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and the dates."""
    parser.add_argument("pipeline")
    parser.add_argument("start", metavar="FROM", help="first date, such as 2026-01-01")
    parser.add_argument("end", metavar="TO", help="last date")
    parser.add_argument("--yes", action="store_true", help="start them")
    parser.add_argument("--backwards", action="store_true", help="newest first")
    parser.add_argument("--parallel", type=int, default=4, help="runs at once")
    add_parameters(parser)
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Do it, or say what it would do."""
    session = session_of(args)
    head = session.head(args.pipeline)
    zone = ZoneInfo(session.manifest(args.pipeline, head.entry.version).schedule.timezone)
    request = BackfillRequest(
        start=moment(args.start, "FROM", zone=zone),
        end=moment(args.end, "TO", zone=zone, end=True),
        confirm=args.yes,
        backwards=args.backwards,
        parallel=args.parallel,
        parameters=parameters_of(args),
    )
    made = backfill(session, args.pipeline, request)
    say(args, made, _words(made))
    return 0


def _words(made: Backfill) -> str:
    dates = "\n".join(f"  {short(date)}" for date in made.dates)
    cost = ""
    if made.mean_seconds is not None:
        cost = f" A run took {made.mean_seconds:.0f} s on average."
    begun = "Started" if made.id is not None else "Would start (add --yes)"
    return f"{begun} {len(made.dates)} runs of {made.steps} steps.{cost}\n{dates}".rstrip()
