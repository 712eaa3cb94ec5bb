"""`jupyter promote show`: one run: steps, states, causes."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, say, session_of, shown_run
from jupyterlab_promote.server.runs import find


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the run with its steps."""
    run = find(session_of(args, reading=True), args.run)
    say(args, run, shown_run(run))
    return 0
