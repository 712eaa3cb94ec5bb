"""`jupyter promote debug`: a notebook of one step of a run, with the step's inputs beside it."""

import argparse
import json
import sys
from pathlib import Path

from jupyterlab_promote.cli.airflow import add_connection, session_of
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.server import debugging
from jupyterlab_promote.server.runs import find


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run, the step and the folder."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    parser.add_argument("step")
    parser.add_argument("--item", type=int, default=UNMAPPED, help="which item of a mapped step")
    parser.add_argument("-o", "--output", type=Path, default=Path("debug"))
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Write it. Loading the inputs runs what the pickles of the run's author say."""
    session = session_of(args, reading=True)
    run = find(session, args.run)
    wanted = debugging.step_of_run(session, run, args.step, map_index=args.item, attempt=None)
    beside = _source_folder(session.head(run.dag_id).entry.path)
    file = debugging.write(wanted, args.output / wanted.folder_name, beside=beside)
    plan = debugging.explain(wanted, path=str(file), beside=beside, written=True)
    if args.json:
        print(json.dumps({"notebook": plan.path, "bytes": plan.bytes, "warnings": plan.warnings}))
    else:
        print(f"{plan.path}  ({format_bytes(plan.bytes)} of inputs)")
        if plan.inputs:
            print(f"The inputs are {plan.by or 'the run'}'s values.", file=sys.stderr)
        for warning in plan.warnings:
            print(warning, file=sys.stderr)
    return 0


def _source_folder(path: str) -> Path | None:
    folder = Path(path).parent
    return folder if path and folder.is_dir() else None
