"""`jupyter promote logs`: Airflow's log of a step."""

import argparse

from jupyterlab_promote.cli.airflow import add_connection, say, session_of
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.run_views import LogText
from jupyterlab_promote.server.runs import find, log


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run and the step."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    parser.add_argument("step")
    parser.add_argument("--item", type=int, default=UNMAPPED, help="which item of a mapped step")
    parser.add_argument("--try", dest="try_number", type=int, help="Airflow's try; else the latest")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the log of the step's try; raises NotFound for a step that the run has not."""
    session = session_of(args, reading=True)
    run = find(session, args.run)
    text = log(
        session,
        run.dag_id,
        run.run_id,
        args.step,
        map_index=args.item,
        try_number=args.try_number,
    )
    say(args, LogText(text=text), text)
    return 0
