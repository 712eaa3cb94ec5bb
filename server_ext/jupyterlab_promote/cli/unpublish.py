"""`jupyter promote unpublish`: no new runs; live ones end, history stays unless asked."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, add_pipeline, say, session_of
from jupyterlab_promote.model.publishing import Forgotten
from jupyterlab_promote.server.pipelines import forget, unpublish


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline."""
    add_pipeline(parser)
    parser.add_argument(
        "--forget", action="store_true", help="also drop its runs, and let others have its id"
    )
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Retire the pipeline; with `--forget`, drop its runs and free its id as well."""
    session = session_of(args)
    if args.forget:
        forget(session, args.pipeline)
        say(args, Forgotten(dag_id=args.pipeline), f"{args.pipeline} is forgotten.")
        return 0
    done = unpublish(session, args.pipeline, expected_revision=None)
    say(args, done, f"{args.pipeline} is unpublished. Publishing its notebook brings it back.")
    return 0
