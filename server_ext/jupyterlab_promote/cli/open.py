"""`jupyter promote open`: write a run's executed notebooks beside you."""

import argparse
import json
from pathlib import Path

from jupyterlab_promote.cli.airflow import add_connection, session_of
from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.server.runs import find
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run and the folder."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    parser.add_argument("-o", "--output", type=Path, help="folder; else runs/<pipeline>/<run>")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Write `whole.ipynb` and one notebook for each step that has begun."""
    session = session_of(args, reading=True)
    run = find(session, args.run)
    folder = args.output or Path("runs") / run.dag_id / run.run_id.replace("/", "_").replace(
        ":", ""
    )
    written = []
    for step in run.steps:
        if not step.notebook:
            continue
        file = folder / step.notebook.rpartition("/")[2]
        try:
            notebook = session.registration.notebook(
                run.dag_id, run.run_id, step.step, map_index=step.map_index, attempt=None
            )
        except NotFound:
            continue
        write_notebook(file, notebook)
        written.append(file)
    if not written:
        raise NotFound("executed notebook", run.run_id, hint="No step of the run has begun.")
    whole = folder / "whole.ipynb"
    write_notebook(whole, session.registration.whole(run.dag_id, run.run_id))
    paths = [str(path) for path in (whole, *written)]
    print(json.dumps({"whole": paths[0], "notebooks": paths}) if args.json else "\n".join(paths))
    return 0
