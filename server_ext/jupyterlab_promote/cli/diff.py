"""`jupyter promote diff`: what changed between two versions."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, add_pipeline, say, session_of
from jupyterlab_promote.server.pipelines import diff


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and two versions."""
    add_pipeline(parser)
    parser.add_argument("older", help="v1, 1 or the id")
    parser.add_argument("newer", nargs="?", default="current")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Print what differs in settings, then the cells that differ."""
    found = diff(session_of(args, reading=True), args.pipeline, args.older, args.newer)
    cells = [f"--- cell {cell.cell} {cell.kind}\n{cell.diff}" for cell in found.cells]
    say(args, found, "\n".join([*found.changes, *cells]) or "They are the same.")
    return 0
