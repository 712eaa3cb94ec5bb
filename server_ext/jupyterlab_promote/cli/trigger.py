"""`jupyter promote trigger`: start a run."""

import argparse

from jupyterlab_promote.cli.airflow import (
    add_connection,
    add_parameters,
    add_pipeline,
    exit_code,
    parameters_of,
    say,
    session_of,
    shown_run,
    wait_for,
)
from jupyterlab_promote.server.run_control import trigger


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and its parameters."""
    add_pipeline(parser)
    parser.add_argument("--note", default="", help="shown with the run in Airflow")
    parser.add_argument("--wait", action="store_true", help="wait for its end; 1 when it fails")
    add_parameters(parser)
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Start a run; with `--wait`, 1 when it fails."""
    session = session_of(args)
    given = parameters_of(args, session.serving(args.pipeline).parameters)
    run = trigger(session, args.pipeline, given, note=args.note)
    if not args.wait:
        say(args, run, f"{run.dag_id}/{run.run_id}")
        return 0
    ended = wait_for(session, run, args)
    say(args, ended, shown_run(ended))
    return exit_code(ended)
