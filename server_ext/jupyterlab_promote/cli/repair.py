"""`jupyter promote repair`: run again what failed and what depends on it; finished steps are kept."""

import argparse

from jupyterlab_promote.cli.airflow import (
    add_connection,
    exit_code,
    say,
    session_of,
    shown_run,
    wait_for,
)
from jupyterlab_promote.model.run_views import Repaired, RepairRequest
from jupyterlab_promote.server.run_control import repair
from jupyterlab_promote.server.runs import find


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run and which code runs."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    parser.add_argument(
        "--version", choices=("same", "latest"), default="same", help="the code that runs again"
    )
    parser.add_argument("--from", dest="step", help="begin at this step")
    parser.add_argument("--wait", action="store_true", help="wait for its end; 1 when it fails")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Clear what failed in the run, or what begins at the step."""
    return run_again(args, RepairRequest(version=args.version, step=args.step))


def run_again(args: argparse.Namespace, request: RepairRequest) -> int:
    """Clear what is asked for, and wait for the run if that is asked for too."""
    session = session_of(args)
    run = find(session, args.run)
    steps = repair(session, run.dag_id, run.run_id, request)
    if not args.wait:
        say(args, Repaired(steps=steps), f"Running again: {', '.join(steps)}")
        return 0
    ended = wait_for(session, run, args)
    say(args, ended, shown_run(ended))
    return exit_code(ended)
