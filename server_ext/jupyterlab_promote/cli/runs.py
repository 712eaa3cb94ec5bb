"""`jupyter promote runs`: the runs of a pipeline, or the newest of all."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, say, session_of, short, table
from jupyterlab_promote.server.runs import page


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and how many."""
    parser.add_argument("pipeline", nargs="?", help="the newest run of each when it is left out")
    parser.add_argument("--limit", type=int, default=10)
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """List them, newest first."""
    session = session_of(args)
    if args.pipeline:
        session.head(args.pipeline)
        found = page(session, args.pipeline, limit=args.limit).runs
    else:
        heads = session.registration.pipelines()
        found = tuple(run for head in heads for run in page(session, head.dag_id, limit=1).runs)
    rows = (
        (
            f"{run.dag_id}/{run.run_id}",
            run.state,
            f"v{run.version}" if run.version else "",
            short(run.started),
            " ".join(f"{step.step}:{step.state}" for step in run.steps),
        )
        for run in found
    )
    say(args, found, table(rows, heads=("RUN", "STATE", "VERSION", "STARTED", "STEPS")))
    return 0
