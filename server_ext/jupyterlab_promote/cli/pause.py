"""`jupyter promote pause`: switch a pipeline's schedule off."""

import argparse
import json

from jupyterlab_promote.cli.airflow import add_connection, add_pipeline, session_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline."""
    add_pipeline(parser)
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Start no more runs by the schedule; those that run go on."""
    return switch(args, paused=True)


def switch(args: argparse.Namespace, *, paused: bool) -> int:
    """Switch the schedule off or on; raises NotFound for a pipeline that is not registered."""
    session = session_of(args)
    session.head(args.pipeline)
    session.api.set_paused(args.pipeline, paused=paused)
    answer = {"dag_id": args.pipeline, "paused": paused}
    state = "off" if paused else "on"
    print(json.dumps(answer) if args.json else f"The schedule of {args.pipeline} is {state}.")
    return 0
