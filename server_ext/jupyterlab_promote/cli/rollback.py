"""`jupyter promote rollback`: serve an earlier version again, after saying what reverts with it."""

import argparse
import json
import sys

from jupyterlab_promote.cli.airflow import add_connection, say, session_of
from jupyterlab_promote.server.pipelines import diff, roll_back


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and the version."""
    parser.add_argument("pipeline")
    parser.add_argument("version", help="v2, 2 or the id")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Do it; the notebook is left alone."""
    session = session_of(args)
    found = diff(session, args.pipeline, "current", args.version)
    if not args.json:
        for change in found.changes:
            print(change, file=sys.stderr)
    if args.dry_run:
        say(args, found, "Nothing was changed.")
        return 0
    done = roll_back(session, args.pipeline, args.version, expected_revision=None)
    if args.json:
        print(json.dumps({"changes": found.changes}))
    words = f"{args.pipeline} serves v{done.entry.number} again. The notebook was left alone."
    say(args, done, words)
    return 0
