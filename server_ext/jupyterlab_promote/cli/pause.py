"""`jupyter promote pause`: switch a pipeline's schedule off."""

import argparse
import json

from jupyterlab_promote.cli.airflow import add_connection, session_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline."""
    parser.add_argument("pipeline")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Do it."""
    session = session_of(args)
    session.head(args.pipeline)
    session.api.set_paused(args.pipeline, paused=True)
    answer = {"dag_id": args.pipeline, "paused": True}
    print(json.dumps(answer) if args.json else f"The schedule of {args.pipeline} is off.")
    return 0
