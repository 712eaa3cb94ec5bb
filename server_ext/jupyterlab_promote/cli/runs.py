"""`jupyter promote runs`: the runs of a pipeline, or the newest of all."""

import argparse
from collections import Counter

from jupyterlab_promote.cli.airflow import (
    add_connection,
    at_least_one,
    in_words,
    say,
    session_of,
    short,
    table,
)
from jupyterlab_promote.model.run_views import Run
from jupyterlab_promote.server.runs import page


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline and how many."""
    parser.add_argument("pipeline", nargs="?", help="the newest run of each when it is left out")
    parser.add_argument("--limit", type=at_least_one, default=10, help="how many; 10 if not given")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """List them, newest first."""
    session = session_of(args, reading=True)
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
            steps_in_words(run),
        )
        for run in found
    )
    say(args, found, table(rows, heads=("RUN", "STATE", "VERSION", "STARTED (UTC)", "STEPS")))
    return 0


def steps_in_words(run: Run) -> str:
    """Each step with its state; the items of a mapped step as numbers: `divide: 19 success, 1 failed`."""
    states: dict[str, list[str]] = {}
    for step in run.steps:
        states.setdefault(step.step, []).append(step.state)
    return "  ".join(f"{name}: {_counted(found)}" for name, found in states.items())


def _counted(states: list[str]) -> str:
    if len(states) == 1:
        return in_words(states[0])
    return ", ".join(f"{number} {in_words(state)}" for state, number in Counter(states).items())
