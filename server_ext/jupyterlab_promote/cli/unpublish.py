"""`jupyter promote unpublish`: no new runs; live ones end, history stays."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, say, session_of
from jupyterlab_promote.server.pipelines import unpublish


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline."""
    parser.add_argument("pipeline")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Do it."""
    done = unpublish(session_of(args), args.pipeline, expected_revision=None)
    say(args, done, f"{args.pipeline} is unpublished. Publishing its notebook brings it back.")
    return 0
