"""`jupyter promote rollback`: serve an earlier version again, after saying what reverts with it."""

import argparse
import json
import sys

from jupyterlab_promote.cli.airflow import add_connection, add_pipeline, say, session_of
from jupyterlab_promote.server.pipelines import diff, roll_back


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and the version."""
    add_pipeline(parser)
    parser.add_argument("version", help="v2, 2 or the id")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument(
        "--code-only", action="store_true", help="keep the schedule, resources and other settings"
    )
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Do it; the notebook is left alone."""
    session = session_of(args)
    found = diff(session, args.pipeline, "current", args.version)
    kept = found.settings if args.code_only else ()
    changes = [change for change in found.changes if change not in kept]
    if not args.json:
        _tell(changes, found.settings, code_only=args.code_only)
    if args.dry_run:
        say(args, found, "Nothing was changed.")
        return 0
    done = roll_back(
        session, args.pipeline, args.version, expected_revision=None, code_only=args.code_only
    )
    if args.json:
        print(json.dumps({"changes": changes}))
    words = f"{args.pipeline} serves v{done.entry.number}. The notebook was left alone."
    say(args, done, words)
    return 0


def _tell(changes: list[str], settings: tuple[str, ...], *, code_only: bool) -> None:
    """What changes, and what of it is no code."""
    for change in changes:
        print(change, file=sys.stderr)
    if settings and not code_only:
        print(f"{len(settings)} of these are settings; --code-only keeps them:", file=sys.stderr)
        for change in settings:
            print(f"  {change}", file=sys.stderr)
