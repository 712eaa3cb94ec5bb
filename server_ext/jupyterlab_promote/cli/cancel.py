"""`jupyter promote cancel`: end a run and see its Ray jobs stopped."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, say, session_of, shown_run
from jupyterlab_promote.server.run_control import cancel
from jupyterlab_promote.server.runs import find


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """End the run, and return when its steps have stopped."""
    session = session_of(args)
    run = find(session, args.run)
    ended = cancel(session, run.dag_id, run.run_id)
    say(args, ended, shown_run(ended))
    return 0
